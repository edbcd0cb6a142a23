package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/sluiceproxy/sluice/deliver/serve"
)

// statusFlags are the flags of "sluice status".
type statusFlags struct {
	server string
	watch  bool
	every  time.Duration
	format *string
}

// newStatusCommand tells which proxy runs what.
func newStatusCommand() *cobra.Command {
	var f statusFlags
	cmd := &cobra.Command{
		Use:   "status [NAME]",
		Short: "Show which Envoy runs which plugin",
		Long: `Show which Envoy runs which version of which plugin, since when, and what it has
refused, with its reason. It asks a running "sluice serve" at its admin address.

With the name of a resource, with -f or with --context it asks Kubernetes clusters:
what was applied, what controllers say of it, and which proxies have acknowledged
it, where istiod can be asked.` + clusterHelp,
		Example: `  sluice status
  sluice status --server http://127.0.0.1:18001 --watch
  sluice status --output json
  sluice status my-plugin --context eu,us`,
		Args: takes(0, 1, "the name of a resource in Kubernetes, or no argument"),
	}
	flags := cmd.Flags()
	flags.StringVar(&f.server, "server", "http://"+serve.DefaultAdmin, "`URL` of the admin endpoint of a running \"sluice serve\"")
	flags.BoolVar(&f.watch, "watch", false, "print again when something changes, until interrupted")
	flags.DurationVar(&f.every, "every", time.Second, "with --watch: how often to ask")
	cluster := addStatusCluster(cmd)
	f.format = addFormat(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if cluster.asked(cmd, args) {
			return cluster.run(cmd, args, *f.format)
		}
		if f.every <= 0 {
			return usagef("--every %s: want a positive time", f.every)
		}
		if f.watch {
			return f.follow(cmd.Context(), cmd.OutOrStdout())
		}
		s, err := serve.FetchStatus(cmd.Context(), f.server)
		if err != nil {
			return err
		}
		if *f.format == "json" {
			return printJSON(cmd.OutOrStdout(), s)
		}
		return printStatus(cmd.OutOrStdout(), s, time.Now())
	}
	return cmd
}

// follow prints the status whenever it is another one.
func (f *statusFlags) follow(ctx context.Context, out io.Writer) error {
	last := ""
	for {
		s, err := serve.FetchStatus(ctx, f.server)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		var b strings.Builder
		switch {
		case err != nil:
			fmt.Fprintf(&b, "%s\n", message(err))
		case *f.format == "json":
			_ = printJSON(&b, s) // into memory
		default:
			_ = printStatus(&b, s, time.Time{})
		}
		if text := b.String(); text != last {
			if last != "" && *f.format != "json" {
				fmt.Fprintln(out, "--- "+time.Now().Format(time.TimeOnly))
			}
			fmt.Fprint(out, text)
			last = text
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(f.every):
		}
	}
}

// printStatus prints a table of the plugins, one of the nodes, and what is wrong.
// The age of things is left out at no time.
func printStatus(w io.Writer, s *serve.Status, now time.Time) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "PLUGIN\tSTATE\tMODULE\tCONFIG\tSINCE\tURL")
	for _, p := range s.Plugins {
		module, config := versionCells(p.Wanted)
		since := ""
		if p.Wanted != nil {
			since = when(p.Wanted.Since, now)
		}
		row(t, "%s\t%s\t%s\t%s\t%s\t%s", p.Name, p.State, module, config, since, p.URL)
	}
	if len(s.Plugins) == 0 {
		row(t, "none in %s", s.Directory)
	}
	printCanaries(t, s, now)
	fmt.Fprintln(t, "\nNODE\tADDRESS\tENVOY\tPLUGIN\tSTATE\tMODULE\tCONFIG\tSINCE")
	for _, n := range s.Nodes {
		printNode(t, n, now)
	}
	if len(s.Nodes) == 0 {
		fmt.Fprintln(t, "none has connected")
	}
	if err := t.Flush(); err != nil {
		return err
	}
	return printProblems(w, s)
}

// printCanaries prints the versions that take over step by step, if there are any.
func printCanaries(w io.Writer, s *serve.Status, now time.Time) {
	head := false
	for _, p := range s.Plugins {
		c := p.Canary
		if c == nil {
			continue
		}
		if !head {
			fmt.Fprintln(w, "\nCANARY\tPHASE\tSHARE\tMODULE\tCONFIG\tSINCE\tREQUESTS\tFAILED\tP95\tSTABLE\tFAILED\tP95")
			head = true
		}
		share := fmt.Sprintf("%d%%", c.Percent)
		if c.Header != "" {
			share += " " + c.Header
		}
		module, config := versionCells(c.Version)
		row(w, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s", p.Name, c.Phase, share, module, config, when(c.Since, now),
			fmt.Sprint(c.Canary.Requests), fmt.Sprint(c.Canary.Errors), c.Canary.P95.String(),
			fmt.Sprint(c.Stable.Requests), fmt.Sprint(c.Stable.Errors), c.Stable.P95.String())
	}
}

func printNode(w io.Writer, n serve.NodeStatus, now time.Time) {
	if !n.Connected {
		row(w, "%s\t%s\t%s\t-\t%s\t-\t-\t%s", n.ID, n.Address, n.Version, "gone", when(n.Since, now))
		return
	}
	for _, p := range n.Plugins {
		module, config := versionCells(p.RunningVersion)
		since := ""
		if p.Since != nil {
			since = when(*p.Since, now)
		}
		row(w, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s", n.ID, n.Address, n.Version, p.Name, p.State, module, config, since)
	}
	if len(n.Plugins) == 0 {
		row(w, "%s\t%s\t%s\t-\t%s\t-\t-\t%s", n.ID, n.Address, n.Version, "asks for none", when(n.Since, now))
	}
}

// printProblems prints what is wrong, one line each.
func printProblems(w io.Writer, s *serve.Status) error {
	var lines []string
	for _, p := range s.Problems {
		lines = append(lines, cells("%s", p.Text))
	}
	for _, p := range s.Plugins {
		if p.Problem != "" {
			lines = append(lines, cells("%s: %s", p.Name, p.Problem))
		}
		if p.Canary != nil && p.Canary.Phase == "rolled back" {
			lines = append(lines, cells("%s: the new version was rolled back: %s", p.Name, p.Canary.Reason))
		}
	}
	for _, n := range s.Nodes {
		for _, p := range append(n.Plugins, n.Others...) {
			if p.Reason != "" {
				lines = append(lines, cells("%s refused %s %s: %s", n.ID, p.Name, p.Refused, p.Reason))
			}
		}
	}
	if len(lines) == 0 {
		return nil
	}
	_, err := fmt.Fprintf(w, "\nPROBLEMS\n%s\n", strings.Join(lines, "\n"))
	return err
}

// versionCells are the short digest of a module and the hash of a configuration.
func versionCells(v *serve.VersionStatus) (module, config string) {
	if v == nil {
		return "-", "-"
	}
	if config = v.Config; config == "" {
		config = "none"
	}
	return v.SHA256[:min(12, len(v.SHA256))], config
}

// when is an age, or the time where there is no now.
func when(at, now time.Time) string {
	if now.IsZero() {
		return at.Local().Format(time.DateTime)
	}
	return now.Sub(at).Round(time.Second).String()
}
