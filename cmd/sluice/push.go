package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/sluiceproxy/sluice/build/oci"
)

// newPushCommand sends a plugin to a registry.
func newPushCommand() *cobra.Command {
	var o oci.Options
	cmd := &cobra.Command{
		Use:   "push DIR|FILE.wasm|LAYOUT IMAGE",
		Short: "Send a plugin to a registry",
		Long: `Send a plugin to a registry, under the name IMAGE and any further tags. What is
sent is a .wasm file or the directory of a built plugin, of which an image is
made as by "sluice package", or an OCI layout, whose image keeps its digest.

Before anything is sent the image is checked by the rules of the gateways that
are to take it, or of those named with --for. What a registry has already is not
sent again, and what broke is taken up again.

--sbom and --provenance attach what is known about the plugin to the image, and
--sign-key signs the image and that; "sluice attest" and "sluice sign" do the same
later.` + registryHelp,
		Example: `  sluice push . registry.example/team/plugin:1.0.0
  sluice push main.wasm registry.example/team/plugin:1.0.0 --tag latest --tag 1.0
  sluice push plugin.tar localhost:5000/plugin:1.0.0 --plain-http
  sluice push . registry.example/team/plugin:1.0.0 --higress-metadata
  sluice push . registry.example/team/plugin:1.0.0 --sbom spdx --provenance --sign-key sluice.key`,
		Args: takes(2, 2, "two arguments: the plugin and the image"),
	}
	tags := addTags(cmd)
	flags := addPackage(cmd)
	told := addAttest(cmd)
	key := cmd.Flags().String("sign-key", "", "private key, a PEM `FILE`, that signs the image and what is attached")
	passphrase := addPassphrase(cmd)
	addRegistry(cmd, &o)
	format := addFormat(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		dst, err := place(args[1])
		if err != nil {
			return err
		}
		po, err := flags.options()
		if err != nil {
			return err
		}
		var e oci.Extras
		if e.Attest, err = told.options(*key, *passphrase); err != nil {
			return err
		}
		e.Sign.Key = e.Attest.Key
		stop := watch(cmd, &o)
		r, err := oci.PushWith(cmd.Context(), args[0], dst, *tags, po, e, o)
		stop()
		if err != nil {
			return err
		}
		return printPushed(cmd, r, *format)
	}
	return cmd
}

// printPushed prints the image, and then what was added to it.
func printPushed(cmd *cobra.Command, r *oci.Pushed, format string) error {
	if format == "json" {
		return printJSON(cmd.OutOrStdout(), r)
	}
	if err := printPackaged(cmd, "pushed ", r.Packaged, format); err != nil {
		return err
	}
	if r.Attested != nil {
		if _, err := fmt.Fprint(cmd.OutOrStdout(), attestedText(r.Attested)); err != nil {
			return err
		}
	}
	if r.Signed != nil {
		return printSigned(cmd, r.Signed, format)
	}
	return nil
}
