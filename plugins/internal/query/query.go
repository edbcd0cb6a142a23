// Package query reads queries and forms, application/x-www-form-urlencoded, as
// upstreams read them, and never gives up: a request with one broken escape still
// has its other parameters. A guard that stopped there could be passed with one.
package query

import (
	"iter"
	"strings"
)

// Split cuts a request's :path into path and query, without the "?". A fragment,
// which no request should have, belongs to neither.
func Split(path string) (before, query string) {
	path, _, _ = strings.Cut(path, "#")
	before, query, _ = strings.Cut(path, "?")
	return before, query
}

// Pairs yields the decoded names and values of a query or form, in their order.
func Pairs(query string) iter.Seq2[string, string] {
	return func(yield func(string, string) bool) {
		for query != "" {
			var part string
			part, query, _ = strings.Cut(query, "&")
			if part == "" {
				continue
			}
			name, value, _ := strings.Cut(part, "=")
			if !yield(Unescape(name, true), Unescape(value, true)) {
				return
			}
		}
	}
}

// Unescape decodes percent escapes, once, and with plus also "+" as a space. What
// is no escape stays as it is.
func Unescape(s string, plus bool) string {
	if strings.IndexByte(s, '%') < 0 && (!plus || strings.IndexByte(s, '+') < 0) {
		return s
	}
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '%' && i+2 < len(s) && unhex(s[i+1]) >= 0 && unhex(s[i+2]) >= 0:
			out = append(out, byte(unhex(s[i+1])<<4|unhex(s[i+2])))
			i += 2
		case c == '+' && plus:
			out = append(out, ' ')
		default:
			out = append(out, c)
		}
	}
	return string(out)
}

func unhex(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c|0x20 >= 'a' && c|0x20 <= 'f':
		return int(c|0x20-'a') + 10
	}
	return -1
}

// Escape encodes a name or a value: letters, digits and "-._~" stay, a space is
// "+", all else is escaped.
func Escape(s string) string {
	const hex = "0123456789ABCDEF"
	var out []byte
	for i := 0; i < len(s); i++ {
		c := s[i]
		keep := c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z' || strings.IndexByte("-._~", c) >= 0
		switch {
		case keep && out == nil:
			continue
		case out == nil:
			out = append(make([]byte, 0, len(s)+8), s[:i]...)
		}
		switch {
		case keep:
			out = append(out, c)
		case c == ' ':
			out = append(out, '+')
		default:
			out = append(out, '%', hex[c>>4], hex[c&15])
		}
	}
	if out == nil {
		return s
	}
	return string(out)
}
