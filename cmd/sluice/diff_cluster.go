package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/sluiceproxy/sluice/deliver/apply"
)

// diffFlags are those of a comparison of files with clusters.
type diffFlags struct {
	files    *[]string
	kind     *string
	image    string
	store    string
	force    bool
	clusters *apply.Clusters
}

func addDiffCluster(cmd *cobra.Command) *diffFlags {
	d := &diffFlags{files: addFiles(cmd)}
	d.kind = addFor(cmd, "with -f, kind of resource that would be written (default that of the file)")
	cmd.Flags().StringVar(&d.image, "image", "", "with -f, `IMAGE` in place of the one in the file")
	cmd.Flags().BoolVar(&d.force, "force-conflicts", false, "with -f, as if fields that other field managers hold were taken over")
	addStore(cmd, &d.store)
	d.clusters = addClusters(cmd)
	addPartial(cmd, d.clusters)
	return d
}

// onlyClusters are flags that two versions of a plugin have no use for.
var onlyClusters = [...]string{"for", "image", "force-conflicts", "store", "context", "kubeconfig", "namespace", "request-timeout", "partial"}

// args checks the arguments of diff: two versions, or none with -f.
func (d *diffFlags) args(cmd *cobra.Command, args []string) error {
	if len(*d.files) > 0 {
		return takes(0, 0, "no argument with -f")(cmd, args)
	}
	for _, name := range onlyClusters {
		if cmd.Flags().Changed(name) {
			return fmt.Errorf("--%s goes with -f", name)
		}
	}
	return takes(2, 2, "two arguments, the old and the new version, or -f")(cmd, args)
}

// run compares, and has the exit codes of "kubectl diff": 1 for a difference, 2 for
// a failure.
func (d *diffFlags) run(cmd *cobra.Command, o apply.Options, format string) error {
	s, err := openStore(d.store)
	if err != nil {
		return &codedError{exitUsage, err}
	}
	o.Images.Store = s
	o.Files, o.Image, o.Force, o.Clusters, o.Secret = *d.files, d.image, d.force, *d.clusters, secretName
	r, err := apply.Diff(cmd.Context(), o)
	if err = printApplied(cmd, r, format, err); err != nil {
		return &codedError{exitUsage, err}
	}
	if r.Differs() {
		return &codedError{exitFailure, nil}
	}
	return nil
}
