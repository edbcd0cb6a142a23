package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/sluiceproxy/sluice/build/oci"
)

// newCopyCommand moves an image between any two places.
func newCopyCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "copy FROM TO",
		Short: "Copy an image between registries and OCI layouts",
		Long: `Copy an image from one place to another. It keeps its digest: nothing in it is
rewritten. Places are

  registry.example/team/plugin:1.0.0      a registry, also by @sha256:…
  oci:DIR:1.0.0, oci-archive:FILE.tar     an OCI layout, as a directory or tar file
  ./DIR, ./FILE.tar                       the same, told by the path` + registryHelp,
		Example: `  sluice copy registry.example/team/plugin:1.0.0 mirror.example/team/plugin:1.0.0
  sluice copy registry.example/team/plugin:1.0.0 oci:images:1.0.0`,
		Args: takes(2, 2, "two arguments: from where, and to where"),
	}
	addMoving(cmd, "copied ", func(args []string) (src, dst oci.Place, err error) {
		if src, err = place(args[0]); err == nil {
			dst, err = place(args[1])
		}
		return src, dst, err
	})
	return cmd
}

// addMoving makes of a command one that copies: copy, save and load differ in
// what their arguments name.
func addMoving(cmd *cobra.Command, verb string, places func(args []string) (src, dst oci.Place, err error)) {
	var o oci.Options
	tags := addTags(cmd)
	addAttached(cmd, &o)
	trust := addTrust(cmd)
	addRegistry(cmd, &o)
	format := addFormat(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if err := trust.apply(&o); err != nil {
			return err
		}
		src, dst, err := places(args)
		if err != nil {
			return err
		}
		return runCopy(cmd, verb, src, dst, *tags, o, *format)
	}
}

// runCopy copies and tells what was moved.
func runCopy(cmd *cobra.Command, verb string, src, dst oci.Place, tags []string, o oci.Options, format string) error {
	stop := watch(cmd, &o)
	t, err := oci.Copy(cmd.Context(), src, dst, tags, o)
	stop()
	if err != nil {
		return err
	}
	if format == "json" {
		return printJSON(cmd.OutOrStdout(), t)
	}
	text := transferText(verb, *t)
	if o.Attached {
		text += fmt.Sprintf("with    %d attached\n", t.Attached)
	}
	_, err = fmt.Fprint(cmd.OutOrStdout(), text)
	return err
}

// addAttached adds the flag that brings along what is no part of the image.
func addAttached(cmd *cobra.Command, o *oci.Options) {
	cmd.Flags().BoolVar(&o.Attached, "attached", false, "bring along what is attached to the image: signatures, attestations, referrers")
}
