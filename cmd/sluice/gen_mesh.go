package main

import (
	"github.com/spf13/cobra"

	"github.com/sluiceproxy/sluice/deliver/generate"
	"github.com/sluiceproxy/sluice/deploy/wasmplugin"
)

func newGenEnvoyFilterCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "envoyfilter FILE|DIR|IMAGE...",
		Short: "Write Istio's EnvoyFilter, for what WasmPlugin can't say",
		Long: `Write an EnvoyFilter of Istio that adds the plugins to the filter chain and has
Istio's agent pull them, as a WasmPlugin does, but with
allow_on_headers_stop_iteration, so that HeaderStopIteration lets the body
through to the plugin, and with --restrict.

AUTHN comes before all filters, all other phases before the router. An image
that needs a pull secret can't be named.` + genHelp,
		Example: `  sluice gen envoyfilter wasmplugin.yaml
  sluice gen envoyfilter registry.example/team/plugin:1.0.0 --config config.yaml --selector istio=ingressgateway -o envoyfilter.yaml`,
		Args: takes(1, most, someFiles),
	}
	var o generate.Options
	f := addGen(cmd, "`FILE`")
	f.addGenModules(cmd)
	f.addGenPlace(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error { return runGen(cmd, f, o, generate.EnvoyFilter, args) }
	return cmd
}

func newGenWasmPluginCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "wasmplugin FILE|DIR|IMAGE...",
		Short: "Write the resource that asks a gateway for the plugin",
		Long: `Write the resource that asks for the plugins, from that of another gateway or from
an image: WasmPlugin of Istio or Higress, Istio's TrafficExtension, Envoy
Gateway's EnvoyExtensionPolicy. Higress' defaultConfig and matchRules become
_rules_ in the configuration for all others, and are made of it for Higress.

What the kind can't say is a warning, or an error if the plugin would do
something else.` + genHelp,
		Example: `  sluice gen wasmplugin wasmplugin.yaml --for higress
  sluice gen wasmplugin wasmplugin.yaml --for envoy-gateway --target-ref Gateway/main
  sluice gen wasmplugin registry.example/team/plugin:1.0.0 --config config.yaml --for istio -o wasmplugin.yaml`,
		Args: takes(1, most, someFiles),
	}
	var o generate.Options
	var words []string
	for _, k := range wasmplugin.Kinds() {
		words = append(words, string(k))
	}
	f := addGen(cmd, "`FILE`")
	kind := addChoice(cmd, "for", string(wasmplugin.Istio), "whose resource to write", words...)
	f.addGenPlace(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		o.For = wasmplugin.Kind(*kind)
		return runGen(cmd, f, o, generate.WasmPlugin, args)
	}
	return cmd
}
