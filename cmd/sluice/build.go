package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/sluiceproxy/sluice/build"
)

// newBuildCommand makes a .wasm file of a plugin.
func newBuildCommand() *cobra.Command {
	var o build.Options
	cmd := &cobra.Command{
		Use:   "build [DIR]",
		Short: "Build a plugin to a .wasm file",
		Long: `Build the plugin in DIR (default: the current directory) to a .wasm file that
gateways load. It needs Go 1.24 or later and nothing else.

It does what this line does,

  GOOS=wasip1 GOARCH=wasm go build -buildmode=c-shared -o main.wasm ./

and more: it strips what only debuggers read, turns the WASI functions that
gateways before Envoy 1.39 lack into ones that answer "not implemented", drops
the callbacks in which nothing of the plugin can run, so that gateways don't
call them, puts small packages in the place of large ones of the standard library
of which the plugin uses little (net/http for names of status codes), checks that
gateways take the result, and replaces the old file in one step. The same source gives the same bytes in any directory.

A plugin that imports Higress' Go SDK is built without an edit: this project's
SDK takes its place, through a module file outside the plugin's directory.

With --target, a plugin that this gateway would refuse is an error. Without,
one that only some gateways take is built with a warning.

Redis clients use calls that Higress and "sluice run" offer. For envoy, istio and
envoy-gateway they are built to use the gateway's cluster "sluice-redis" instead;
docs/redis.md shows how to configure it. Other plugins are the same file for every
target.`,
		Example: `  sluice build ./plugins/hello-world
  sluice build . -o /tmp/hello.wasm --target istio
  sluice build . --verify
  sluice build . --output json`,
		Args:              takes(0, 1, "one argument, the plugin's directory"),
		ValidArgsFunction: completeDir,
	}
	cmd.Flags().StringVarP(&o.Output, "out", "o", "", "`FILE` to write, or a directory for main.wasm (default DIR/main.wasm)")
	cmd.Flags().BoolVar(&o.KeepCallbacks, "keep-callbacks", false, "export all callbacks, also those in which nothing of the plugin can run")
	cmd.Flags().BoolVar(&o.KeepStd, "keep-std", false, "take the standard library as it is, without small packages in the place of large ones, and Go's runtime with all its parts")
	cmd.Flags().BoolVar(&o.Verify, "verify", false, "build a second time, as somebody else would, and compare the bytes; takes about a minute")
	cmd.Flags().BoolVar(&o.Optimize, "optimize", false, "run Binaryen's wasm-opt over the module: a few percent smaller, no faster")
	cmd.Flags().StringVar(&o.WasmOpt, "wasm-opt", "", "wasm-opt `COMMAND` for --optimize (default wasm-opt, from the PATH)")
	target := addTarget(cmd, build.Any, "gateway that must take the plugin")
	format := addFormat(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if len(args) == 1 {
			o.Dir = args[0]
		}
		o.Target, o.Progress = build.Target(*target), cmd.ErrOrStderr()
		r, err := build.Build(cmd.Context(), o)
		if err != nil {
			return err
		}
		for _, w := range r.Warnings {
			fmt.Fprintln(cmd.ErrOrStderr(), "warning:", w)
		}
		if *format == "json" {
			return printJSON(cmd.OutOrStdout(), r)
		}
		return printBuild(cmd.OutOrStdout(), r)
	}
	return cmd
}

func printBuild(w io.Writer, r *build.Result) error {
	more := ""
	if len(r.Closed) > 0 {
		more += "\nclosed  " + strings.Join(r.Closed, ", ")
	}
	if len(r.Dropped) > 0 {
		more += "\ndropped " + strings.Join(r.Dropped, ", ")
	}
	if len(r.Replaced) > 0 {
		more += "\nlean    small packages in the place of " + strings.Join(r.Replaced, ", ")
	}
	if len(r.Trimmed) > 0 {
		more += "\ntrimmed Go's runtime does without " + strings.Join(r.Trimmed, ", ")
	}
	if r.Verified {
		more += "\nverified a second build, from another directory, gave the same bytes"
	}
	_, err := fmt.Fprintf(w, "wrote   %s (%s, %s gzip, %s, %s)\nABI     %s\nsha256  %s%s\n",
		r.Output, size(r.Size), size(r.Gzip), r.GoVersion, r.Duration.Round(10*time.Millisecond), strings.Join(r.ABI, ", "), r.SHA256, more)
	return err
}

// printJSON prints a value for other programs to read.
func printJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(v)
}

// size is a number of bytes for people.
func size(n int) string {
	switch {
	case n < 1<<10:
		return fmt.Sprintf("%d B", n)
	case n < 1<<20:
		return fmt.Sprintf("%.1f KiB", float64(n)/(1<<10))
	default:
		return fmt.Sprintf("%.1f MiB", float64(n)/(1<<20))
	}
}
