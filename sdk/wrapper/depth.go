package wrapper

import (
	"errors"
	"strconv"
)

// maxDepth is how deep JSON may be nested. Parsers recurse, and a Wasm VM's
// stack is small: ten kilobytes of brackets end it.
const maxDepth = 512

var errDepth = errors.New("JSON is nested deeper than " + strconv.Itoa(maxDepth) + " levels")

// checkDepth reports JSON that must not be given to a parser. It doesn't recurse
// and accepts much that is not JSON.
func checkDepth(json []byte) error {
	depth, quoted := 0, false
	for i := 0; i < len(json); i++ {
		switch c := json[i]; {
		case quoted:
			if c == '\\' {
				i++
			}
			quoted = c != '"'
		case c == '"':
			quoted = true
		case c == '{' || c == '[':
			if depth++; depth > maxDepth {
				return errDepth
			}
		case c == '}' || c == ']':
			depth--
		}
	}
	return nil
}
