package main

import (
	"github.com/spf13/cobra"

	"github.com/sluiceproxy/sluice/build/oci"
)

// newSaveCommand takes an image out of a registry.
func newSaveCommand() *cobra.Command {
	var out string
	cmd := &cobra.Command{
		Use:   "save IMAGE",
		Short: "Save an image from a registry, to carry it elsewhere",
		Long: `Save the whole image as an OCI layout: a tar file, or a directory, which can
hold many images. "sluice load" sends it to another registry, where it has the
same digest: what a site without a network needs.` + registryHelp,
		Example: `  sluice save registry.example/team/plugin:1.0.0 -o plugin.tar
  sluice save registry.example/team/plugin:1.0.0 -o images/`,
		Args: takes(1, 1, "one argument, the image"),
	}
	cmd.Flags().StringVarP(&out, "out", "o", "plugin.tar", "tar `FILE` or directory to write")
	addMoving(cmd, "saved  ", func(args []string) (src, dst oci.Place, err error) {
		if src, err = place(args[0]); err == nil {
			dst, err = localPlace(out)
		}
		return src, dst.Named(src), err
	})
	return cmd
}
