package automaton

import (
	"encoding/binary"
	"regexp/syntax"
	"slices"
)

// Numbers of states that have no row in the table.
const (
	unknown uint16 = iota // not looked for yet
	match
	dead // no match any more, whatever follows
	firstState
)

// states are those of the automaton of a program that texts have reached.
type states struct {
	*program
	pool  *Pool
	bytes int      // what was taken from the pool
	end   uint8    // the class of the end of a text
	shift uint8    // a row has 1<<shift columns, one for each class
	table []uint16 // what follows a state and a class
	keys  []string // what each state stands for, from firstState
	known map[string]uint16
	begin uint16            // the state before a text
	fresh [allKinds][]begun // by class
}

// begun is what a match that begins here leads to.
type begun struct {
	done    bool
	matches bool
	next    []uint16
}

// A state's key is the kind of the rune before it and the instructions that are next,
// ascending. A match can begin at each of them, which it does not say.
func keyOf(before kind, next []uint16) string {
	b := make([]byte, 1, 1+2*len(next))
	b[0] = byte(before)
	for _, pc := range next {
		b = binary.LittleEndian.AppendUint16(b, pc)
	}
	return string(b)
}

func newAutomaton(p *program, pool *Pool) *states {
	s := &states{program: p, pool: pool, end: uint8(len(p.classes.kinds))} //nolint:gosec // at most mostClasses
	for 1<<s.shift <= int(s.end) {
		s.shift++
	}
	pool.join(s)
	return s
}

// clear forgets all states.
func (s *states) clear() {
	s.pool.used -= s.bytes
	s.table, s.keys, s.known, s.begin, s.bytes = nil, nil, nil, unknown, 0
}

// number is that of the state with a key, which it makes where there is none. It is
// not ok where there is no room.
func (s *states) number(key string) (uint16, bool) {
	if n, found := s.known[key]; found {
		return n, true
	}
	columns := 1 << s.shift
	size := 2*columns + 2*len(key) + 64
	if len(s.keys) >= mostStates || s.pool.used+size > s.pool.limit {
		return 0, false
	}
	s.pool.used += size
	s.bytes += size
	if s.known == nil {
		s.known = map[string]uint16{}
		s.table = make([]uint16, int(firstState)*columns)
	}
	n := uint16(len(s.keys)) + firstState //nolint:gosec // at most mostStates
	s.keys = append(s.keys, key)
	s.table = append(s.table, make([]uint16, columns)...)
	s.known[key] = n
	return n, true
}

// mostStates is how many an automaton may have.
const mostStates = 2048

// step finds what follows a state and a class, and keeps it. Where there is no room
// it is not ok, and the state that follows is returned by its key.
func (s *states) step(from uint16, class uint8) (to uint16, missing string, ok bool) {
	key := s.keys[from-firstState]
	before := kind(key[0])
	next, matches := s.follow(before, key[1:], class)
	switch {
	case matches:
		to = match
	case class == s.end:
		to = dead
	default:
		k := keyOf(s.classes.kinds[class], next)
		if to, ok = s.number(k); !ok {
			return 0, k, false
		}
	}
	s.table[int(from)<<s.shift|int(class)] = to
	return to, "", true
}

// follow returns what is next after a class, or that there is a match before it.
func (s *states) follow(before kind, pcs string, class uint8) (next []uint16, matches bool) {
	if s.fresh[before] == nil {
		s.fresh[before] = make([]begun, int(s.end)+1)
	}
	fresh := &s.fresh[before][class]
	if !fresh.done {
		next, matches := s.run(before, class, []uint16{s.start})
		*fresh = begun{done: true, matches: matches, next: slices.Clone(next)}
	}
	if fresh.matches || pcs == "" {
		return fresh.next, fresh.matches
	}
	list := s.pool.list[:0]
	for ; pcs != ""; pcs = pcs[2:] {
		list = append(list, uint16(pcs[0])|uint16(pcs[1])<<8)
	}
	s.pool.list = list
	next, matches = s.run(before, class, list)
	if matches {
		return nil, true
	}
	next = append(next, fresh.next...)
	s.pool.next = next
	slices.Sort(next)
	return slices.Compact(next), false
}

// run follows instructions up to those that take a rune, and over the class.
func (s *states) run(before kind, class uint8, pcs []uint16) (next []uint16, matches bool) {
	after := none
	if class != s.end {
		after = s.classes.kinds[class]
	}
	holds := syntax.EmptyOpContext(before.rune(), after.rune())
	seen := s.pool.mark(len(s.insts))
	s.pool.stack = append(s.pool.stack[:0], pcs...)
	stack, next := s.pool.stack, s.pool.next[:0]
	for len(stack) > 0 {
		pc := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if seen.twice(pc) {
			continue
		}
		switch i := &s.insts[pc]; i.op {
		case syntax.InstAlt:
			stack = append(stack, i.out, i.arg)
		case syntax.InstCapture, syntax.InstNop:
			stack = append(stack, i.out)
		case syntax.InstEmptyWidth:
			if i.empty&^holds == 0 {
				stack = append(stack, i.out)
			}
		case syntax.InstMatch:
			return nil, true
		case syntax.InstRune:
			if class != s.end && s.sets[i.set].has(class) {
				next = append(next, i.out)
			}
		}
	}
	s.pool.stack, s.pool.next = stack, next
	slices.Sort(next)
	return slices.Compact(next), false
}
