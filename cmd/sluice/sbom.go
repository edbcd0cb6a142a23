package main

import (
	"github.com/spf13/cobra"

	"github.com/sluiceproxy/sluice/build/oci"
	"github.com/sluiceproxy/sluice/build/oci/sbom"
)

// newSBOMCommand prints what a plugin is made of.
func newSBOMCommand() *cobra.Command {
	var o oci.Options
	cmd := &cobra.Command{
		Use:   "sbom DIR|FILE.wasm|IMAGE",
		Short: "Print what a plugin is made of, as SPDX or CycloneDX",
		Long: `Print a bill of materials (SBOM) of a plugin: SPDX 2.3 or CycloneDX 1.6, in JSON.
It has what the Go toolchain recorded in the module: the modules that it was made
of, with versions and checksums, and the toolchain. Licences are not recorded
there, and are given as unknown. The same module gives the same bytes: the time is
that of SOURCE_DATE_EPOCH, of the commit, or 1970.` + registryHelp,
		Example: `  sluice sbom main.wasm
  sluice sbom registry.example/team/plugin:1.0.0 --format cyclonedx`,
		Args: takes(1, 1, "one argument: a plugin's directory, a .wasm file or an image"),
	}
	form := addChoice(cmd, "format", string(sbom.SPDX), "form of the bill", billForms()...)
	trust := addTrust(cmd)
	addRegistry(cmd, &o)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if err := trust.onlyImages(args[0]); err != nil {
			return err
		}
		if err := trust.apply(&o); err != nil {
			return err
		}
		raw, err := oci.Bill(cmd.Context(), args[0], sbom.Format(*form), toolVersion(), o)
		if err != nil {
			return err
		}
		_, err = cmd.OutOrStdout().Write(raw)
		return err
	}
	return cmd
}
