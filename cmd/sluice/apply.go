package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/sluiceproxy/sluice/deliver/apply"
	"github.com/sluiceproxy/sluice/deploy/wasmplugin"
)

// newApplyCommand brings plugins to Kubernetes clusters.
func newApplyCommand() *cobra.Command {
	var o apply.Options
	cmd := &cobra.Command{
		Use:   "apply -f FILE|DIR",
		Short: "Apply resources that run plugins to Kubernetes clusters",
		Long: `Apply WasmPlugin resources of Istio or Higress, TrafficExtensions of Istio or
EnvoyExtensionPolicies of Envoy Gateway to one or several clusters, by server-side
apply with the field manager "sluice".

Before any cluster hears of it, the image is pulled and verified, judged by the
rules of the gateway, and the configuration with each of its rules is checked by
the plugin's schema and by the plugin's own parser. The tag is resolved to the
digest of the image manifest, which is what is written.

Then all contexts are asked, by a dry run, whether they would take it. Where one
would not, nothing is changed anywhere, unless --partial is given. Where one fails
later all the same, the others get back what they had.

The history is kept in the object: see "sluice history" and "sluice rollback".
--output yaml prints the pinned resources and asks no cluster.

The exit code is 1 if something was refused or, with --wait, was not seen to run.` + registryHelp + clusterHelp,
		Example: `  sluice apply -f plugin.yaml
  sluice apply -f plugins/ --context eu,us --key sluice.pub --wait
  sluice apply -f plugin.yaml --image registry.example/team/plugin:1.1.0 --dry-run
  sluice apply -f plugin.yaml --for traffic-extension --output yaml > pinned.yaml`,
		Args: takes(0, 0, "no argument; files are given with -f"),
	}
	files := addFiles(cmd)
	to := addFor(cmd, "kind of resource that is written (default that of the file)")
	cmd.Flags().StringVar(&o.Image, "image", "", "`IMAGE` in place of the one in the file, also as hub:NAME of $SLUICE_HUB")
	clusters := addClusters(cmd)
	addPartial(cmd, clusters)
	cmd.Flags().BoolVar(&o.DryRun, "dry-run", false, "let the API servers check all, write nothing, and show the difference")
	cmd.Flags().BoolVar(&o.Force, "force-conflicts", false, "take over fields that other field managers hold")
	cmd.Flags().BoolVar(&o.PullAgain, "pull-again", false, "make proxies ask for the image again though nothing else changes")
	wait := addWait(cmd, "wait until the proxies have acknowledged it")
	addIstiod(cmd, wait)
	images := addImages(cmd)
	format := addChoice(cmd, "output", "text", "form of the output", "text", "json", "yaml")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		var err error
		if o.Images, err = images.images(); err != nil {
			return err
		}
		image := []string{o.Image}
		if err := ofHub(cmd, image, "", nil, o.Images.OCI, imageInHub); err != nil {
			return err
		}
		o.Image = image[0]
		if len(*files) == 0 {
			return usagef("apply needs -f")
		}
		o.Files, o.For, o.Clusters, o.Wait, o.Secret = *files, wasmplugin.Kind(*to), *clusters, *wait, secretName
		if *format == "yaml" {
			return renderYAML(cmd, o)
		}
		r, err := apply.Apply(cmd.Context(), o)
		return printApplied(cmd, r, *format, err)
	}
	return cmd
}

// renderYAML prints what would be sent. Warnings don't go where the YAML goes.
func renderYAML(cmd *cobra.Command, o apply.Options) error {
	text, warnings, err := apply.Render(cmd.Context(), o)
	if err != nil {
		return err
	}
	for _, w := range warnings {
		fmt.Fprintf(cmd.ErrOrStderr(), "sluice: warning: %s\n", w)
	}
	_, err = cmd.OutOrStdout().Write(text)
	return err
}
