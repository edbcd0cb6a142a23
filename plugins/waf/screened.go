package main

import (
	"github.com/corazawaf/coraza/v3/experimental/plugins/plugintypes"

	"github.com/sluiceproxy/sluice/plugins/waf/internal/automaton"
)

// states is the memory for what patterns have learnt from requests, in bytes.
const states = 8 << 20

// pool is of all engines of a VM, which uses one at a time.
var pool = automaton.NewPool(states)

// screened is an operator behind an automaton, which says for most values that there
// is no match.
type screened struct {
	read     reader // nil once it was used
	pattern  *automaton.Pattern
	exact    bool // the automaton's yes is the operator's
	operator later
}

// Evaluate implements plugintypes.Operator.
func (s *screened) Evaluate(tx plugintypes.TransactionState, value string) bool {
	if s.read != nil {
		s.pattern, s.exact = s.read.pattern(s.operator.options)
		s.read = nil
	}
	if s.pattern != nil {
		switch s.pattern.Match(value, seen.bytesOf(value)) {
		case automaton.No:
			return false
		case automaton.Yes:
			if s.exact && !tx.Capturing() {
				return true
			}
		}
	}
	return s.operator.evaluate(tx, value)
}
