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

// statusClusterFlags are those of the status in Kubernetes.
type statusClusterFlags struct {
	files    *[]string
	kind     *string
	clusters *apply.Clusters
	wait     apply.Wait
}

func addStatusCluster(cmd *cobra.Command) *statusClusterFlags {
	f := &statusClusterFlags{files: addFiles(cmd)}
	f.kind = addFor(cmd, "in Kubernetes, kind of the resource (default any)")
	f.clusters = addClusters(cmd)
	addIstiod(cmd, &f.wait)
	return f
}

// asked reports whether the status in Kubernetes is asked for.
func (f *statusClusterFlags) asked(cmd *cobra.Command, args []string) bool {
	if len(args) > 0 {
		return true
	}
	for _, name := range [...]string{"filename", "for", "context", "kubeconfig", "namespace", "istiod"} {
		if cmd.Flags().Changed(name) {
			return true
		}
	}
	return false
}

func (f *statusClusterFlags) run(cmd *cobra.Command, args []string, format string) error {
	o := apply.StatusOptions{Files: *f.files, Clusters: *f.clusters, Istiod: f.wait.Istiod}
	o.For = wasmplugin.Kind(*f.kind)
	for _, name := range [...]string{"server", "watch", "every"} {
		if cmd.Flags().Changed(name) {
			return usagef("--%s is for the status of \"sluice serve\", not of Kubernetes", name)
		}
	}
	if len(args) > 0 && len(o.Files) > 0 {
		return usagef("give the name of a resource or -f, not both")
	}
	if len(args) > 0 {
		o.Name = args[0]
	}
	s, failed := apply.Status(cmd.Context(), o)
	var err error
	switch {
	case s == nil:
	case format == "json":
		err = printJSON(cmd.OutOrStdout(), s)
	default:
		err = printStatuses(cmd.OutOrStdout(), s)
	}
	return errors.Join(err, failed)
}

func printStatuses(w io.Writer, s *apply.Statuses) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, c := range s.Contexts {
		for _, o := range c.Objects {
			row(t, "%s\t%s %s/%s", c.Context, o.Kind, o.Namespace, o.Name)
			if o.Revision > 0 {
				row(t, "\trevision %d, by %s since %s", o.Revision, o.By, o.Since.Format(time.RFC3339))
				row(t, "\t%s %s", o.Image, o.Digest)
			}
			printSeen(t, o)
		}
		if len(c.Objects) == 0 && c.Error == "" {
			row(t, "%s\tnothing that \"sluice apply\" wrote", c.Context)
		}
	}
	return t.Flush()
}

func printSeen(w io.Writer, o apply.ObjectStatus) {
	for _, c := range o.Conditions {
		row(w, "\t%s", c)
	}
	switch {
	case o.Proxies != nil:
		row(w, "\t%s", o.Proxies)
	case o.Unseen != "":
		row(w, "\tproxies not seen: %s", o.Unseen)
	case len(o.Conditions) == 0 && o.Kind == wasmplugin.EnvoyGateway:
		row(w, "\tno controller has written a status")
	}
}
