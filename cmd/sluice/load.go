package main

import (
	"github.com/spf13/cobra"

	"github.com/sluiceproxy/sluice/build/oci"
)

// newLoadCommand brings a saved image into a registry.
func newLoadCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "load LAYOUT IMAGE",
		Short: "Send a saved image to a registry",
		Long: `Send an image that "sluice save" or "sluice package" has written to a registry.
It keeps its digest. Of a layout with several images one is named by its tag.` + registryHelp,
		Example: `  sluice load plugin.tar mirror.example/team/plugin:1.0.0
  sluice load images/:1.0.0 mirror.example/team/plugin:1.0.0`,
		Args: takes(2, 2, "two arguments: the layout and the image"),
	}
	addMoving(cmd, "loaded ", func(args []string) (src, dst oci.Place, err error) {
		if src, err = localPlace(args[0]); err == nil {
			dst, err = place(args[1])
		}
		return src, dst, err
	})
	return cmd
}
