package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
)

// newRootCommand builds the whole command tree. Nothing in it is shared, so
// that every call of execute, and every test, has its own.
func newRootCommand() *cobra.Command {
	root := &cobra.Command{
		Use:   "sluice",
		Short: "Write, build, run and inspect Proxy-Wasm plugins in Go",
		Long: `Sluice takes a Proxy-Wasm plugin written in Go from source to a running gateway.

Exit codes: 0 success, 1 the work failed, 2 the command line was not
understood, 130 interrupted.`,
		Args:          rootArgs,
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
		Version:       versionText(),
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	root.CompletionOptions.DisableDefaultCmd = true // newCompletionCommand is a command like the others
	root.SetVersionTemplate("{{.Version}}\n")
	root.SetHelpCommand(newHelpCommand())
	root.AddCommand(newNewCommand(), newBuildCommand(), newBundleCommand(), newVetCommand(), newSchemaCommand(), newTestCommand(), newMigrateCommand(), newRunCommand(), newSearchCommand(), newHubCommand(), newServeCommand(), newStatusCommand(), newTraceCommand(), newPromoteCommand(), newAbortCommand(), newAgentCommand(), newBenchCommand(), newReplayCommand(), newDebugCommand(), newInspectCommand(), newDiffCommand(),
		newPackageCommand(), newCheckCommand(), newPushCommand(), newPullCommand(), newCopyCommand(), newSaveCommand(), newLoadCommand(), newStoreCommand(),
		newKeygenCommand(), newSignCommand(), newVerifyCommand(), newAttestCommand(), newSBOMCommand(),
		newApplyCommand(), newHistoryCommand(), newRollbackCommand(), newDeleteCommand(),
		newGenCommand(),
		newCompletionCommand(), newVersionCommand())
	return root
}

// rootArgs refuses a command that does not exist, naming the nearest one.
func rootArgs(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	cmd.SuggestionsMinimumDistance = 2
	if near := cmd.SuggestionsFor(args[0]); len(near) > 0 {
		return fmt.Errorf("unknown command %q (did you mean %s?)", args[0], strings.Join(near, " or "))
	}
	return fmt.Errorf("unknown command %q", args[0])
}
