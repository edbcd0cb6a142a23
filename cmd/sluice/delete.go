package main

import (
	"github.com/spf13/cobra"

	"github.com/sluiceproxy/sluice/deliver/apply"
	"github.com/sluiceproxy/sluice/deploy/wasmplugin"
)

// newDeleteCommand deletes what was applied.
func newDeleteCommand() *cobra.Command {
	var o apply.DeleteOptions
	cmd := &cobra.Command{
		Use:   "delete NAME | -f FILE|DIR",
		Short: "Delete resources that were applied to Kubernetes clusters",
		Long: `Delete a resource by name, or those of files. It asks nothing, and says what it
deleted. What "sluice apply" did not write is left alone unless --force is given.

All contexts are asked first; where one can't be used nothing is deleted anywhere,
unless --partial is given. A deletion is not undone.` + clusterHelp,
		Example: `  sluice delete my-plugin
  sluice delete -f plugins/ --context eu,us --wait
  sluice delete my-plugin --dry-run --output json`,
		Args: takes(0, 1, "one argument, the name of a resource, or -f"),
	}
	files := addFiles(cmd)
	kind := addFor(cmd, "kind of the resource (default any, with -f that of the file)")
	clusters := addClusters(cmd)
	addPartial(cmd, clusters)
	cmd.Flags().BoolVar(&o.DryRun, "dry-run", false, "ask whether it could be deleted, and delete nothing")
	cmd.Flags().BoolVar(&o.Force, "force", false, "delete also what \"sluice apply\" did not write")
	wait := addWait(cmd, "wait until it is gone")
	format := addFormat(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if len(args)+len(*files) == 0 || len(args) > 0 && len(*files) > 0 {
			return usagef("delete needs the name of a resource, or -f")
		}
		o.For = wasmplugin.Kind(*kind)
		if len(args) > 0 {
			o.Name = args[0]
		}
		o.Files, o.Clusters, o.Wait = *files, *clusters, *wait
		r, err := apply.Delete(cmd.Context(), o)
		return printApplied(cmd, r, *format, err)
	}
	return cmd
}
