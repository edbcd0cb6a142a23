package main

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/sluiceproxy/sluice/deliver/apply"
)

// printApplied prints what happened, and gives the error that is to be returned.
func printApplied(cmd *cobra.Command, r *apply.Result, format string, failed error) error {
	var err error
	switch {
	case r == nil:
	case format == "json":
		err = printJSON(cmd.OutOrStdout(), r)
	default:
		for _, c := range r.Contexts {
			err = errors.Join(err, printContext(cmd.OutOrStdout(), c, r.DryRun))
		}
	}
	if failed != nil && cmd.Context().Err() != nil {
		// What an interruption left behind: else only that there was one is told.
		fmt.Fprintf(cmd.ErrOrStderr(), "sluice: %s\n", message(failed))
	}
	return errors.Join(err, failed)
}

// printContext prints a line for each object of a cluster, and what belongs to it.
func printContext(w io.Writer, c apply.ContextResult, dry bool) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, o := range c.Objects {
		action := string(o.Action)
		switch {
		case c.Undone:
			action = "unchanged, as it was undone"
		case dry:
			action += " (dry run)"
		}
		row(t, "%s\t%s %s/%s\t%s%s", c.Context, o.Kind, o.Namespace, o.Name, action, revisionText(o))
		for _, warning := range o.Warnings {
			row(t, "\twarning: %s", warning)
		}
		for _, one := range o.Waited {
			row(t, "\twaited %s for %s: %s", one.Took.Round(10*time.Millisecond), one.For, one.Seen)
		}
		if dry {
			_ = t.Flush()
			printDiffLines(w, o.Diff)
		}
	}
	if c.Error != "" && len(c.Objects) == 0 {
		row(t, "%s\tnothing was done", c.Context)
	}
	return t.Flush()
}

func revisionText(o apply.ObjectResult) string {
	if o.Revision == 0 {
		return ""
	}
	return cells(", revision %d, %s %s", o.Revision, o.Image, o.Digest)
}

// printDiffLines prints a difference; what a terminal would act on is written out.
func printDiffLines(w io.Writer, diff string) {
	if diff == "" {
		return
	}
	for _, line := range strings.Split(strings.TrimSuffix(diff, "\n"), "\n") {
		fmt.Fprintln(w, plain(line))
	}
}
