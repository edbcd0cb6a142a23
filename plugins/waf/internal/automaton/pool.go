package automaton

import (
	"slices"
	"weak"
)

// Pool is the memory for the states of many patterns, and for making them. Patterns
// of a pool must not be used at the same time.
type Pool struct {
	limit, used int
	members     []weak.Pointer[states]
	cleared     int

	list, stack, next []uint16
	seen              marks
}

// NewPool makes a pool for about so many bytes of states. Where they are used up, all
// states are forgotten.
func NewPool(limit int) *Pool { return &Pool{limit: limit} }

// Used returns how many bytes the states take, about.
func (p *Pool) Used() int { return p.used }

// Cleared returns how often all states were forgotten.
func (p *Pool) Cleared() int { return p.cleared }

// join makes states members, for as long as their pattern is used by somebody.
func (p *Pool) join(s *states) {
	if len(p.members) == cap(p.members) {
		p.members = slices.DeleteFunc(p.members, func(m weak.Pointer[states]) bool { return m.Value() == nil })
	}
	p.members = append(p.members, weak.Make(s))
}

func (p *Pool) clear() {
	for _, m := range p.members {
		if s := m.Value(); s != nil {
			s.clear()
		}
	}
	p.used = 0 // also of those that are gone
	p.cleared++
}

// marks are instructions that were seen.
type marks struct {
	round uint32
	last  []uint32
}

// mark begins a round without any.
func (p *Pool) mark(size int) *marks {
	m := &p.seen
	if len(m.last) < size {
		m.last, m.round = make([]uint32, size), 0
	}
	if m.round++; m.round == 0 {
		clear(m.last)
		m.round = 1
	}
	return m
}

// twice reports whether an instruction was seen before, and takes note of it.
func (m *marks) twice(pc uint16) bool {
	if m.last[pc] == m.round {
		return true
	}
	m.last[pc] = m.round
	return false
}
