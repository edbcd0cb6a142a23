package main

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/sluiceproxy/sluice/build/migrate"
)

// newMigrateCommand rewrites a plugin for another SDK.
func newMigrateCommand() *cobra.Command {
	var o migrate.Options
	cmd := &cobra.Command{
		Use:   "migrate [DIR]",
		Short: "Rewrite a plugin for another Go SDK to this one",
		Long: `Rewrite the plugin in DIR (default: the current directory) that was written for
Higress' Go SDK, for the raw Proxy-Wasm Go SDK, or for TinyGo:

  - its imports, and what go.mod requires,
  - what main() sets up moves to init(): a gateway never calls main,
  - ActionPause, where a header callback returns it and waits for a call, becomes
    HeaderStopAllIterationAndWatermark,
  - go-re2 becomes regexp, and nottinygc goes.

Nothing else changes, and a second run changes nothing. Each change is printed
with its file and line, and so is what is left for you to look at. Files are
replaced when all of them are worked out, or not at all.

It is not needed for "sluice build" and "sluice test": they take such plugins as
they are.`,
		Example: `  sluice migrate --dry-run
  sluice migrate ./my-plugin
  sluice migrate . --output json`,
		Args:              takes(0, 1, "one argument, the plugin's directory"),
		ValidArgsFunction: completeDir,
	}
	cmd.Flags().BoolVar(&o.DryRun, "dry-run", false, "print the changes as a diff, and write nothing")
	format := addFormat(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if len(args) == 1 {
			o.Dir = args[0]
		}
		r, err := migrate.Run(cmd.Context(), o)
		if err != nil {
			return err
		}
		if *format == "json" {
			return printJSON(cmd.OutOrStdout(), migration{r, o.DryRun, r.Files(), r.Diff()})
		}
		if o.DryRun {
			if _, err := io.WriteString(cmd.OutOrStdout(), r.Diff()); err != nil {
				return err
			}
			return printMigration(cmd.ErrOrStderr(), r, "would change", "")
		}
		return printMigration(cmd.OutOrStdout(), r, "changed", `; next: "go mod tidy", then "sluice build"`)
	}
	return cmd
}

// migration is the result in JSON.
type migration struct {
	*migrate.Result
	DryRun bool     `json:"dryRun"`
	Files  []string `json:"files"`
	Diff   string   `json:"diff"`
}

// printMigration prints the places, and how many there are.
func printMigration(w io.Writer, r *migrate.Result, did, next string) error {
	for _, c := range r.Changes {
		if _, err := fmt.Fprintln(w, c); err != nil {
			return err
		}
	}
	for _, c := range r.Manual {
		if _, err := fmt.Fprintln(w, "left to you:", c); err != nil {
			return err
		}
	}
	if len(r.Sources) == 0 {
		_, err := fmt.Fprintln(w, "nothing to do")
		return err
	}
	_, err := fmt.Fprintf(w, "%s %d places in %d files, %d left to you%s\n", did, len(r.Changes), len(r.Sources), len(r.Manual), next)
	return err
}
