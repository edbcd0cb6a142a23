package main

import (
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/sluiceproxy/sluice/build/oci"
	"github.com/sluiceproxy/sluice/build/oci/check"
)

// newCheckCommand says who takes an image.
func newCheckCommand() *cobra.Command {
	var o oci.Options
	var c oci.CheckOptions
	cmd := &cobra.Command{
		Use:   "check IMAGE|LAYOUT|FILE.wasm",
		Short: "Say which gateways and tools take an image, and why not",
		Long: `Judge an image by the rules that gateways and other tools apply when they pull
it: which manifest of an index they take, what its layers must be, which digest
they compare with a pinned one, and whether the gateway loads the plugin inside.
A .wasm file is judged as the image that "sluice package" would make of it.

The exit code is 1 if one of those named with --for refuses the image.` + registryHelp,
		Example: `  sluice check registry.example/team/plugin:1.0.0
  sluice check plugin.tar --for istio,wkg,runwasi
  sluice check registry.example/team/plugin:1.0.0 --sha256 2c26b46b68ff…
  sluice check main.wasm --output json`,
		Args: takes(1, 1, "one argument: an image, an OCI layout or a .wasm file"),
	}
	names := addConsumers(cmd, "who must take the image")
	cmd.Flags().StringVar(&c.SHA256, "sha256", "", "`DIGEST` that a WasmPlugin's field sha256 has")
	trust := addTrust(cmd)
	addRegistry(cmd, &o)
	format := addFormat(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		err := trust.onlyImages(args[0])
		if err != nil {
			return err
		}
		if err := trust.apply(&o); err != nil {
			return err
		}
		if c.For, err = consumersOf(*names); err != nil {
			return err
		}
		r, err := oci.Check(cmd.Context(), args[0], c, o)
		if err != nil {
			return err
		}
		if *format == "json" {
			err = printJSON(cmd.OutOrStdout(), r)
		} else {
			err = printVerdicts(cmd.OutOrStdout(), r)
		}
		if err != nil {
			return err
		}
		if refused := check.Refusal(r.Verdicts); refused != nil {
			return fmt.Errorf("%s: %w", args[0], refused)
		}
		return nil
	}
	return cmd
}

func printVerdicts(w io.Writer, r *oci.Checked) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	row(t, "image\t%s", r.Digest)
	for _, v := range r.Verdicts {
		if v.Accepted {
			row(t, "%s\ttakes it; pin %s", v.Consumer, v.Manifest)
		} else {
			row(t, "%s\trefuses it", v.Consumer)
		}
	}
	return t.Flush()
}
