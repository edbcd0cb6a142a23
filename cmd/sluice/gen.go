package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/sluiceproxy/sluice/deliver/generate"
)

// genHelp is what all "sluice gen" commands take.
const genHelp = `

A plugin is named by resources (FILE.yaml, FILE.json or a directory of them:
WasmPlugin of Istio and of Higress, TrafficExtension, EnvoyExtensionPolicy), a
.wasm file, a directory with main.wasm, or an image. The configuration of the
last three is NAME.yaml or config.yaml beside the module, or --config. hub:NAME is
the image of a plugin of $SLUICE_HUB, see "sluice search".`

// newGenCommand writes configuration of gateways.
func newGenCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "gen",
		Short: "Write a gateway's configuration from plugins' resources",
		Long: `Write a gateway's configuration from the resources that ask for plugins, or from a
plugin itself:

  envoy        envoy.yaml, all that a stock Envoy needs
  ecds         what one's own Envoy needs to be given plugins while it runs
  compose      docker-compose.yaml and envoy.yaml
  envoyfilter  Istio's EnvoyFilter, for what WasmPlugin can't say
  wasmplugin   the resource of another gateway: Istio, Higress, Envoy Gateway

docs/gateways.md shows each.` + genHelp,
		Example: `  sluice gen envoy wasmplugin.yaml --upstream 127.0.0.1:8080 -o out/
  sluice gen compose ./plugins/mock-response -o out/
  sluice gen wasmplugin wasmplugin.yaml --for higress`,
		Args: genArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newGenEnvoyCommand(), newGenECDSCommand(), newGenComposeCommand(), newGenEnvoyFilterCommand(), newGenWasmPluginCommand())
	return cmd
}

// genArgs refuses a command that does not exist.
func genArgs(_ *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	return fmt.Errorf("gen has no command %q; want envoy, ecds, compose, envoyfilter or wasmplugin", args[0])
}

// someFiles is what all the commands take.
const someFiles = "files of resources, .wasm files, directories or images"

// runGen generates and prints what was made.
func runGen(cmd *cobra.Command, f *genFlags, o generate.Options, what string, args []string) error {
	o.What, o.Args = what, args
	if err := f.apply(cmd, &o); err != nil {
		return err
	}
	if err := ofHub(cmd, o.Args, "", nil, o.Prepare.OCI, sourceInHub); err != nil {
		return err
	}
	r, err := generate.Run(cmd.Context(), o)
	f.stop()
	if err != nil {
		return explainGen(err)
	}
	return printGen(cmd, r, *f.format)
}

func printGen(cmd *cobra.Command, r *generate.Result, format string) error {
	if format == "json" {
		return printJSON(cmd.OutOrStdout(), r)
	}
	for _, w := range r.Warnings {
		fmt.Fprintf(cmd.ErrOrStderr(), "warning: %s\n", w)
	}
	for i, f := range r.Files {
		if err := printGenerated(cmd.OutOrStdout(), f, i, len(r.Files)); err != nil {
			return err
		}
	}
	return nil
}

// printGenerated prints a file, or what became of it. Several texts are documents
// of one stream, each with its name.
func printGenerated(w io.Writer, f generate.File, i, n int) error {
	if f.Change != "" {
		_, err := fmt.Fprintf(w, "%s %s\n", f.Change, f.Path)
		return err
	}
	mark := ""
	if i > 0 {
		mark = "---\n"
	}
	if n > 1 {
		mark += "# " + f.Path + "\n"
	}
	_, err := io.WriteString(w, mark+strings.TrimSuffix(f.Content, "\n")+"\n")
	return err
}
