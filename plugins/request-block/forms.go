package main

import (
	"slices"
	"strings"

	"github.com/sluiceproxy/sluice/plugins/internal/query"
)

// maxDecodes bounds how often escapes of escapes are decoded.
const maxDecodes = 5

// forms returns what upstream may make of a :path: as it is, decoded once, decoded
// until no escape is left, and that with its dots, slashes and parameters resolved.
// Blocked is what one of them is blocked for.
func forms(path string) []string { return appendForms(nil, path) }

// appendForms appends them to a list that is empty.
func appendForms(all []string, path string) []string {
	if isPlain(path) {
		return append(all, path)
	}
	return appendReadings(all, path)
}

func appendReadings(all []string, path string) []string {
	all = append(all, path)
	add := func(before, q string) {
		if q != "" {
			before += "?" + q
		}
		if !slices.Contains(all, before) {
			all = append(all, before)
		}
	}
	before, q := query.Split(path)
	add(before, q)
	before, q = query.Unescape(before, false), query.Unescape(q, true)
	add(before, q)
	add(resolve(before), q)
	for range maxDecodes - 1 {
		before, q = query.Unescape(before, false), query.Unescape(q, false)
	}
	add(before, q)
	add(resolve(before), q)
	return all
}

// isPlain reports whether a path can be read in one way only: it has one slash at
// its beginning and between segments, and nothing else that forms would change.
func isPlain(path string) bool {
	if path == "" || path[0] != '/' {
		return false
	}
	inQuery := false
	for i := 0; i < len(path); i++ {
		switch c := path[i]; {
		case c == '%', c == '+', c == '#', c == '\\', c == ';':
			return false
		case c == '?':
			if inQuery || i+1 == len(path) {
				return false
			}
			inQuery = true
		case !inQuery && c == '/' && i+1 < len(path) && (path[i+1] == '/' || path[i+1] == '.'):
			return false
		}
	}
	return true
}

// resolve drops parameters (";" up to the next slash) and empty segments, and
// resolves "." and "..", as far as there is something to go up from. Backslashes
// are slashes.
func resolve(path string) string {
	segments := strings.Split(strings.ReplaceAll(path, `\`, "/"), "/")
	out := make([]string, 0, len(segments))
	for _, segment := range segments {
		segment, _, _ = strings.Cut(segment, ";")
		switch segment {
		case "", ".":
		case "..":
			out = out[:max(len(out)-1, 0)]
		default:
			out = append(out, segment)
		}
	}
	clean := "/" + strings.Join(out, "/")
	if last := segments[len(segments)-1]; clean != "/" && (last == "" || last == "." || last == "..") {
		clean += "/"
	}
	return clean
}
