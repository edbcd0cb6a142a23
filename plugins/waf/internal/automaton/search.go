package automaton

import "unicode/utf8"

// search runs the automaton over a text.
func (s *states) search(text string) Answer {
	at, ok := s.first()
	if !ok {
		return Unknown
	}
	left := newStates(len(text))
	table, shift := s.table, s.shift
	for i := 0; i < len(text); {
		class := uint8(0)
		if b := text[i]; b < utf8.RuneSelf {
			class = s.classes.ascii[b]
			i++
		} else {
			r, width := utf8.DecodeRuneInString(text[i:])
			class = s.classes.wide(r)
			i += width
		}
		next := table[int(at)<<shift|int(class)]
		if next < firstState {
			if next == unknown {
				next = s.make(at, class, &left)
				table = s.table
			}
			if next < firstState {
				return answer(next)
			}
		}
		at = next
	}
	next := table[int(at)<<shift|int(s.end)]
	if next == unknown {
		next = s.make(at, s.end, &left)
	}
	return answer(next)
}

// newStates is how many states a text of a length may need that are not there. What
// needs more is no faster with an automaton than with package regexp.
func newStates(length int) int { return 256 + length/16 }

func answer(state uint16) Answer {
	return [firstState]Answer{unknown: Unknown, match: Yes, dead: No}[state]
}

// make finds what follows. It returns unknown where that takes too many states.
func (s *states) make(from uint16, class uint8, left *int) uint16 {
	before := len(s.keys)
	to, missing, ok := s.step(from, class)
	if !ok {
		s.makeRoom()
		if to, ok = s.number(missing); !ok {
			return unknown
		}
		before = 0
	}
	if *left -= len(s.keys) - before; *left < 0 {
		return unknown
	}
	return to
}

// makeRoom forgets states: those of this automaton where they are too many, or those
// of all of them.
func (s *states) makeRoom() {
	if len(s.keys) >= mostStates {
		s.clear()
		return
	}
	s.pool.clear()
}

// first is the state before a text.
func (s *states) first() (at uint16, ok bool) {
	if s.begin == unknown {
		if at, ok = s.number(keyOf(none, nil)); !ok {
			s.makeRoom()
			if at, ok = s.number(keyOf(none, nil)); !ok {
				return 0, false
			}
		}
		s.begin = at
	}
	return s.begin, true
}
