package main

import (
	"fmt"
	"io"
)

// section is a scenario and its results.
type section struct {
	Scenario string    `json:"scenario"`
	What     string    `json:"what"`
	Results  []*result `json:"results"`
}

// markdown writes the tables.
func markdown(w io.Writer, sections []section) {
	for _, s := range sections {
		fmt.Fprintf(w, "### %s: %s\n\n", s.Scenario, s.What)
		fmt.Fprintln(w, "| side | CPU µs added (p25–p75) | over the floor | p50 µs | p99 µs | memory MB | module KB | load CPU s | load s |")
		fmt.Fprintln(w, "|---|---|---|---|---|---|---|---|---|")
		for _, r := range s.Results {
			added, floor := fmt.Sprintf("%.1f (%.1f–%.1f)", r.Added.Median, r.Added.Low, r.Added.High), "–"
			if r.Side == sideNone {
				added = fmt.Sprintf("(%.1f in all)", r.CPU.Median)
			}
			if r.Floor > 0 {
				floor = fmt.Sprintf("%.2f", r.Floor)
			}
			fmt.Fprintf(w, "| %s | %s | %s | %.0f | %.0f | %d | %d | %.2f | %.2f |\n", r.Side, added, floor,
				r.P50.Median, r.P99.Median, r.Memory>>20, r.Size>>10, r.LoadCPU, r.LoadWait)
		}
		fmt.Fprintln(w)
	}
}
