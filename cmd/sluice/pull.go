package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/sluiceproxy/sluice/build/oci"
)

// newPullCommand gets the plugin out of an image.
func newPullCommand() *cobra.Command {
	var o oci.Options
	out := "plugin.wasm"
	cmd := &cobra.Command{
		Use:   "pull IMAGE",
		Short: "Get the plugin out of an image",
		Long: `Write the plugin in an image to a file: the module that Istio, Higress and Envoy
Gateway would load. IMAGE is in a registry or an OCI layout. Nothing is written
until all of it was received and checked against its digest.

"sluice save" keeps the whole image instead.` + registryHelp,
		Example: `  sluice pull registry.example/team/plugin:1.0.0
  sluice pull registry.example/team/plugin@sha256:2c26… -o /tmp/plugin.wasm
  sluice pull ./plugin.tar`,
		Args: takes(1, 1, "one argument, the image"),
	}
	cmd.Flags().VarP(fileName{&out}, "out", "o", "`FILE` to write, or a directory for plugin.wasm")
	trust := addTrust(cmd)
	addRegistry(cmd, &o)
	format := addFormat(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if err := trust.apply(&o); err != nil {
			return err
		}
		src, err := place(args[0])
		if err != nil {
			return err
		}
		stop := watch(cmd, &o)
		r, err := oci.Pull(cmd.Context(), src, out, o)
		stop()
		if err != nil {
			return err
		}
		if *format == "json" {
			return printJSON(cmd.OutOrStdout(), r)
		}
		text := fmt.Sprintf("wrote   %s (%s)\nsha256  %s\nimage   %s\npin     %s\n",
			r.Output, size(int(r.Size)), r.SHA256, r.Digest, r.Manifest)
		if r.Verified != nil {
			text += trustText(r.Verified)
		}
		_, err = fmt.Fprint(cmd.OutOrStdout(), text)
		return err
	}
	return cmd
}
