package main

import (
	"errors"
	"io"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/sluiceproxy/sluice/deliver/apply"
	"github.com/sluiceproxy/sluice/deploy/wasmplugin"
)

// newHistoryCommand lists what was applied.
func newHistoryCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "history NAME",
		Short: "List what was applied to a resource in Kubernetes",
		Long: `List the revisions of a resource that "sluice apply" has written: who applied it, when,
which image and digest, and the checksum of the configuration. It is read from the
object itself, which keeps the last ten.` + clusterHelp,
		Example: `  sluice history my-plugin
  sluice history my-plugin -n istio-system --context eu,us --output json`,
		Args: takes(1, 1, "one argument, the name of a resource"),
	}
	kind := addFor(cmd, "kind of the resource (default any)")
	clusters := addClusters(cmd)
	format := addFormat(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		h, failed := apply.History(cmd.Context(), apply.Named{Name: args[0], For: wasmplugin.Kind(*kind)}, *clusters)
		var err error
		if *format == "json" {
			err = printJSON(cmd.OutOrStdout(), h)
		} else {
			err = printHistories(cmd.OutOrStdout(), h)
		}
		return errors.Join(err, failed)
	}
	return cmd
}

func printHistories(w io.Writer, h *apply.Histories) error {
	for _, c := range h.Contexts {
		if len(c.Revisions) == 0 {
			continue
		}
		t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
		row(t, "%s\t%s", c.Context, c.Object)
		row(t, "revision\ttime\tby\twhat\timage\tdigest\tconfig")
		for _, e := range c.Revisions {
			row(t, "%d\t%s\t%s\t%s\t%s\t%s\t%.12s", e.Revision, e.Time.Format(time.RFC3339), e.By, e.Why, e.Image, e.Digest, e.Config)
		}
		if err := t.Flush(); err != nil {
			return err
		}
	}
	return nil
}
