package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
)

// shells are those that cobra can write a completion script for.
var shells = []string{"bash", "zsh", "fish", "powershell"}

// newCompletionCommand prints a script that completes command lines in a shell.
func newCompletionCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "completion SHELL",
		Short: "Print a script that completes sluice's command lines",
		Long:  "Print a script that completes sluice's command lines in a shell: " + strings.Join(shells, ", ") + ".",
		Example: `  source <(sluice completion bash)
  sluice completion zsh > "${fpath[1]}/_sluice"
  sluice completion fish > ~/.config/fish/completions/sluice.fish`,
		Args:      takes(1, 1, "one argument, the shell"),
		ValidArgs: shells,
		RunE: func(cmd *cobra.Command, args []string) error {
			root, out := cmd.Root(), cmd.OutOrStdout()
			switch args[0] {
			case "bash":
				return root.GenBashCompletionV2(out, true)
			case "zsh":
				return root.GenZshCompletion(out)
			case "fish":
				return root.GenFishCompletion(out, true)
			case "powershell":
				return root.GenPowerShellCompletionWithDesc(out)
			default:
				return &usageError{fmt.Errorf("unknown shell %q (want %s)", args[0], strings.Join(shells, ", "))}
			}
		},
	}
}
