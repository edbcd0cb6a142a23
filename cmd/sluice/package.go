package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/sluiceproxy/sluice/build/oci"
)

// newPackageCommand makes an image without a registry.
func newPackageCommand() *cobra.Command {
	var o oci.Options
	var out string
	cmd := &cobra.Command{
		Use:   "package [DIR|FILE.wasm]",
		Short: "Make an image of a plugin, as an OCI layout",
		Long: `Make an image of a plugin and write it as an OCI layout: a tar file, or a
directory. The plugin is a .wasm file, or the directory in which "sluice build"
has written main.wasm (default: the current directory). No container engine is
needed.

The default form is an OCI image whose last layer holds plugin.wasm: Istio,
Higress and Envoy Gateway take it. "sluice check" has their rules, and every
image is checked by them before it is written.

The same module gives the same image, byte for byte: the time that it bears is
that of SOURCE_DATE_EPOCH, or else of the commit, or else 1970.`,
		Example: `  sluice package -o plugin.tar
  sluice package main.wasm -o images/ --tag 1.0.0
  sluice package . -o plugin.tar --format docker
  sluice package . -o plugin.tar --index --for istio,higress,envoy-gateway,wkg`,
		Args: takes(0, 1, "one argument, the plugin's directory or its .wasm file"),
	}
	cmd.Flags().StringVarP(&out, "out", "o", "plugin.tar", "tar `FILE` or directory to write")
	tags := addTags(cmd)
	flags := addPackage(cmd)
	format := addFormat(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		dst, err := localPlace(out)
		if err != nil {
			return err
		}
		po, err := flags.options()
		if err != nil {
			return err
		}
		r, err := oci.Package(cmd.Context(), first(args, "."), dst, *tags, po, o)
		if err != nil {
			return err
		}
		return printPackaged(cmd, "wrote  ", r, *format)
	}
	return cmd
}

// first is an optional argument.
func first(args []string, otherwise string) string {
	if len(args) == 0 {
		return otherwise
	}
	return args[0]
}

func printPackaged(cmd *cobra.Command, verb string, r *oci.Packaged, format string) error {
	if format == "json" {
		return printJSON(cmd.OutOrStdout(), r)
	}
	text := transferText(verb, r.Transfer)
	text += fmt.Sprintf("plugin  %s (sha256 %s)\n", r.File, r.SHA256)
	if r.CreatedBy != "" {
		text += fmt.Sprintf("time    %s, from %s\n", r.Created.Format("2006-01-02 15:04:05 UTC"), r.CreatedBy)
	}
	_, err := fmt.Fprint(cmd.OutOrStdout(), text)
	return err
}
