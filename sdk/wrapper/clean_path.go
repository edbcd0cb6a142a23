package wrapper

import (
	"errors"
	"strings"
)

// ErrAmbiguousPath is returned for a path that gateways, plugins and upstreams
// are known to read differently. A plugin that decides by the path refuses it.
var ErrAmbiguousPath = errors.New("ambiguous path")

// CleanPath returns the path by which to decide about a request, from its :path.
// HttpContext.Path shows what the client wrote, which can name one resource in
// many ways; Envoy doesn't normalise it unless it is told to. CleanPath
//
//   - drops query and fragment,
//   - decodes percent escapes, once,
//   - drops parameters: what stands behind a ";" up to the next "/",
//   - makes one "/" of several,
//   - resolves "." and ".." (RFC 3986, section 5.2.4).
//
// Letter case and a trailing slash stay. It returns [ErrAmbiguousPath] for a path
// that doesn't begin with "/", has a broken escape, a backslash, an encoded
// slash (%2f), an escape of an escape (%252e), or a control character, and for
// one that leads above its root.
func CleanPath(path string) (string, error) {
	if end := strings.IndexAny(path, "?#"); end >= 0 {
		path = path[:end]
	}
	if !strings.HasPrefix(path, "/") || !validEscapes(path) || escapesSlash(path) {
		return "", ErrAmbiguousPath
	}
	path = unescape(path)
	for i := 0; i < len(path); i++ {
		if c := path[i]; c < ' ' || c == 0x7f || c == '\\' || c == '%' && i+2 < len(path) && unhex(path[i+1]) >= 0 && unhex(path[i+2]) >= 0 {
			return "", ErrAmbiguousPath
		}
	}
	return resolveDots(path)
}

// escapesSlash reports whether an escape of path is that of a slash.
func escapesSlash(path string) bool {
	for i := 0; i+2 < len(path); i++ {
		if path[i] == '%' && path[i+1] == '2' && path[i+2]|0x20 == 'f' {
			return true
		}
	}
	return false
}

// resolveDots makes the list of segments that path, which begins with a slash,
// stands for.
func resolveDots(path string) (string, error) {
	out := make([]byte, 0, len(path)+1)
	directory := true // the path ends in a slash
	for rest := path[1:]; rest != ""; {
		var segment string
		segment, rest, directory = strings.Cut(rest, "/")
		segment, _, _ = strings.Cut(segment, ";")
		switch segment {
		case "", ".":
			directory = true
		case "..":
			if len(out) == 0 {
				return "", ErrAmbiguousPath
			}
			out, directory = out[:strings.LastIndexByte(string(out), '/')], true
		default:
			out = append(append(out, '/'), segment...)
		}
	}
	if directory {
		out = append(out, '/')
	}
	return string(out), nil
}
