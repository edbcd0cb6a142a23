package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strconv"

	"github.com/sluiceproxy/sluice/deploy/envoy"
)

// keeper saves charts and draws them; it is called again as they grow, so that
// an end before the last point loses little.
type keeper func(...*chart) error

// curve measures charts.
type curve struct {
	name    string
	measure func(*bench, keeper) error
}

func curves() []curve {
	return []curve{
		{"chain", (*bench).chainGrowth},
		{"rules", (*bench).ruleGrowth},
		{"bodies", (*bench).bodyGrowth},
		{"streams", (*bench).streamGrowth},
	}
}

// growth measures the curves that were asked for.
func (b *bench) growth(s settings, out io.Writer) error {
	if s.docs == "" {
		s.docs = "docs"
	}
	binary, err := envoy.Find(b.ctx, b.binary)
	if err != nil {
		return err
	}
	for _, c := range curves() {
		if !wanted(s.curves, c.name) {
			continue
		}
		b.say("growth: %s", c.name)
		var last []*chart
		err := c.measure(b, func(fresh ...*chart) error {
			last = fresh
			return keep(s.docs, thisMachine(binary.Version.String()), fresh)
		})
		if err != nil {
			return fmt.Errorf("growth, %s: %w", c.name, err)
		}
		for _, c := range last {
			fmt.Fprintf(out, "%s\n\n%s\n", c.Title, c.markdown())
		}
	}
	return nil
}

// keep replaces charts in the data, or begins it.
func keep(docs string, m machine, fresh []*chart) error {
	var g growth
	if err := loadJSON(in(docs, growthFile), &g); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	g.Machine = m
	return g.save(docs, fresh)
}

// compare measures sides in a scenario and gives what is added to none, by side.
func (b *bench) compare(sc scenario, add func(side string, r, none *result)) error {
	sec, err := b.measure(sc)
	if err != nil {
		return err
	}
	none := sec.side(sideNone)
	for _, r := range sec.Results {
		if r != none {
			add(r.Side, r, none)
		}
	}
	return nil
}

// memoryOver is the memory of a side over none, in MB.
func memoryOver(r, none *result) summary {
	m := float64(r.Memory-none.Memory) / megabyte
	return summary{m, m, m, m}
}

func loadOver(r, none *result) summary {
	s := r.LoadCPU - none.LoadCPU
	return summary{s, s, s, s}
}

// chainGrowth is 1 to 50 plugins in a chain.
func (b *bench) chainGrowth(keep keeper) error {
	s := sources{b.data}
	x := axis{Label: "plugins in the chain"}
	cpu := &chart{Name: "chain-cpu", Title: "CPU added to a request by a chain of plugins", X: x, Y: axis{Label: "µs of CPU a request, over none"}}
	memory := &chart{Name: "chain-memory", Title: "Memory of a chain of plugins, one worker", X: x, Y: axis{Label: "MB over Envoy's own"}}
	load := &chart{Name: "chain-load", Title: "CPU until a chain of plugins serves", X: x, Y: axis{Label: "seconds of CPU over none"}}
	for _, n := range []int{1, 2, 5, 10, 20, 50} {
		sc := scenario{Name: fmt.Sprintf("chain-%d", n), request: get("/"), sides: []side{{Name: sideNone},
			s.wat("hello").chain("by hand (WAT)", n, true), s.plugin("hello", sideCallback).chain("different modules", n, true),
			s.plugin("hello", sideCallback).chain("one module", n, false)}}
		err := b.compare(sc, func(side string, r, none *result) {
			cpu.line(side).add(float64(n), summarize(less(r.CPU, none.CPU)))
			memory.line(side).add(float64(n), memoryOver(r, none))
			load.line(side).add(float64(n), loadOver(r, none))
		})
		if err != nil {
			return err
		}
		if err := keep(cpu, memory, load); err != nil {
			return err
		}
	}
	return nil
}

// ruleGrowth is 1 to 100,000 rules, of which the last matches.
func (b *bench) ruleGrowth(keep keeper) error {
	s := sources{b.data}
	x := axis{Label: "rules in the configuration", Log: true}
	cpu := &chart{Name: "rules-cpu", Title: "CPU added to a request that the last rule matches", X: x, Y: axis{Label: "µs of CPU a request, over none"}}
	load := &chart{Name: "rules-load", Title: "CPU to load a plugin and parse its rules", X: x, Y: axis{Label: "seconds of CPU over none"}}
	memory := &chart{Name: "rules-memory", Title: "Memory of a plugin with rules, one worker", X: x, Y: axis{Label: "MB over Envoy's own"}}
	counts := []int{1, 10, 100, 1000, 10_000, 100_000}
	sc := scenario{Name: "rules", request: get("/", "host: last.test"), sides: []side{{Name: sideNone}, s.wat("hello")}}
	for _, n := range counts {
		sc.sides = append(sc.sides, side{Name: strconv.Itoa(n), plugin: s.in("rules"), config: ruleConfig(n)})
	}
	floor := cpu.line("by hand (WAT)")
	err := b.compare(sc, func(name string, r, none *result) {
		if name == sideWAT {
			for _, n := range counts {
				floor.add(float64(n), summarize(less(r.CPU, none.CPU)))
			}
			return
		}
		n, _ := strconv.Atoi(name)
		cpu.line("with rules").add(float64(n), summarize(less(r.CPU, none.CPU)))
		load.line("with rules").add(float64(n), loadOver(r, none))
		memory.line("with rules").add(float64(n), memoryOver(r, none))
	})
	if err != nil {
		return err
	}
	return keep(cpu, load, memory)
}

// bodyGrowth is request bodies of 1 KiB to 10 MiB that a plugin waits for.
func (b *bench) bodyGrowth(keep keeper) error {
	s := sources{b.data}
	x := axis{Label: "request body", Log: true, Bytes: true}
	cpu := &chart{Name: "bodies-cpu", Title: "CPU added to a request whose body a plugin reads", X: x, Y: axis{Label: "µs of CPU a request, over none", Log: true}}
	memory := &chart{Name: "bodies-memory", Title: "Memory while bodies come, four at once", X: x, Y: axis{Label: "MB of the whole process, at most"}}
	few := *b
	few.Connections = 4
	for _, size := range []int{1 << 10, 4 << 10, 16 << 10, 64 << 10, 256 << 10, 1 << 20, 4 << 20, 10 << 20} {
		sc := scenario{Name: fmt.Sprintf("body-%d", size), request: post("/", bytes.Repeat([]byte("x"), size)), upstream: true, buffer: 32 << 20,
			sides: []side{{Name: sideNone}, s.wat("body-any").named("by hand (WAT)"), s.plugin("body", sideCallback).named("fresh memory"),
				s.plugin("body", "reuse").named("reused memory")}}
		sec, err := few.measure(sc)
		if err != nil {
			return err
		}
		none := sec.side(sideNone)
		for _, r := range sec.Results {
			peak := float64(r.Peak) / megabyte
			if r == none {
				memory.line("no plugin").add(float64(size), summary{peak, peak, peak, peak})
				continue
			}
			cpu.line(r.Side).add(float64(size), summarize(less(r.CPU, none.CPU)))
			memory.line(r.Side).add(float64(size), summary{peak, peak, peak, peak})
		}
		if err := keep(cpu, memory); err != nil {
			return err
		}
	}
	return nil
}

// streamGrowth is 1 to 10,000 requests in flight at a time.
func (b *bench) streamGrowth(keep keeper) error {
	s := sources{b.data}
	x := axis{Label: "requests in flight", Log: true}
	cpu := &chart{Name: "streams-cpu", Title: "CPU of a request among many in flight", X: x, Y: axis{Label: "µs of CPU a request, in all", Log: true}}
	memory := &chart{Name: "streams-memory", Title: "Memory of requests in flight, one worker", X: x, Y: axis{Label: "MB over the same Envoy at rest", Log: true}}
	sides := []side{{Name: sideNone}, s.plugin("hello", sideCallback).named("a plugin, done"),
		s.plugin("wait", "callback").named("in a call, callback"), s.plugin("wait", "line").named("in a call, straight"),
	}
	sides[0].Name = "no plugin"
	flights := map[string]*flight{}
	for _, sd := range sides {
		f, err := b.flight(sd)
		if err != nil {
			return err
		}
		defer f.stop()
		flights[sd.Name] = f
	}
	for _, n := range []int{1, 10, 100, 1000, 10_000} {
		use, grown := map[string][]float64{}, map[string][]float64{}
		for range 5 {
			for name, f := range flights { // in random order
				c, m, err := f.level(b.ctx, n)
				if err != nil {
					return fmt.Errorf("side %s, %d in flight: %w", name, n, err)
				}
				use[name], grown[name] = append(use[name], c), append(grown[name], m)
			}
		}
		for _, sd := range sides {
			cpu.line(sd.Name).add(float64(n), summarize(use[sd.Name]))
			memory.line(sd.Name).add(float64(n), summarize(grown[sd.Name]))
		}
		b.say("growth: %d in flight", n)
		if err := keep(cpu, memory); err != nil {
			return err
		}
	}
	return nil
}
