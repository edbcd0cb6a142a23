package prepare

import (
	"fmt"
	"regexp"
	"strconv"
)

// word is a key that a path shows as it is.
var word = regexp.MustCompile(`^[A-Za-z0-9_-]+$`)

// place renders where something is, as a.b[0]["c.d"], below a path.
func place(path string, root any, location []string) string {
	here := root
	for _, step := range location {
		switch node := here.(type) {
		case []any:
			path += "[" + step + "]"
			here = item(node, step)
		case map[string]any:
			here = node[step]
			switch {
			case !word.MatchString(step):
				path += fmt.Sprintf("[%q]", step)
			case path == "":
				path = step
			default:
				path += "." + step
			}
		default:
			return path
		}
	}
	return path
}

// at finds a value.
func at(root any, location []string) (any, bool) {
	for _, step := range location {
		switch node := root.(type) {
		case []any:
			if root = item(node, step); root == nil {
				return nil, false
			}
		case map[string]any:
			value, ok := node[step]
			if !ok {
				return nil, false
			}
			root = value
		default:
			return nil, false
		}
	}
	return root, true
}

func item(list []any, index string) any {
	i, err := strconv.Atoi(index)
	if err != nil || i < 0 || i >= len(list) {
		return nil
	}
	return list[i]
}
