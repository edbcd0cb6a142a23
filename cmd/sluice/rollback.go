package main

import (
	"github.com/spf13/cobra"

	"github.com/sluiceproxy/sluice/deliver/apply"
	"github.com/sluiceproxy/sluice/deploy/wasmplugin"
)

// newRollbackCommand applies an earlier revision again.
func newRollbackCommand() *cobra.Command {
	var o apply.RollbackOptions
	cmd := &cobra.Command{
		Use:   "rollback NAME",
		Short: "Apply an earlier revision of a resource in Kubernetes again",
		Long: `Apply an earlier revision of a resource again, as a new revision: by default the one
before the present one. Revisions are those of "sluice history".

It is checked as "sluice apply" checks. The revision names the image by digest, so
nothing can have moved; where the registry is down the image is taken from the
store, and where it is not there either, the check that was made when the revision
was applied counts, unless --key or --policy is given.` + registryHelp + clusterHelp,
		Example: `  sluice rollback my-plugin
  sluice rollback my-plugin --to 3 --context eu,us --wait
  sluice rollback my-plugin --dry-run`,
		Args: takes(1, 1, "one argument, the name of a resource"),
	}
	cmd.Flags().IntVar(&o.To, "to", 0, "`REVISION` to go back to (default the one before the present one)")
	kind := addFor(cmd, "kind of the resource (default any)")
	clusters := addClusters(cmd)
	addPartial(cmd, clusters)
	cmd.Flags().BoolVar(&o.DryRun, "dry-run", false, "let the API servers check all, write nothing, and show the difference")
	cmd.Flags().BoolVar(&o.Force, "force-conflicts", false, "take over fields that other field managers hold")
	wait := addWait(cmd, "wait until the proxies have acknowledged it")
	addIstiod(cmd, wait)
	images := addImages(cmd)
	format := addFormat(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if cmd.Flags().Changed("to") && o.To < 1 {
			return usagef("--to %d: revisions begin with 1", o.To)
		}
		var err error
		if o.Images, err = images.images(); err != nil {
			return err
		}
		o.Named = apply.Named{Name: args[0], For: wasmplugin.Kind(*kind)}
		o.Clusters, o.Wait, o.Secret = *clusters, *wait, secretName
		r, err := apply.Rollback(cmd.Context(), o)
		return printApplied(cmd, r, *format, err)
	}
	return cmd
}
