package jsonscan

// Valid reports whether doc is one JSON value and nothing else, as gjson.Valid
// does: neither UTF-8 nor the surrogates of escapes are looked at, and equal keys
// are allowed. Package jsoncheck is stricter, and has limits. Depth costs a bit of
// memory for each bracket, and no stack.
func Valid(doc []byte) bool { return walk(doc, nil) }

// GetValid is Get for a text that must be valid as a whole: it does what Valid
// and Get do in one pass. Where valid is false there is no value. Use it where a
// plugin decides by a value of a text that the upstream parses, too: of a
// malformed one, two parsers may see different values.
func GetValid(doc []byte, path ...string) (v Value, valid bool) {
	one := [1]search{{path: path, hit: true}}
	if !walk(doc, one[:]) {
		return Value{}, false
	}
	return one[0].found, true
}

// GetManyValid is GetValid for several paths: values[i] becomes the value that
// paths[i] leads to. It reports whether the text is valid; where it is not, all
// values are missing. Paths beyond len(values) are left out. Up to eight need no
// allocation.
func GetManyValid(doc []byte, values []Value, paths ...[]string) (valid bool) {
	var few [8]search
	n := min(len(values), len(paths))
	all := few[:min(n, len(few))]
	if n > len(few) {
		all = make([]search, n)
	}
	for i := range all {
		all[i] = search{path: paths[i], hit: true}
	}
	valid = walk(doc, all)
	clear(values)
	for i := range all {
		if valid {
			values[i] = all[i].found
		}
	}
	return valid
}

// walk reports whether d is valid, and finds what is searched for. It is one loop
// with few calls, for those are dear in a Wasm module made by Go. kinds has a bit
// for each open bracket, 1 for that of an object, the innermost lowest; the oldest
// of more than 64 are in outer.
func walk(d []byte, all []search) bool {
	var kinds uint64
	var outer []uint64
	depth, level := 0, -1 // level: searches want to hear of values within so many brackets
	if len(all) > 0 {
		level = 0
	}
	i := skipSpace(d, 0)
	for i >= 0 && i < len(d) { // a value begins at i
		c := d[i]
		if depth <= level {
			level = begins(all, depth, i, c, depth > 0 && kinds&1 == 0)
		}
		switch c {
		case '"':
			i = checkString(d, i+1)
		case '{', '[':
			if depth&63 == 0 && depth > 0 {
				outer = append(outer, kinds)
			}
			depth++
			kinds = kinds<<1 | uint64(c>>5&1)
			if i = skipSpace(d, i+1); i < len(d) && d[i] == c+2 { // '{' and '}', '[' and ']' are two apart
				break
			}
			if c == '{' {
				i = checkKey(d, i, all, depth, level)
			}
			continue
		default:
			i = checkScalar(d, i)
		}
		if i < 0 {
			return false
		}
		if c|0x20 != '{' && depth <= level {
			level = ended(all, d, depth, i)
		}
		for { // a value ended at i, or a list or an object without any began
			if i < len(d) && d[i] <= ' ' {
				i = skipSpace(d, i)
			}
			if depth == 0 {
				return i == len(d)
			}
			if i >= len(d) {
				return false
			}
			if c = d[i]; c == ',' {
				break
			}
			if c != ']'+byte(kinds&1)<<5 {
				return false
			}
			i++
			kinds >>= 1
			if depth--; depth&63 == 0 && depth > 0 {
				kinds, outer = outer[len(outer)-1], outer[:len(outer)-1]
			}
			if depth <= level {
				level = ended(all, d, depth, i)
			}
		}
		if i = skipSpace(d, i+1); kinds&1 != 0 {
			i = checkKey(d, i, all, depth, level)
		}
	}
	return false
}

// checkKey takes the key at i and its colon, and returns where its value begins,
// or -1.
func checkKey(d []byte, i int, all []search, depth, level int) int {
	if i >= len(d) || d[i] != '"' {
		return -1
	}
	end := checkString(d, i+1)
	if end < 0 {
		return -1
	}
	if depth <= level {
		named(all, depth, d[i+1:end-1])
	}
	if end = skipSpace(d, end); end >= len(d) || d[end] != ':' {
		return -1
	}
	return skipSpace(d, end+1)
}
