package main

import (
	"errors"
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/sluiceproxy/sluice/build"
	"github.com/sluiceproxy/sluice/build/vet"
)

// newVetCommand looks through a plugin's source.
func newVetCommand() *cobra.Command {
	var o vet.Options
	var list bool
	cmd := &cobra.Command{
		Use:   "vet [DIR|./...]",
		Short: "Find what compiles and then fails on a gateway",
		Long: `Read the source of the plugin in DIR (default: the current directory), or of all
plugins of a module (./...), and find what compiles and then fails on a gateway:
waits that nobody ends, time.Sleep, os.Exit, sockets and files, calls whose
errors leave a request paused, and more. Each finding says what happens on the
gateway and what to write instead. docs/vet.md has a section for each rule.

It follows the calls from the callbacks that the plugin registers; what no
callback reaches is not judged. A comment

  //sluice:allow RULE reason

at the end of a line, or on the line above, allows a finding.

The exit code is 1 if there are findings.`,
		Example: `  sluice vet ./plugins/hello-world
  sluice vet ./... --target istio
  sluice vet . --rules blocking,shared-state --output json
  sluice vet --list`,
		Args:              takes(0, 1, "one argument, the plugin's directory or a pattern like ./..."),
		ValidArgsFunction: completeDir,
	}
	cmd.Flags().StringSliceVar(&o.Rules, "rules", nil, "`RULES` to apply, separated by commas (default all but the optional ones)")
	// The only error is that of a flag that does not exist.
	_ = cmd.RegisterFlagCompletionFunc("rules", completeList(ruleWords()))
	cmd.Flags().BoolVar(&list, "list", false, "print the rules and do nothing else")
	target := addTarget(cmd, build.Any, "gateway that must have the host functions")
	format := addFormat(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if list {
			return printRules(cmd.OutOrStdout(), *format)
		}
		if cmd.Flags().Changed("rules") && len(o.Rules) == 0 {
			return usagef("--rules is empty; leave it out for all rules but the optional ones, or see sluice vet --list")
		}
		if len(args) == 1 {
			o.Dir = args[0]
		}
		o.Target = build.Target(*target)
		done := sayIfSlow(cmd, moment, compiling(o.Dir))
		r, err := vet.Run(cmd.Context(), o)
		done()
		if err != nil {
			return vetError(err)
		}
		return printFindings(cmd, r, *format)
	}
	return cmd
}

// vetError makes a rule that doesn't exist a usage error.
func vetError(err error) error {
	if errors.Is(err, vet.ErrUnknownRule) {
		return &usageError{err}
	}
	return err
}

func ruleWords() []string {
	var words []string
	for _, r := range vet.Rules() {
		words = append(words, r.Name)
	}
	return words
}

func printRules(w io.Writer, format string) error {
	if format == "json" {
		return printJSON(w, vet.Rules())
	}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, r := range vet.Rules() {
		optional := ""
		if r.Optional {
			optional = " (optional)"
		}
		fmt.Fprintf(t, "%s\t%s%s\n", r.Name, r.Summary, optional)
	}
	return t.Flush()
}

// printFindings prints a report. Findings are the command's failure.
func printFindings(cmd *cobra.Command, r *vet.Report, format string) error {
	for _, note := range r.Notes {
		fmt.Fprintln(cmd.ErrOrStderr(), note)
	}
	out := cmd.OutOrStdout()
	switch {
	case format == "json":
		if err := printJSON(out, r); err != nil {
			return err
		}
	default:
		for _, f := range r.Findings {
			fmt.Fprintf(out, "%s\n\tgateway: %s\n\tinstead: %s\n", f, f.Effect, f.Instead)
		}
	}
	if n := len(r.Findings); n > 0 {
		return fmt.Errorf("%s in %s", count(n, "finding"), count(len(r.Plugins), "plugin"))
	}
	return nil
}

// count is a number of things in words.
func count(n int, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return fmt.Sprintf("%d %s", n, noun)
}
