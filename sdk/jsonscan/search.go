package jsonscan

// search is a path on its way through a text. It is told where values begin and
// end within at brackets; all else is of no interest to it.
type search struct {
	path  []string
	at    int  // so many elements of the path are matched by the open brackets
	hit   bool // and the value that begins next is the one that path[:at] leads to
	taken bool // the wanted value has begun at start
	done  bool
	index int // elements of a list to pass before the one that is wanted, less than 0 for none
	start int
	found Value
}

// begins tells all searches of a value within depth brackets that begins at i with
// c, an element of a list or not. It returns the depth that is of interest now.
func begins(all []search, depth, i int, c byte, element bool) (level int) {
	level = -1
	for n := range all {
		s := &all[n]
		if s.at == depth && !s.done && !s.taken {
			s.begin(depth, i, c, element)
		}
		level = s.deeper(level)
	}
	return level
}

func (s *search) begin(depth, i int, c byte, element bool) {
	if element {
		s.hit = s.index == 0
		s.index--
	}
	if !s.hit {
		return
	}
	s.hit = false
	switch {
	case len(s.path) == depth:
		s.taken, s.start = true, i
	case c == '{':
		s.at++
	case c == '[':
		s.at++
		s.index = -1
		if n, ok := number(s.path[depth]); ok {
			s.index = n
		}
	}
}

// named tells all searches of a key within depth brackets.
func named(all []search, depth int, key []byte) {
	for n := range all {
		if s := &all[n]; s.at == depth && !s.done && !s.taken {
			s.hit = equal(key, s.path[depth-1])
		}
	}
}

// ended tells all searches of a value within depth brackets that ends at i.
func ended(all []search, d []byte, depth, i int) (level int) {
	level = -1
	for n := range all {
		switch s := &all[n]; {
		case s.at == depth && s.taken:
			s.found, s.taken, s.done = Value{raw: d[s.start:i:i]}, false, true
		case s.at == depth+1 && !s.taken:
			s.at, s.index = depth, -1 // the value had the beginning of the path only
		}
		level = all[n].deeper(level)
	}
	return level
}

// deeper is the larger of level and what interests the search.
func (s *search) deeper(level int) int {
	if s.done {
		return level
	}
	return max(level, s.at)
}
