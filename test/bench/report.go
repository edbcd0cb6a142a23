package main

import (
	"fmt"
	"os"
	"runtime"
	"strings"
	"time"
)

// report is a whole run.
type report struct {
	Machine    machine      `json:"machine"`
	Plan       plan         `json:"plan"`
	Sizes      []size       `json:"sizes,omitempty"`
	Scenarios  []section    `json:"scenarios"`
	Footprints []*footprint `json:"footprints,omitempty"`
	Pushes     []*push      `json:"pushes,omitempty"`
	// LogLines is what a log line below the level costs, in µs, for each round.
	LogLines []float64 `json:"logLineMicros,omitempty"`
}

// machine is where and when it ran.
type machine struct {
	Cores int    `json:"cores"`
	Envoy string `json:"envoy"`
	Go    string `json:"go"`
	Date  string `json:"date"`
	// Load is the average number of runnable threads of the minute before.
	Load string `json:"load"`
}

// size is that of a module.
type size struct {
	What  string `json:"what"`
	Bytes int64  `json:"bytes"`
	// Compressed is what gzip makes of it, as in an image.
	Compressed int64 `json:"compressed"`
}

func thisMachine(envoyVersion string) machine {
	b, _ := os.ReadFile("/proc/loadavg")
	load, _, _ := strings.Cut(string(b), " ")
	return machine{Cores: runtime.NumCPU(), Envoy: envoyVersion, Go: runtime.Version(), Date: time.Now().UTC().Format(time.DateOnly), Load: load}
}

// scenario finds a section, an empty one where there is none.
func (r *report) scenario(name string) section {
	for _, s := range r.Scenarios {
		if s.Scenario == name {
			return s
		}
	}
	return section{}
}

// markdown is the whole report.
func (r *report) markdown() string {
	var b strings.Builder
	fmt.Fprintf(&b, "Envoy %s, %s, %d cores, %s; load average before the run %s. Each side: %d starts of %d rounds of %v, %d connections.\n\n",
		r.Machine.Envoy, r.Machine.Go, r.Machine.Cores, r.Machine.Date, r.Machine.Load, max(r.Plan.Starts, 1), r.Plan.Rounds, r.Plan.Round, r.Plan.Connections)
	for _, s := range r.Scenarios {
		s.table(&b)
	}
	r.footprintTable(&b)
	r.pushTable(&b)
	r.sizeTable(&b)
	return b.String()
}

// table writes a scenario.
func (s section) table(b *strings.Builder) {
	fmt.Fprintf(b, "### %s: %s\n\n", s.Scenario, s.What)
	fmt.Fprintln(b, "| side | CPU µs added (p25–p75; quietest) | over the floor (p25–p75; quietest) | p50 µs | p99 µs | memory MB | module MB | load CPU s | load s |")
	fmt.Fprintln(b, "|---|--:|--:|--:|--:|--:|--:|--:|--:|")
	none, floor := s.side(sideNone), s.side(sideWAT)
	for _, r := range s.Results {
		fmt.Fprintf(b, "| %s | %s | %s | %.0f | %.0f | %.0f | %s | %.2f | %.2f |\n", r.Side, r.added(none), r.overFloor(none, floor),
			middleOf(r.P50), middleOf(r.P99), float64(r.Memory)/megabyte, megabytes(r.Size), r.LoadCPU, r.LoadWait)
	}
	fmt.Fprintln(b)
	for _, m := range s.Missing {
		fmt.Fprintf(b, "Left out: %s.\n\n", m)
	}
}

// added is what the side adds to none, as text.
func (r *result) added(none *result) string {
	if none == nil || r == none {
		return fmt.Sprintf("(%.1f in all)", middleOf(r.CPU))
	}
	a := summarize(less(r.CPU, none.CPU))
	return fmt.Sprintf("%.1f (%.1f–%.1f; %.1f)", a.Median, a.Low, a.High, summarize(r.CPU).Min-summarize(none.CPU).Min)
}

func (r *result) overFloor(none, floor *result) string {
	if none == nil || floor == nil || r == none {
		return "–"
	}
	return over(r.CPU, floor.CPU, none.CPU).String()
}

// String is the ratio with its spread.
func (r ratio) String() string {
	if r.Median == 0 {
		return "–"
	}
	if r.Low == r.High && r.Best == r.Median {
		return fmt.Sprintf("%.2f", r.Median)
	}
	return fmt.Sprintf("%.2f (%.2f–%.2f; %.2f)", r.Median, r.Low, r.High, r.Best)
}

func middleOf(values []float64) float64 { return quantileOf(values, 0.5) }

func megabytes(n int64) string {
	switch {
	case n == 0:
		return "–"
	case n < 10_000:
		return fmt.Sprintf("%.4f", float64(n)/megabyte)
	}
	return fmt.Sprintf("%.2f", float64(n)/megabyte)
}

// footprintTable writes memory and load.
func (r *report) footprintTable(b *strings.Builder) {
	if len(r.Footprints) == 0 {
		return
	}
	fmt.Fprint(b, "### memory and load: scenario hello, after traffic over every worker\n\n| side | load CPU s over none | start to listening s over none |")
	for _, at := range r.Footprints[0].At {
		fmt.Fprintf(b, " MB over none, %s |", workers(at.Workers))
	}
	fmt.Fprint(b, " MB for each further worker |\n|---|--:|--:|", strings.Repeat("--:|", len(r.Footprints[0].At)+1), "\n")
	none := sideFootprint(r.Footprints, sideNone)
	for _, f := range r.Footprints {
		first := f.At[0]
		if f == none {
			fmt.Fprintf(b, "| %s | (%.2f in all) | (%.2f in all) |", f.Side, middleOf(first.LoadCPU), middleOf(first.LoadWait))
			for _, at := range f.At {
				fmt.Fprintf(b, " (%.1f in all) |", middleOf(at.Memory))
			}
			fmt.Fprint(b, " – |\n")
			continue
		}
		fmt.Fprintf(b, "| %s | %.2f | %.2f |", f.Side, middleOf(first.LoadCPU)-middleOf(none.At[0].LoadCPU), middleOf(first.LoadWait)-middleOf(none.At[0].LoadWait))
		for k, at := range f.At {
			s := summarize(at.Memory)
			base := middleOf(none.At[k].Memory)
			fmt.Fprintf(b, " %.1f (%.1f–%.1f) |", s.Median-base, s.Low-base, s.High-base)
		}
		_, further, _ := overNone(r.Footprints, f.Side)
		fmt.Fprintf(b, " %.1f |\n", further)
	}
	fmt.Fprintln(b)
}

func workers(n int) string {
	if n == 1 {
		return "1 worker"
	}
	return fmt.Sprintf("%d workers", n)
}

// pushTable writes what changes cost.
func (r *report) pushTable(b *strings.Builder) {
	if len(r.Pushes) == 0 {
		return
	}
	fmt.Fprint(b, "### changes: through extension configuration files (ECDS), Envoy with one worker\n\n")
	fmt.Fprintln(b, "| side | new code: CPU s to the first request | new code: s | new configuration under load: ms to the first request, p50 (p90) | until in force, p50 ms | new code under load: s | requests meanwhile, failed |")
	fmt.Fprintln(b, "|---|--:|--:|--:|--:|--:|--:|")
	for _, p := range r.Pushes {
		fmt.Fprintf(b, "| %s | %.2f | %.2f | %.1f (%.1f) | %.1f | %.2f | %d, 0 |\n", p.Side, middleOf(p.CodeCPU), middleOf(p.CodeWait),
			middleOf(p.ConfigMillis), quantileOf(p.ConfigMillis, 0.9), middleOf(p.ConfigForceMillis), middleOf(p.BusyCodeMillis)/1000, p.Served)
	}
	fmt.Fprintln(b)
}

// sizeTable writes bytes of modules.
func (r *report) sizeTable(b *strings.Builder) {
	if len(r.Sizes) == 0 {
		return
	}
	fmt.Fprint(b, "### sizes: scenario hello\n\n| module | MB | compressed |\n|---|--:|--:|\n")
	for _, s := range r.Sizes {
		fmt.Fprintf(b, "| %s | %s | %s |\n", s.What, megabytes(s.Bytes), megabytes(s.Compressed))
	}
	fmt.Fprintln(b)
}
