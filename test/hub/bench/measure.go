package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/sluiceproxy/sluice/build"
	"github.com/sluiceproxy/sluice/run/bench/load"
)

// bench is what every measurement needs.
type bench struct {
	settings
	ctx    context.Context //nolint:containedctx // one run of the command
	binary string
	dir    string
}

// result is what was measured of a side, a value for each round, in µs.
type result struct {
	cpu, p50, p99 []float64
	memory, size  int64
	// start is Envoy's CPU time until it listens.
	start time.Duration
}

// measured is an entry and its results: none, the native filter, the plugin.
type measured struct {
	entry
	none, native, plugin *result
}

// measure starts the sides of an entry and lets their rounds alternate.
func (b *bench) measure(e entry) (m measured, err error) {
	servers, stop, err := b.serve(e)
	if err != nil {
		return m, fmt.Errorf("%s: %w", e.name, err)
	}
	defer stop()
	module := filepath.Join(b.dir, e.plugin+".wasm")
	if _, err := build.Build(b.ctx, build.Options{Dir: filepath.Join("plugins", e.plugin), Output: module, Target: build.Envoy}); err != nil {
		return m, err
	}
	sides := []side{{name: "none"}, {name: "plugin", filter: wasm(module, e.config), module: module}}
	if e.native != nil {
		sides = append(sides, side{name: e.nativeName, filter: e.native, virtualHost: e.virtualHost})
	}
	var running []*instance
	defer func() {
		for _, i := range running {
			i.stop()
		}
	}()
	for _, s := range sides {
		s.first = e.first
		i, err := b.start(s, servers)
		if err != nil {
			return m, fmt.Errorf("%s: %w", e.name, err)
		}
		running = append(running, i)
	}
	for round := range b.rounds + 1 {
		for _, n := range rand.Perm(len(running)) {
			if err := b.fire(running[n], e, round > 0); err != nil {
				return m, fmt.Errorf("%s, %s: %w", e.name, running[n].name, err)
			}
		}
	}
	m = measured{entry: e, none: &running[0].result, plugin: &running[1].result}
	if e.native != nil {
		m.native = &running[2].result
	}
	for _, i := range running {
		if i.result.memory, err = load.Resident(i.cmd.Process.Pid); err != nil {
			return m, err
		}
		if info, err := os.Stat(i.module); err == nil {
			i.result.size = info.Size()
		}
	}
	fmt.Fprintf(os.Stderr, "%s: %d rounds\n", e.name, b.rounds)
	return m, nil
}

// serve starts the server that an entry needs.
func (b *bench) serve(e entry) (map[*server]string, func(), error) {
	if e.needs == nil {
		return nil, func() {}, nil
	}
	address, stop, err := e.needs.start(b.ctx)
	return map[*server]string{e.needs: address}, stop, err
}

// fire sends requests for one round.
func (b *bench) fire(i *instance, e entry, keep bool) error {
	before, err := i.cpu()
	if err != nil {
		return err
	}
	status := e.status
	if status == 0 {
		status = 200
	}
	l, err := load.Fire(i.address, e.request, status, b.connections, b.round)
	if err != nil {
		return err
	}
	after, err := i.cpu()
	if err != nil || !keep {
		return err
	}
	r := &i.result
	r.cpu = append(r.cpu, micros(after-before)/float64(l.Requests))
	r.p50 = append(r.p50, micros(l.Quantile(0.5)))
	r.p99 = append(r.p99, micros(l.Quantile(0.99)))
	return nil
}

func micros(d time.Duration) float64 { return float64(d) / float64(time.Microsecond) }

// added is the median of what a side costs more than another in the same round.
func added(values, base []float64) float64 {
	var more []float64
	for i := range min(len(values), len(base)) {
		more = append(more, values[i]-base[i])
	}
	if len(more) == 0 {
		return 0
	}
	slices.Sort(more)
	return (more[(len(more)-1)/2] + more[len(more)/2]) / 2
}
