package automaton

import (
	"regexp/syntax"
)

// Pattern is a regular expression.
type Pattern struct {
	pool   *Pool
	needs  []Bytes
	tree   *syntax.Regexp // until the automaton is made
	states *states        // nil where there is none
}

// Answer says whether a pattern matches.
type Answer uint8

// Answers.
const (
	No Answer = iota
	Yes
	Unknown // regexp has to be asked
)

// New reads an expression, as regexp.Compile does. The error is a *syntax.Error.
func (p *Pool) New(expr string) (*Pattern, error) {
	tree, err := syntax.Parse(expr, syntax.Perl)
	if err != nil {
		return nil, err
	}
	return &Pattern{pool: p, needs: needs(tree), tree: tree}, nil
}

// Match says whether the pattern matches anywhere in a text, whose bytes are given.
func (m *Pattern) Match(text string, has Bytes) Answer {
	for _, need := range m.needs {
		if !need.Meets(has) {
			return No
		}
	}
	if m.tree != nil {
		m.build()
	}
	if m.states == nil {
		return Unknown
	}
	return m.states.search(text)
}

func (m *Pattern) build() {
	prog, err := syntax.Compile(m.tree.Simplify())
	m.tree = nil
	if err != nil {
		return
	}
	if p, ok := translate(prog); ok {
		m.states = newAutomaton(p, m.pool)
	}
}
