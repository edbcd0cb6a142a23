package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/sluiceproxy/sluice/build"
)

// newInspectCommand describes a .wasm file.
func newInspectCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "inspect FILE.wasm",
		Short: "Say what a .wasm file needs, offers and weighs, and who would refuse it",
		Long: `Describe a .wasm file: the versions of the Proxy-Wasm ABI that it exports, the
host functions that it imports and the gateways that have them, the callbacks
that it offers, the Go modules that it was made of, and the size of its parts.

The exit code is 1 if the gateway named by --target would refuse the file. The
message then names the cause and the cure.`,
		Example: `  sluice inspect main.wasm
  sluice inspect main.wasm --target higress
  sluice inspect main.wasm --output json`,
		Args:              takes(1, 1, "one argument, a .wasm file"),
		ValidArgsFunction: completeModule,
	}
	target := addTarget(cmd, build.Envoy, "gateway to judge for")
	format := addFormat(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		code, err := build.ReadFile(args[0])
		if err != nil {
			return err
		}
		r, err := build.Inspect(code)
		if err != nil {
			return err
		}
		if *format == "json" {
			err = printJSON(cmd.OutOrStdout(), r)
		} else {
			err = printReport(cmd.OutOrStdout(), args[0], r)
		}
		if err != nil {
			return err
		}
		if err := r.Refusal(build.Target(*target)); err != nil {
			return fmt.Errorf("%s: %w", args[0], err)
		}
		return nil
	}
	return cmd
}
