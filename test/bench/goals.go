package main

import (
	"fmt"
	"strings"
)

// goal is a figure that the project wants.
type goal struct {
	what string
	// most is the limit, in unit.
	most float64
	unit string
	// measure returns the figure of a run, and whether the run has it.
	measure func(*report) (ratio, bool)
	// why is what is known about the figure where it misses.
	why string
}

// goals are all of those that this command measures.
func goals() []goal {
	guest := "where each microsecond goes is measured in [performance-guest.md](performance-guest.md)"
	return []goal{
		{"hello, callback over WAT", 1.3, "", added("hello", sideCallback, "hello", sideWAT), guest},
		{"hello, callback over Rust", 1.2, "", added("hello", sideCallback, "hello", sideRust), guest},
		{"hello, straight-line over callback", 1.1, "", added("hello", "line", "hello", sideCallback), guest},
		{"read, callback over WAT's pairs", 1.3, "", added("read", sideCallback, "read", sideWAT), guest},
		{"read, callback over Rust's gets", 1, "", added("read", sideCallback, "read", sideRust), guest},
		{"body of 16 KiB, reused memory over WAT", 1.2, "", added("body", "reuse", "body", sideWAT), guest},
		{"JSON field, jsonscan over gjson in the same place", 0.36, "", added("json", "jsonscan", "json", "gjson"), guest},
		{"JSON field of a validated text, jsonscan over gjson in the same place", 0.36, "", added("json", "valid", "json", "gjsonvalid"), guest},
		{"1,000 rules over one", 1.15, "", added("rules", "rules-1000", "rules", "rules-1"), guest},
		{"100,000 rules over one", 1.5, "", added("rules", "rules-100000", "rules", "rules-1"),
			"a table of that size does not fit in the processor's caches: each lookup waits for memory"},
		{"a log line below the level", 0.3, "µs", logLine, guest},
		{"hello by go build", 2.5, "MB", sizeOf(leanPlain), "`sluice inspect --size` says who brought what"},
		{"hello by sluice build", 2.3, "MB", sizeOf(leanBuilt), "`sluice inspect --size` says who brought what"},
		{"hello on the compatible API by sluice build", 4.2, "MB", sizeOf(compatBuilt), "`sluice inspect --size` says who brought what"},
		{"memory over Envoy's own, one worker", 72, "MB", memoryGoal(true), "V8's compiler holds most of it, once a process: fewer bytes of code are the only lever"},
		{"memory for each further worker", 4, "MB", memoryGoal(false), "a worker has a heap of its own: Go's smallest is 4 MB before it collects"},
		{"four plugins bundled over four of today's wrapper: CPU a request", 0.2, "", added("four", "bundle", "four", sideHigress), guest},
		{"four bundled over four of today's wrapper: load CPU", 0.167, "", fourOver(func(r *result) float64 { return r.LoadCPU }), "compiling is in proportion to bytes of code"},
		{"four bundled over four of today's wrapper: memory", 0.4, "", fourOver(func(r *result) float64 { return float64(r.Memory) }), "V8's compiler holds most of it, once a process"},
		{"load CPU from push to the first request, over today's wrapper", 0.45, "", pushCPU, "compiling is in proportion to bytes of code"},
		{"a new configuration under load, p50", 30, "ms", pushConfig, "a change is in force when Envoy's main thread and each worker have come round to it: on a machine without a free core they wait for one"},
	}
}

// added is what one side adds to its scenario's none over what another adds.
func added(scenario, side, overScenario, overSide string) func(*report) (ratio, bool) {
	return func(r *report) (ratio, bool) {
		s, o := r.scenario(scenario), r.scenario(overScenario)
		a, b, none := s.side(side), o.side(overSide), s.side(sideNone)
		if a == nil || b == nil || none == nil {
			return ratio{}, false
		}
		q := over(a.CPU, b.CPU, none.CPU)
		return q, q.Median > 0
	}
}

// logLine is what one of a thousand lines adds to a request of the same process.
func logLine(r *report) (ratio, bool) {
	if len(r.LogLines) == 0 {
		return ratio{}, false
	}
	d := summarize(r.LogLines)
	return ratio{d.Median, d.Low, d.High, d.Min}, true
}

// fourOver compares the bundle's figure over none with that of four modules of
// the field.
func fourOver(figure func(*result) float64) func(*report) (ratio, bool) {
	return func(r *report) (ratio, bool) {
		s := r.scenario("four")
		none, ours, theirs := s.side(sideNone), s.side("bundle"), s.side(sideHigress)
		if none == nil || ours == nil || theirs == nil {
			return ratio{}, false
		}
		q := quotient(figure(ours)-figure(none), figure(theirs)-figure(none))
		return ratio{q, q, q, q}, q > 0
	}
}

func sizeOf(what string) func(*report) (ratio, bool) {
	return func(r *report) (ratio, bool) {
		for _, s := range r.Sizes {
			if s.What == what {
				n := float64(s.Bytes) / megabyte
				return ratio{n, n, n, n}, true
			}
		}
		return ratio{}, false
	}
}

func memoryGoal(ofFirst bool) func(*report) (ratio, bool) {
	return func(r *report) (ratio, bool) {
		first, further, ok := overNone(r.Footprints, sideCallback)
		if !ofFirst {
			first = further
		}
		return ratio{first, first, first, first}, ok
	}
}

func (r *report) pushed(side string) *push {
	for _, p := range r.Pushes {
		if p.Side == side {
			return p
		}
	}
	return nil
}

func pushCPU(r *report) (ratio, bool) {
	a, b := r.pushed(sideCallback), r.pushed(sideHigress)
	if a == nil || b == nil {
		return ratio{}, false
	}
	x, y := summarize(a.CodeCPU), summarize(b.CodeCPU)
	return ratio{quotient(x.Median, y.Median), quotient(x.Low, y.High), quotient(x.High, y.Low), quotient(x.Min, y.Min)}, true
}

func pushConfig(r *report) (ratio, bool) {
	p := r.pushed(sideCallback)
	if p == nil {
		return ratio{}, false
	}
	s := summarize(p.ConfigMillis)
	return ratio{s.Median, s.Low, s.High, s.Min}, true
}

// verdicts is a table of all goals.
func (r *report) verdicts() string {
	var b, missed strings.Builder
	fmt.Fprintln(&b, "| goal | at most | measured (p25–p75; quietest) | |")
	fmt.Fprintln(&b, "|---|--:|--:|---|")
	for _, g := range goals() {
		q, ok := g.measure(r)
		verdict := "met"
		switch {
		case !ok:
			verdict = "not measured in this run"
		case q.Median > g.most:
			verdict = "missed"
			fmt.Fprintf(&missed, "- %s: %s.\n", g.what, g.why)
		}
		unit := g.unit
		if unit != "" {
			unit = " " + unit
		}
		fmt.Fprintf(&b, "| %s | %v%s | %v | %s |\n", g.what, g.most, unit, q, verdict)
	}
	if missed.Len() > 0 {
		fmt.Fprintf(&b, "\nAbout those missed:\n\n%s", missed.String())
	}
	return b.String()
}
