package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/sluiceproxy/sluice/deploy/envoy"
	"github.com/sluiceproxy/sluice/run"
	"github.com/sluiceproxy/sluice/run/bench"
	"github.com/sluiceproxy/sluice/run/record"
)

// benchFlags are the flags of "sluice bench".
type benchFlags struct {
	engine, format                            *string
	envoy, config, requests, budget, profiled string
	runs, rounds                              int
	images                                    *imageFlags
}

// newBenchCommand measures a plugin.
func newBenchCommand() *cobra.Command {
	var f benchFlags
	cmd := &cobra.Command{
		Use:   "bench [DIR|FILE.wasm|IMAGE]",
		Short: "Say what a plugin's callbacks cost, and hold it to a budget",
		Long: `Run a plugin (default: that in the current directory) on the embedded host, and
print for each callback its time, the host functions that it calls, what Go's
runtime in it allocates, and by how much its memory grows. Allocations are known
of modules with names of functions, which this command builds from a directory;
those of "sluice build" have none.

Requests are a page, and JSON in requests and responses, or with --requests those
of a recording of "sluice run --record", with the recorded answers of the upstream
and of what the plugin calls.

With --engine envoy it measures on a real Envoy too, in turns with an Envoy
without the plugin: requests a second, latency, and CPU for a request.

--profile writes a profile of the plugin's functions for "go tool pprof", which
draws flame graphs of it. --budget compares with limits, in YAML:

  callbacks:
    proxy_on_request_headers: {hostCalls: 3, allocations: 5, ratio: 8}
  each: {growth: 0}

hostCalls, allocations, bytes, nanoseconds and ratio are for one call, growth for
all of them. ratio is the time divided by that of a fixed piece of work on the
same machine. The exit code is 1 if a limit is exceeded. docs/bench.md has more.`,
		Example: `  sluice bench ./plugins/hello-world
  sluice bench . --requests traffic.jsonl --profile cpu.pb.gz
  sluice bench . --budget budget.yaml --output json
  sluice bench ./plugins/hello-world --engine envoy`,
		Args: takes(0, 1, "one argument, a plugin's directory, a .wasm file or an image"),
	}
	flags := cmd.Flags()
	f.engine = addChoice(cmd, "engine", "embedded", "where to measure; envoy adds to embedded", "embedded", "envoy")
	flags.StringVar(&f.envoy, "envoy", "", "`PATH` of Envoy (default $ENVOY, then envoy on the PATH)")
	flags.StringVar(&f.config, "config", "", "`FILE` with the plugin's configuration, YAML or JSON")
	flags.StringVar(&f.requests, "requests", "", "recording `FILE` with the requests to send")
	flags.StringVar(&f.budget, "budget", "", "`FILE` with limits that the plugin must keep")
	flags.StringVar(&f.profiled, "profile", "", "`FILE` to write a profile to, for go tool pprof")
	flags.IntVar(&f.runs, "runs", bench.DefaultRuns, "`NUMBER` of times that each request is sent on the embedded host")
	flags.IntVar(&f.rounds, "rounds", bench.DefaultRounds, "`NUMBER` of rounds of a second on Envoy")
	f.format = addFormat(cmd)
	f.images = addImage(cmd)
	completeFlags(cmd, nil, []string{"runs", "rounds"})
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		o := run.Options{Source: ".", Config: f.config}
		if len(args) == 1 {
			o.Source = args[0]
		}
		return f.bench(cmd, o)
	}
	return cmd
}

// bench measures and prints.
func (f *benchFlags) bench(cmd *cobra.Command, source run.Options) error {
	if f.runs < 1 || f.rounds < 1 {
		return usagef("--runs and --rounds want a positive number")
	}
	if cmd.Flags().Changed("envoy") && *f.engine != "envoy" {
		return usagef("--envoy needs --engine envoy")
	}
	var budget *bench.Budget
	var err error
	if f.budget != "" { // what is cheap comes first
		if budget, err = bench.ReadBudget(f.budget); err != nil {
			return err
		}
	}
	o := bench.Options{Runs: f.runs}
	if f.requests != "" {
		r, err := record.ReadFile(f.requests)
		if err != nil {
			return err
		}
		o.Requests = r.Exchanges
	}
	if err := f.plugin(cmd, source, &o); err != nil {
		return err
	}
	report, err := f.measure(cmd, o)
	if err != nil {
		return err
	}
	if budget != nil {
		err = budget.Apply(report)
	}
	if e := printBench(cmd.OutOrStdout(), report, *f.format); e != nil {
		return e
	}
	return err
}

// plugin loads the plugin that was named.
func (f *benchFlags) plugin(cmd *cobra.Command, source run.Options, o *bench.Options) error {
	source.OnEvent = func(e run.Event) {
		if w, ok := e.(run.Warning); ok {
			fmt.Fprintln(cmd.ErrOrStderr(), w.Text)
		}
	}
	remove, err := f.images.apply(cmd, &source)
	if err != nil {
		return err
	}
	defer remove()
	done := sayIfSlow(cmd, moment, compiling(source.Source))
	p, err := run.LoadPlugin(cmd.Context(), source)
	done()
	if err != nil {
		return err
	}
	o.Name, o.Code, o.Config = p.Name, p.Code, p.Config
	return nil
}

func (f *benchFlags) measure(cmd *cobra.Command, o bench.Options) (r *bench.Report, err error) {
	if f.profiled != "" {
		file, err := os.Create(f.profiled)
		if err != nil {
			return nil, err
		}
		defer func() { err = errors.Join(err, file.Close()) }()
		o.Profile = file
	}
	if r, err = bench.Embedded(cmd.Context(), o); err != nil || *f.engine != "envoy" {
		return r, err
	}
	binary, err := envoy.Find(cmd.Context(), f.envoy)
	if err != nil {
		return nil, err
	}
	r.Envoy, err = bench.OnEnvoy(cmd.Context(), bench.EnvoyOptions{Options: o, Binary: binary, Rounds: f.rounds, Progress: cmd.ErrOrStderr()})
	return r, err
}

// printBench prints a report.
func printBench(w io.Writer, r *bench.Report, format string) error {
	if format == "json" {
		return printJSON(w, r)
	}
	fmt.Fprintf(w, "%s: %s, each sent %s\n", r.Plugin, count(r.Requests, "request"), count(r.Runs, "time"))
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "\ncallback\tcalls\tns\tp99\tratio\tallocations\tbytes\tgrowth\thost calls")
	for _, c := range r.Callbacks {
		allocations, bytes := "?", "?"
		if r.Allocations {
			allocations, bytes = fmt.Sprintf("%.1f", c.Allocations), fmt.Sprintf("%.0f", c.Bytes)
		}
		fmt.Fprintf(t, "%s\t%d\t%.0f\t%.0f\t%.1f\t%s\t%s\t%d\t%s\n", c.Name, c.Calls, c.Nanoseconds, c.P99, c.Ratio,
			allocations, bytes, c.Growth, hostCalls(c))
	}
	if e := r.Envoy; e != nil {
		fmt.Fprintf(t, "\nEnvoy, %s\trequests/s\tp50 µs\tp99 µs\tCPU µs\n", count(e.Rounds, "round"))
		for _, s := range []struct {
			name string
			bench.EnvoySide
		}{{"no plugin", e.None}, {"plugin", e.Plugin}, {"added", e.Added}} {
			fmt.Fprintf(t, "%s\t%.0f\t%.1f\t%.1f\t%.2f\n", s.name, s.Rate, s.P50, s.P99, s.CPU)
		}
	}
	return t.Flush()
}

// hostCalls lists host functions, the most called first.
func hostCalls(c bench.Callback) string {
	names := slices.SortedFunc(maps.Keys(c.HostCalls), func(a, b string) int {
		return cmp.Or(cmp.Compare(c.HostCalls[b], c.HostCalls[a]), cmp.Compare(a, b))
	})
	var words []string
	for _, n := range names {
		words = append(words, fmt.Sprintf("%s %.3g", n, c.HostCalls[n]))
	}
	return orNone(words)
}
