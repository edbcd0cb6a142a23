package trace

import (
	"fmt"
	"regexp"
	"strings"
)

// State is what became of a step.
type State string

// The states. Unknown is for a step whose evidence was not asked for, or can't be
// had; Do says how to get it.
const (
	OK      State = "ok"
	Fail    State = "fail"
	Unknown State = "unknown"
)

// Step is one step of the way.
type Step struct {
	// Number is 1 to 10, and 0 for what comes after: a request and a change.
	Number int `json:"number,omitempty"`
	// Name is one word, What says what is done in the step, and Side who does it.
	Name string `json:"name"`
	What string `json:"what"`
	Side string `json:"side"`

	State State `json:"state"`
	// Evidence is what was seen, without secrets.
	Evidence []string `json:"evidence"`
	// Do says what to do where the state is not OK.
	Do string `json:"do,omitempty"`
}

// Trace is the way of one plugin.
type Trace struct {
	// Plugin is its kind, namespace and name, Source its file and line.
	Plugin string `json:"plugin"`
	Source string `json:"source"`
	// Through is the control plane: "serve", or the kind of the resource.
	Through string `json:"through"`
	// Steps are the ten in their order, then "request" and "reload".
	Steps []Step `json:"steps"`
}

// Report is about all plugins of the files.
type Report struct {
	Traces []Trace `json:"traces"`
}

// Failed are the names of the steps that failed.
func (r *Report) Failed() []string {
	var names []string
	for _, t := range r.Traces {
		for _, s := range t.Steps {
			if s.State == Fail {
				names = append(names, s.Name)
			}
		}
	}
	return names
}

// finding is what was found out about a step.
type finding struct {
	state    State
	evidence []string
	do       string
}

func ok(evidence ...string) finding { return finding{state: OK, evidence: evidence} }

func fail(do string, evidence ...string) finding {
	return finding{state: Fail, evidence: evidence, do: do}
}

func unknown(do string, evidence ...string) finding {
	return finding{state: Unknown, evidence: evidence, do: do}
}

// seen puts further evidence before a finding's own.
func (f finding) seen(evidence ...string) finding {
	f.evidence = append(evidence[:len(evidence):len(evidence)], f.evidence...)
	return f
}

// step is what is asked in a step, and whom.
type step struct {
	number           int
	name, what, side string
	ask              func() finding
}

func (s step) take() Step {
	f := s.ask()
	if f.evidence == nil {
		f.evidence = []string{}
	}
	return Step{Number: s.number, Name: s.name, What: s.what, Side: s.side, State: f.state, Evidence: f.evidence, Do: f.do}
}

// Fingerprint is the same for two reports that differ in ages and counters alone.
func (r *Report) Fingerprint() string {
	var b strings.Builder
	for _, t := range r.Traces {
		fmt.Fprintln(&b, t.Plugin)
		for _, s := range t.Steps {
			fmt.Fprintln(&b, s.Name, s.State)
			for _, e := range s.Evidence {
				fmt.Fprintln(&b, passing.ReplaceAllString(e, ""))
			}
		}
	}
	return b.String()
}

// passing is what changes with time alone.
var passing = regexp.MustCompile(`[0-9hms]+ ago|changed for [0-9hms]+|^\d+ VMs`)
