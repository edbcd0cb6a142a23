package jsoncheck

// Depth reports a text whose lists and objects are nested deeper than so many
// levels, and nothing else: what it lets through need not be JSON. It is the
// cheapest check that keeps a parser from ending its VM. 0 is DefaultDepth.
func Depth(data []byte, depth int) error {
	depth = or(depth, DefaultDepth)
	level, quoted := 0, false
	for i := 0; i < len(data); i++ {
		switch c := data[i]; {
		case quoted:
			if c == '\\' {
				i++
			}
			quoted = c != '"'
		case c == '"':
			quoted = true
		case c == '{' || c == '[':
			if level++; level > depth {
				return tooDeep(data, i, depth)
			}
		case c == '}' || c == ']':
			level = max(level-1, 0) // closing more than was opened earns nothing
		}
	}
	return nil
}
