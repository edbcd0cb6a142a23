package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/sluiceproxy/sluice/build/gotest"
)

// newTestCommand runs a plugin's unit tests.
func newTestCommand() *cobra.Command {
	var o gotest.Options
	cmd := &cobra.Command{
		Use:   "test [DIR] [flags] [-- GO TEST FLAGS]",
		Short: "Run a plugin's unit tests",
		Long: `Run the tests of the packages in DIR (default: the current directory) and below
it with "go test". What stands behind "--" goes to that command, such as -run,
-v and -count; see "go help test".

The tests of a plugin that imports Higress' Go SDK run without an edit: this
project's SDK takes its place, also for the packages proxytest and test that such
tests use. Where a test runs the plugin as Wasm, the module is built for it, from
the sources as they are now.

With --output json, the output is that of "go test -json": an object a line.`,
		Example: `  sluice test
  sluice test ./plugins/http-call
  sluice test . -- -run TestParse -v -count=1
  sluice test . --output json`,
		ValidArgsFunction: completeDir,
		Args: func(cmd *cobra.Command, args []string) error {
			dirs, _ := splitAtDash(cmd, args)
			return takes(0, 1, `one argument, the plugin's directory, and flags for go test behind "--"`)(cmd, dirs)
		},
	}
	cmd.SetFlagErrorFunc(func(_ *cobra.Command, err error) error {
		return fmt.Errorf(`%w; flags of go test stand behind "--"`, err)
	})
	format := addFormat(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		dirs, rest := splitAtDash(cmd, args)
		if len(dirs) == 1 {
			o.Dir = dirs[0]
		}
		o.Args, o.JSON = rest, *format == "json"
		o.Stdout, o.Stderr = cmd.OutOrStdout(), cmd.ErrOrStderr()
		return gotest.Run(cmd.Context(), o)
	}
	return cmd
}

// splitAtDash returns the arguments before and behind "--".
func splitAtDash(cmd *cobra.Command, args []string) (before, behind []string) {
	if at := cmd.ArgsLenAtDash(); at >= 0 {
		return args[:at], args[at:]
	}
	return args, nil
}
