package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/sluiceproxy/sluice/build"
	"github.com/sluiceproxy/sluice/build/oci"
)

// newInspectCommand describes a .wasm file or an image.
func newInspectCommand() *cobra.Command {
	var o oci.Options
	cmd := &cobra.Command{
		Use:   "inspect FILE.wasm|IMAGE|hub:NAME",
		Short: "Say what a plugin needs, offers and weighs, and who would refuse it",
		Long: `Describe a .wasm file: the versions of the Proxy-Wasm ABI that it exports, the
host functions that it imports and the gateways that have them, the callbacks
that it offers, the Go modules that it was made of, and the size of its parts.

Of an image, in a registry or an OCI layout, also tell its layers, annotations and
labels, the schema of the configuration if it carries one, which gateways take it,
and what is attached to it: signatures, which are not verified without --key or
--policy, and the manifests that refer to it.

With --size, tell instead which packages the code came from, and through which
others each was dragged in: the shortest way by direct calls, where there is one.
A package that is only initialised has none.

hub:NAME is the image of a plugin of the hub, see "sluice search".

The exit code is 1 if the gateway named by --target would refuse the file. The
message then names the cause and the cure.` + registryHelp,
		Example: `  sluice inspect main.wasm
  sluice inspect registry.example/team/plugin:1.0.0 --key sluice.pub
  sluice inspect hub:key-auth --hub oci://registry.example/team/hub
  sluice inspect main.wasm --target higress
  sluice inspect main.wasm --size
  sluice inspect main.wasm --output json`,
		Args:              takes(1, 1, "one argument, a .wasm file or an image"),
		ValidArgsFunction: completeHub(completeModule),
	}
	target := addTarget(cmd, build.Envoy, "gateway to judge for")
	where := addHub(cmd)
	trust := addTrust(cmd)
	addRegistry(cmd, &o)
	sizes := cmd.Flags().Bool("size", false, "say which package brought how much, and what dragged it in")
	format := addFormat(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if err := ofHub(cmd, args, *where, trust, o, builtInHub); err != nil {
			return err
		}
		if err := trust.onlyImages(args[0]); err != nil {
			return err
		}
		if isImage(args[0]) {
			if err := trust.apply(&o); err != nil {
				return err
			}
			if !*sizes {
				return inspectImage(cmd, args[0], build.Target(*target), *format, o)
			}
		}
		code, err := readModule(cmd, args[0], o)
		if err != nil {
			return err
		}
		if *sizes {
			return inspectSize(cmd, args[0], code, *format)
		}
		return inspectModule(cmd, args[0], code, build.Target(*target), *format)
	}
	return cmd
}

// readModule reads a file, or the module in an image.
func readModule(cmd *cobra.Command, name string, o oci.Options) ([]byte, error) {
	if isImage(name) {
		return oci.Module(cmd.Context(), name, o)
	}
	return build.ReadFile(name)
}

// inspectModule describes a module.
func inspectModule(cmd *cobra.Command, name string, code []byte, target build.Target, format string) error {
	r, err := build.Inspect(code)
	if err != nil {
		return err
	}
	if format == "json" {
		err = printJSON(cmd.OutOrStdout(), r)
	} else {
		err = printReport(cmd.OutOrStdout(), name, r)
	}
	if err != nil {
		return err
	}
	if err := r.Refusal(target); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}
