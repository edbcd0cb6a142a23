package main

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/sluiceproxy/sluice/build"
	"github.com/sluiceproxy/sluice/build/bundle"
)

// newBundleCommand makes one .wasm file of several plugins.
func newBundleCommand() *cobra.Command {
	var o bundle.Options
	cmd := &cobra.Command{
		Use:   "bundle DIR|NAME=DIR...",
		Short: "Build several plugins to one .wasm file",
		Long: `Build the plugins in the directories to one .wasm file. Gateways compile it once,
and the plugins share one VM: a fraction of the time to load, of the memory, and of
the work for each request that a file for each of them costs.

Each plugin is as "sluice build" takes it: in any style, in any Go module, with
Higress' Go SDK as well. Its directory is only read. It has a name, by default its
directory's, and a gateway's filter chooses it in one of two ways:

  root_id        The filter is for the plugin of that name. Several filters, with
                 the same file and vm_id, share the VM.
  configuration  {"_plugins_": [{"name": "auth", "config": {…}}, {"name": "log"}]}
                 The filter runs these plugins in this order, as if each had a
                 filter of its own.

Either way each plugin has its own configuration, failure policy, log name and
shared data. docs/bundles.md tells what differs from filters of their own.

A plugin that can't share a module is refused, with the file and the line.`,
		Example: `  sluice bundle ./plugins/hello-world ./plugins/mock-response -o all.wasm
  sluice bundle auth=./key-auth limit=../limits/cmd -o all.wasm --target istio
  sluice run all.wasm --config chain.json`,
		Args:              pluginArgs(&o.Plugins),
		ValidArgsFunction: completePluginDirs,
	}
	cmd.Flags().StringVarP(&o.Output, "out", "o", "", "`FILE` to write, or a directory for main.wasm (default main.wasm here)")
	target := addTarget(cmd, build.Any, "gateway that must take the plugins")
	format := addFormat(cmd)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		o.Target, o.Progress = build.Target(*target), cmd.ErrOrStderr()
		r, err := bundle.Build(cmd.Context(), o)
		if err != nil {
			return err
		}
		for _, w := range r.Warnings {
			fmt.Fprintln(cmd.ErrOrStderr(), "warning:", w)
		}
		if *format == "json" {
			return printJSON(cmd.OutOrStdout(), r)
		}
		return printBundle(cmd.OutOrStdout(), r)
	}
	return cmd
}

// pluginArgs reads the arguments.
func pluginArgs(plugins *[]bundle.Plugin) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if err := takes(1, 1000, "the directories of the plugins, each as DIR or NAME=DIR")(cmd, args); err != nil {
			return err
		}
		*plugins = nil
		for _, arg := range args {
			p, err := bundle.ParsePlugin(arg)
			if err != nil {
				return err
			}
			*plugins = append(*plugins, p)
		}
		return nil
	}
}

// completePluginDirs offers directories for every argument.
func completePluginDirs(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	return nil, cobra.ShellCompDirectiveFilterDirs
}

func printBundle(w io.Writer, r *bundle.Result) error {
	if err := printBuild(w, r.Result); err != nil {
		return err
	}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, p := range r.Plugins {
		fmt.Fprintf(t, "plugin\t%s\t%s\n", p.Name, p.Dir)
	}
	if len(r.Shared) > 0 {
		fmt.Fprintf(t, "shared\t%s\n", strings.Join(r.Shared, ", "))
	}
	return t.Flush()
}
