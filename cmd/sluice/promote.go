package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/sluiceproxy/sluice/deliver/serve"
)

// newPromoteCommand ends a rollout with the new version.
func newPromoteCommand() *cobra.Command {
	return byHand("promote", "Let a new version take all requests now", `End the rollout of a new version by hand: it gets all requests. A version that was
rolled back can be promoted too, as long as the resource still asks for it.

NAME is that of the resource, or NAMESPACE.NAME. It asks a running "sluice serve" at
its admin address. "sluice status" shows which rollouts there are.`, serve.PromoteCanary)
}

// newAbortCommand ends a rollout with the old version.
func newAbortCommand() *cobra.Command {
	return byHand("abort", "Take all requests from a new version now", `End the rollout of a new version by hand: the version that ran before gets all
requests again. The new one is not tried again until the resource asks for another,
or "sluice promote".

NAME is that of the resource, or NAMESPACE.NAME. It asks a running "sluice serve" at
its admin address. "sluice status" shows which rollouts there are.`, serve.AbortCanary)
}

func byHand(name, short, long string, do func(ctx context.Context, server, plugin string) (*serve.CanaryStatus, error)) *cobra.Command {
	var server string
	cmd := &cobra.Command{
		Use:   name + " NAME",
		Short: short,
		Long:  long,
		Example: "  sluice " + name + " my-plugin\n" +
			"  sluice " + name + " higress-system.my-plugin --server http://127.0.0.1:18001",
		Args: takes(1, 1, "one argument, the name of the plugin"),
	}
	cmd.Flags().StringVar(&server, "server", "http://"+serve.DefaultAdmin, "`URL` of the admin endpoint of a running \"sluice serve\"")
	format := addFormat(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		s, err := do(cmd.Context(), server, args[0])
		if err != nil {
			return err
		}
		if *format == "json" {
			return printJSON(cmd.OutOrStdout(), s)
		}
		_, err = fmt.Fprintf(cmd.OutOrStdout(), "%s %s, the new version gets %d%% of the requests\n", s.Plugin, s.Phase, s.Percent)
		return err
	}
	return cmd
}
