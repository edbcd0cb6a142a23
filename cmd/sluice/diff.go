package main

import (
	"errors"
	"io"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/sluiceproxy/sluice/build/oci"
	"github.com/sluiceproxy/sluice/deliver/apply"
	"github.com/sluiceproxy/sluice/deploy/wasmplugin"
)

// newDiffCommand compares two versions of a plugin.
func newDiffCommand() *cobra.Command {
	var o oci.Options
	var fail, breaking bool
	cmd := &cobra.Command{
		Use:   "diff OLD NEW | -f FILE|DIR",
		Short: "Say what changed between two versions of a plugin, or what apply would change",
		Long: `Compare two versions of a plugin: images, .wasm files, directories of built plugins,
or one of each. What is compared: which gateways take it, the versions of the ABI,
host functions, callbacks, the schema of the configuration (from a spec.yaml in the
image or the directory), the toolchain and the Go modules, sizes, and of two images
their labels and layers.

A change is breaking if what worked with the old version may fail with the new one:
a gateway refuses it, a configuration is not taken any more.

The exit code is 0 also if they differ, unless --exit-code or --breaking is given:
then it is 1 for a difference, or for a breaking one.

With -f, say what "sluice apply" of the files would change in the clusters. All is
checked as by apply, and the API servers are asked by a dry run. Values whose names
tell of a secret are not shown. The exit codes are then those of "kubectl diff": 0
without a difference, 1 with one, 2 for a failure.` + registryHelp + clusterHelp,
		Example: `  sluice diff registry.example/team/plugin:1.0.0 registry.example/team/plugin:1.1.0
  sluice diff registry.example/team/plugin:1.0.0 main.wasm --breaking
  sluice diff old.wasm new.wasm --exit-code --output json
  sluice diff -f plugin.yaml --context eu,us`,
	}
	clusters := addDiffCluster(cmd)
	cmd.Args = clusters.args
	cmd.Flags().BoolVar(&fail, "exit-code", false, "exit with 1 if they differ")
	cmd.Flags().BoolVar(&breaking, "breaking", false, "exit with 1 if a change is breaking")
	trust := addTrust(cmd)
	addRegistry(cmd, &o)
	format := addFormat(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if len(args) == 0 {
			if err := trust.apply(&o); err != nil {
				return err
			}
			return clusters.run(cmd, apply.Options{For: wasmplugin.Kind(*clusters.kind), Images: apply.Images{OCI: o}}, *format)
		}
		if err := trust.onlyImages(args...); err != nil {
			return err
		}
		if err := trust.apply(&o); err != nil {
			return err
		}
		d, err := oci.Diff(cmd.Context(), args[0], args[1], o)
		if err != nil {
			return err
		}
		if *format == "json" {
			err = printJSON(cmd.OutOrStdout(), d)
		} else {
			err = printDiff(cmd.OutOrStdout(), d)
		}
		switch {
		case err != nil:
			return err
		case breaking && d.Breaking:
			return errors.New("there are breaking changes")
		case fail && !d.Same:
			return errors.New("they differ")
		}
		return nil
	}
	return cmd
}

// printDiff prints a table of the changes, a topic after the other.
func printDiff(w io.Writer, d *oci.Difference) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	if d.Same {
		row(t, "the same: sha256 %s", d.Old.SHA256)
		return t.Flush()
	}
	printSide(t, "old", d.Old)
	printSide(t, "new", d.New)
	var topic oci.Topic
	for _, c := range d.Changes {
		if c.Topic != topic {
			topic = c.Topic
			row(t, "\n%s", topic)
		}
		row(t, "  %s%s\t%s", mark(c), c.Name, transition(c))
	}
	return t.Flush()
}

func printSide(w io.Writer, what string, s oci.Side) {
	row(w, "%s\t%s", what, s.Source)
	if s.Digest != "" {
		row(w, "\tdigest %s", s.Digest)
	}
	row(w, "\tsha256 %s, %s, %s compressed", s.SHA256, size(s.Size), size(s.Gzip))
}

// mark is what a change's line begins with.
func mark(c oci.Change) string {
	if c.Breaking {
		return "! "
	}
	return "  "
}

func transition(c oci.Change) string {
	switch {
	case c.Topic == oci.TopicSchema:
		return c.New
	case c.Old == "" && c.New == "there":
		return "new"
	case c.Old == "there" && c.New == "":
		return "gone"
	case c.Old == "":
		return "new: " + c.New
	case c.New == "":
		return "gone: " + c.Old
	default:
		return c.Old + " -> " + c.New
	}
}
