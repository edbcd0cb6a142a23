package main

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/sluiceproxy/sluice/build/origin"
	"github.com/sluiceproxy/sluice/build/scaffold"
)

// newNewCommand writes the sources of a plugin.
func newNewCommand() *cobra.Command {
	var o scaffold.Options
	var example *string
	var sdk string
	cmd := &cobra.Command{
		Use:   "new NAME",
		Short: "Write a new plugin with a test and a configuration",
		Long: `Write a new plugin: a main package, its configuration, a native test and a
README, in a Go module of its own that builds anywhere.

The directory must not exist or be empty. On any failure nothing is left.

The plugin gets the SDK in the version of this program. If this program was
built in a checkout of the sources, the plugin's go.mod points to that checkout.`,
		Example: `  sluice new my-plugin
  sluice new my-plugin --module github.com/you/my-plugin
  sluice new check-token --example straight-line --dir ./plugins/check-token`,
		Args:              takes(1, 1, "one argument, the plugin's name"),
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, args []string) error {
			o.Name, o.Example, o.Progress = args[0], *example, cmd.ErrOrStderr()
			var err error
			if o.SDK, err = chooseSDK(sdk); err != nil {
				return err
			}
			r, err := scaffold.New(cmd.Context(), o)
			if errors.Is(err, scaffold.ErrName) {
				return &usageError{err}
			}
			if err != nil {
				return err
			}
			return printNew(cmd.OutOrStdout(), r)
		},
	}
	var words, lines []string
	for _, e := range scaffold.Examples() {
		words = append(words, e.Name)
		lines = append(lines, fmt.Sprintf("  %-14s %s", e.Name, e.Summary))
	}
	cmd.Long += "\n\nExamples to follow:\n\n" + strings.Join(lines, "\n")
	flags := cmd.Flags()
	flags.StringVar(&o.Module, "module", "", "`PATH` of the new Go module (default example.com/NAME)")
	flags.StringVar(&o.Dir, "dir", "", "`DIR` to write (default ./NAME)")
	example = addChoice(cmd, "example", scaffold.DefaultExample, "example to follow", words...)
	flags.StringVar(&sdk, "sdk", "", "`VERSION` of the SDK, or directory of a checkout (default: that of this program)")
	completeFlags(cmd, []string{"dir"}, []string{"module"})
	return cmd
}

// chooseSDK is the SDK that the user names, or the one of this program.
func chooseSDK(text string) (origin.SDK, error) {
	if text == "" {
		return origin.Find()
	}
	sdk, err := origin.Parse(text)
	if err != nil {
		return sdk, &usageError{err}
	}
	return sdk, nil
}

// shellWord quotes what a shell would take apart.
func shellWord(s string) string {
	plain := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("/._-+@:,\\", r)
	}
	if s != "" && strings.TrimLeftFunc(s, plain) == "" {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

func printNew(w io.Writer, r *scaffold.Result) error {
	from, sluice, dir := r.SDK.Version, "sluice", "."
	if r.SDK.Dir != "" {
		from = "the checkout in " + r.SDK.Dir + " (go.mod replaces it)"
		sluice = "go -C " + shellWord(r.SDK.Dir) + " run ./cmd/sluice"
		if abs, err := filepath.Abs(r.Dir); err == nil {
			dir = abs
		}
	}
	_, err := fmt.Fprintf(w, "Wrote %s: %s\nSDK: %s\n\nNext:\n  cd %s\n  go test ./...\n  %s run %s\n",
		r.Dir, strings.Join(r.Files, ", "), from, shellWord(r.Dir), sluice, shellWord(dir))
	return err
}
