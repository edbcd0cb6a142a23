package main

import (
	"cmp"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
)

// fleet is what is assumed about gateways; the rest is measured.
type fleet struct {
	Gateways         float64 `json:"gateways"`
	Plugins          float64 `json:"plugins"`
	UpdatesPerMinute float64 `json:"updatesPerMinute"`
	// NewCode is the part of the updates that bring new code; the others change
	// a configuration.
	NewCode float64 `json:"newCode"`
	// Requests is how many a gateway answers in a second at its busiest, and
	// Load how much of a worker's time may be used.
	Requests float64 `json:"requestsPerSecondOfAGateway"`
	Load     float64 `json:"loadOfAWorker"`
	// MemoryMB and Cores are what a gateway is given.
	MemoryMB float64 `json:"memoryMBOfAGateway"`
	Cores    float64 `json:"coresOfAGateway"`
	// RegistryMBs is what the registry can send in a second, RegistryRequests how
	// many requests it answers. PollSeconds is how often a gateway asks for each
	// tag; those that name a digest do not ask.
	RegistryMBs      float64 `json:"registryMBPerSecond"`
	RegistryRequests float64 `json:"registryRequestsPerSecond"`
	PollSeconds      float64 `json:"pollSeconds"`
}

// costs are the measured figures that the page computes with.
type costs struct {
	noneCPU, pluginCPU, pluginCPUOne float64 // µs a request; of one of many plugins, as modules of their own and in one
	noneMB, perWorkerNone            float64
	chainMB, chainMBOne              float64 // MB of that many plugins over none, one worker
	perWorker                        float64 // MB of a plugin for each further worker
	loadCPU, loadCPUOne              float64 // s of CPU to load that many plugins
	codeCPU, codeWait                float64 // s to replace one plugin's code
	configMillis                     float64
	imageMB                          float64 // of a compressed module
}

// costsOf takes the figures out of the data.
func costsOf(r *report, g growth, plugins float64) (costs, error) {
	none, p := sideFootprint(r.Footprints, sideNone), r.pushed(sideCallback)
	_, perWorker, ok := overNone(r.Footprints, sideCallback)
	if none == nil || p == nil || !ok {
		return costs{}, fmt.Errorf("the data has no memory or no changes: make bench measures them")
	}
	c := costs{perWorker: max(perWorker, 0), codeCPU: middleOf(p.CodeCPU), codeWait: middleOf(p.CodeWait), configMillis: middleOf(p.ConfigMillis)}
	c.noneCPU = middleOf(r.scenario("hello").side(sideNone).CPU)
	first, last := none.At[0], none.At[len(none.At)-1]
	c.noneMB = middleOf(first.Memory)
	c.perWorkerNone = max(0, (middleOf(last.Memory)-c.noneMB)/float64(last.Workers-first.Workers))
	for _, s := range r.Sizes {
		if s.What == leanBuilt {
			c.imageMB = float64(s.Compressed) / megabyte
		}
	}
	for _, f := range []struct {
		into        *float64
		chart, line string
		per         float64
	}{
		{&c.pluginCPU, "chain-cpu", "different modules", plugins}, {&c.pluginCPUOne, "chain-cpu", "one module", plugins},
		{&c.chainMB, "chain-memory", "different modules", 1}, {&c.chainMBOne, "chain-memory", "one module", 1},
		{&c.loadCPU, "chain-load", "different modules", 1}, {&c.loadCPUOne, "chain-load", "one module", 1},
	} {
		chart := g.chart(f.chart)
		if chart == nil {
			return c, fmt.Errorf("the data has no curve %s: make bench-growth measures it", f.chart)
		}
		y, ok := chart.line(f.line).between(plugins)
		if !ok {
			return c, fmt.Errorf("curve %s has too few points", f.chart)
		}
		*f.into = y / f.per
	}
	return c, nil
}

// gateway is what one gateway needs, in one of two ways to deploy plugins.
type gateway struct {
	cpu      float64 // µs a request
	workers  float64
	memory   float64 // MB
	loadCPU  float64 // s
	codeCPU  float64 // s of each change of code
	codeWait float64
	image    float64 // MB to fetch at a change of code
	images   float64 // MB to fetch at a start
	tags     float64
}

// need computes a gateway's needs; bundled is whether all plugins are one module.
func (f fleet) need(c costs, bundled bool) gateway {
	g := gateway{cpu: c.noneCPU + f.Plugins*c.pluginCPU, memory: c.chainMB, loadCPU: c.loadCPU, codeCPU: c.codeCPU, codeWait: c.codeWait,
		image: c.imageMB, images: c.imageMB * f.Plugins, tags: f.Plugins}
	vms := f.Plugins
	if bundled {
		g.cpu, g.memory, g.loadCPU = c.noneCPU+f.Plugins*c.pluginCPUOne, c.chainMBOne, c.loadCPUOne
		g.images, g.tags, vms = c.imageMB, 1, 1
	}
	g.workers = max(1, math.Ceil(f.Requests*g.cpu/1e6/f.Load))
	g.memory += c.noneMB + (g.workers-1)*(c.perWorkerNone+vms*c.perWorker)
	return g
}

// limit is a resource, what is needed of it and what there is.
type limit struct {
	what         string
	need, have   float64
	unit, relief string
}

func (l limit) used() float64 { return l.need / l.have }

// limits of a fleet, the tightest first.
func (f fleet) limits(g gateway) []limit {
	code := f.UpdatesPerMinute * f.NewCode
	all := []limit{
		{"memory of a gateway", g.memory, f.MemoryMB, "MB", "one module for several plugins; fewer bytes of code; fewer workers"},
		{"cores of a gateway for requests", g.workers, f.Cores, "cores", "more gateways; fewer plugins on a route; straight work instead of JSON trees"},
		{"main thread of a gateway, at changes of code", code * g.codeWait, 60, "s of each minute", "collect changes; change configurations instead of code"},
		{"compiling at changes of code", code * g.codeCPU, 60 * f.Cores, "CPU s of each minute", "collect changes"},
		{"registry, bytes at changes of code", f.Gateways * code * g.image / 60, f.RegistryMBs, "MB/s", "a pull-through cache in each site"},
		{"registry, bytes when every gateway starts within ten minutes", f.Gateways * g.images / 600, f.RegistryMBs, "MB/s", "a pull-through cache in each site; start in waves"},
		{"registry, requests of gateways that ask for tags", f.Gateways * g.tags / f.PollSeconds, f.RegistryRequests, "requests/s", "name digests: then nobody asks"},
	}
	slices.SortStableFunc(all, func(a, b limit) int { return cmp.Compare(b.used(), a.used()) })
	return all
}

// fleetParts are the computed parts of the page about fleets.
func fleetParts(dir string) (map[string]string, error) {
	var (
		f fleet
		r = &report{}
		g growth
	)
	for file, into := range map[string]any{fleetFile: &f, benchFile: r, growthFile: &g} {
		if err := loadJSON(in(dir, file), into); err != nil {
			return nil, err
		}
	}
	c, err := costsOf(r, g, f.Plugins)
	if err != nil {
		return nil, err
	}
	apart, bundled := f.need(c, false), f.need(c, true)
	return map[string]string{
		"assumptions": f.table(), "measured": c.table(f), "gateway": gatewayTable(apart, bundled), "fleet": f.fleetTable(apart, bundled),
		"breaks": "With a module for each plugin:\n\n" + limitTable(f.limits(apart)) + "\nWith one module for all plugins:\n\n" + limitTable(f.limits(bundled)),
	}, nil
}

// fleetCommand prints the computed parts.
func fleetCommand(dir string, out io.Writer) error {
	if dir == "" {
		dir = "docs"
	}
	parts, err := fleetParts(dir)
	if err != nil {
		return err
	}
	for _, name := range []string{"assumptions", "measured", "gateway", "fleet", "breaks"} {
		fmt.Fprintf(out, "## %s\n\n%s\n", name, parts[name])
	}
	return nil
}

// rows is a table of names and figures.
func rows(head string, pairs ...any) string {
	var b strings.Builder
	n := strings.Count(head, "|") - 1
	fmt.Fprintf(&b, "%s\n|---|%s\n", head, strings.Repeat("--:|", n-1))
	for i := 0; i < len(pairs); i += n {
		fmt.Fprintf(&b, "| %v |", pairs[i])
		for _, v := range pairs[i+1 : i+n] {
			if x, ok := v.(float64); ok {
				v = short(x)
			}
			fmt.Fprintf(&b, " %v |", v)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

func (f fleet) table() string {
	return rows("| assumed | |",
		"gateways", f.Gateways, "plugins on each", f.Plugins, "updates a minute", f.UpdatesPerMinute, "of which with new code", f.NewCode,
		"requests a second of a gateway, at most", f.Requests, "load of a worker, at most", f.Load,
		"cores of a gateway", f.Cores, "memory of a gateway, MB", f.MemoryMB,
		"registry, MB/s", f.RegistryMBs, "registry, requests/s", f.RegistryRequests, "seconds between two looks at a tag", f.PollSeconds)
}

func (c costs) table(f fleet) string {
	many := short(f.Plugins)
	return rows("| measured | modules apart | one module |",
		"µs of CPU a request, no plugin", c.noneCPU, c.noneCPU, "µs of CPU a request, each of "+many+" plugins", c.pluginCPU, c.pluginCPUOne,
		"MB of Envoy itself, one worker", c.noneMB, c.noneMB, "MB of "+many+" plugins, one worker", c.chainMB, c.chainMBOne,
		"MB for each further worker, Envoy itself", c.perWorkerNone, c.perWorkerNone, "MB for each further worker, a VM", c.perWorker, c.perWorker,
		"CPU s to load "+many+" plugins", c.loadCPU, c.loadCPUOne, "CPU s of a change of code", c.codeCPU, c.codeCPU,
		"s until a change of code serves", c.codeWait, c.codeWait, "ms until a change of configuration serves", c.configMillis, c.configMillis,
		"MB of a module, compressed", c.imageMB, c.imageMB)
}

func gatewayTable(a, b gateway) string {
	return rows("| a gateway needs | modules apart | one module |",
		"µs of CPU a request", a.cpu, b.cpu, "workers", a.workers, b.workers, "MB of memory", a.memory, b.memory,
		"CPU s to start", a.loadCPU, b.loadCPU, "MB to fetch at a start", a.images, b.images)
}

func (f fleet) fleetTable(a, b gateway) string {
	code := f.UpdatesPerMinute * f.NewCode
	row := func(g gateway) []float64 {
		return []float64{f.Gateways * g.workers, f.Gateways * g.memory / 1000, f.Gateways * code * g.codeCPU / 60,
			f.Gateways * code * g.image / 60, f.Gateways * code * g.image * 60 * 24 / 1000, f.Gateways * g.images / 1000, f.Gateways * g.tags / f.PollSeconds}
	}
	var pairs []any
	x, y := row(a), row(b)
	for i, what := range []string{"workers", "GB of memory", "cores busy with compiling, on average", "MB/s from the registry, on average",
		"GB a day from the registry", "GB from the registry when all gateways start", "requests/s to the registry where tags are asked for"} {
		pairs = append(pairs, what, x[i], y[i])
	}
	return rows("| the fleet needs | modules apart | one module |", pairs...)
}

func limitTable(all []limit) string {
	var b strings.Builder
	fmt.Fprintln(&b, "| | needed | there is | used | relief |\n|---|--:|--:|--:|---|")
	for _, l := range all {
		fmt.Fprintf(&b, "| %s | %s %s | %s | %s%% | %s |\n", l.what, short(l.need), l.unit, short(l.have), short(100*l.used()), l.relief)
	}
	return b.String()
}
