package main

import (
	"github.com/spf13/cobra"

	"github.com/sluiceproxy/sluice/build/oci"
)

// newLoadCommand brings a saved image into a registry.
func newLoadCommand() *cobra.Command {
	var o oci.Options
	cmd := &cobra.Command{
		Use:   "load LAYOUT IMAGE",
		Short: "Send a saved image to a registry",
		Long: `Send an image that "sluice save" or "sluice package" has written to a registry.
It keeps its digest. Of a layout with several images one is named by its tag.` + registryHelp,
		Example: `  sluice load plugin.tar mirror.example/team/plugin:1.0.0
  sluice load images/:1.0.0 mirror.example/team/plugin:1.0.0`,
		Args: takes(2, 2, "two arguments: the layout and the image"),
	}
	tags := addTags(cmd)
	addAttached(cmd, &o)
	trust := addTrust(cmd)
	addRegistry(cmd, &o)
	format := addFormat(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if err := trust.apply(&o); err != nil {
			return err
		}
		src, err := localPlace(args[0])
		if err != nil {
			return err
		}
		dst, err := place(args[1])
		if err != nil {
			return err
		}
		return runCopy(cmd, "loaded ", src, dst, *tags, o, *format)
	}
	return cmd
}
