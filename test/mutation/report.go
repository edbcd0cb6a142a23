package main

import (
	"encoding/json"
	"fmt"
	"strings"
)

// verdict is what came of a fault.
type verdict int

const (
	noticed  verdict = iota // a test failed
	survived                // all tests passed
	unbuilt                 // no Go any more, which counts for nothing
	broken                  // go test did not come to a result
)

// report is about one plugin.
type report struct {
	dir               string
	seeded            int // the faults that there are, of which a sample may be tested
	noticed, survived []fault
}

func (r *report) add(f fault, v verdict) {
	switch v {
	case noticed:
		r.noticed = append(r.noticed, f)
	case survived:
		r.survived = append(r.survived, f)
	}
}

// percent is how many of the faults were noticed.
func (r *report) percent() float64 {
	all := len(r.noticed) + len(r.survived)
	if all == 0 {
		return 0
	}
	return 100 * float64(len(r.noticed)) / float64(all)
}

func (r *report) text(verbose bool) string {
	var b strings.Builder
	if verbose {
		for _, f := range r.noticed {
			fmt.Fprintf(&b, "noticed   %s\n", f)
		}
	}
	for _, f := range r.survived {
		fmt.Fprintf(&b, "survived  %s\n", f)
	}
	fmt.Fprintf(&b, "%s: %d of %d faults noticed, %.1f %%\n", r.dir, len(r.noticed), len(r.noticed)+len(r.survived), r.percent())
	return b.String()
}

// json is the report in one line.
func (r *report) json() (string, error) {
	names := make([]string, len(r.survived))
	for i, f := range r.survived {
		names[i] = f.String()
	}
	line, err := json.Marshal(struct {
		Dir      string   `json:"dir"`
		Seeded   int      `json:"seeded"`
		Tested   int      `json:"tested"`
		Noticed  int      `json:"noticed"`
		Percent  float64  `json:"percent"`
		Survived []string `json:"survived"`
	}{r.dir, r.seeded, len(r.noticed) + len(r.survived), len(r.noticed), r.percent(), names})
	return string(line) + "\n", err
}
