package main

import (
	"slices"
	"strings"

	"github.com/sluiceproxy/sluice/plugins/internal/query"
)

// A place is where a token was found.
type place struct {
	kind  kind
	name  string // in lower case for headers
	value string // all of a header, or the decoded value
}

type kind uint8

const (
	inHeader kind = iota
	inQuery
	inCookie
)

// find returns the one place of a request that has a token for any consumer. Two
// are errSeveral: nobody knows which of them upstream looks at. So are two lines of
// a header that may hold one, whatever is in them: some gateways join them.
func (c *Config) find(headers [][2]string) (at place, err error) {
	n, twice := 0, false
	var room [4]int
	lines := room[:0]
	places(headers, func(p place) {
		if p.kind == inHeader {
			i := c.tokenHeader(p.name)
			if i < 0 {
				return
			}
			twice = twice || slices.Contains(lines, i)
			lines = append(lines, i)
		}
		if c.mayHold(p) {
			at = p
			n++
		}
	})
	switch {
	case n > 1 || twice:
		return at, errSeveral
	case n == 0:
		return at, errMissing
	}
	return at, nil
}

// tokenHeader says which of the headers that may hold a token has that name, or -1.
func (c *Config) tokenHeader(name string) int {
	return slices.IndexFunc(c.tokenHeaders, func(h string) bool { return strings.EqualFold(h, name) })
}

// mayHold reports whether a consumer's token may be in that place.
func (c *Config) mayHold(p place) bool {
	for i := range c.Consumers {
		if _, ok := c.Consumers[i].token(p); ok {
			return true
		}
	}
	return false
}

// token returns the token of this place, if it is one of the consumer's.
func (c *Consumer) token(p place) (text string, ok bool) {
	switch p.kind {
	case inHeader:
		for _, h := range c.FromHeaders {
			if strings.EqualFold(h.Name, p.name) {
				if text, ok = h.cut(p.value); ok {
					return text, true
				}
			}
		}
		return "", false
	case inQuery:
		return p.value, slices.Contains(c.FromParams, p.name)
	default:
		return p.value, slices.Contains(c.FromCookies, p.name)
	}
}

// cut takes the prefix off.
func (f *FromHeader) cut(value string) (string, bool) {
	n := len(f.ValuePrefix)
	if len(value) < n {
		return "", false
	}
	if strings.HasSuffix(f.ValuePrefix, " ") {
		return strings.Trim(value[n:], " "), strings.EqualFold(value[:n], f.ValuePrefix)
	}
	return strings.Trim(value[n:], " \t"), value[:n] == f.ValuePrefix
}

// places shows every header, parameter and cookie of a request.
func places(headers [][2]string, show func(place)) {
	for _, h := range headers {
		switch {
		case h[0] == ":path":
			_, text := query.Split(h[1])
			for name, value := range query.Pairs(text) {
				show(place{inQuery, name, value})
			}
		case strings.HasPrefix(h[0], ":"):
		case strings.EqualFold(h[0], "cookie"):
			cookies(h[1], show)
			show(place{inHeader, "cookie", h[1]})
		default:
			show(place{inHeader, h[0], h[1]})
		}
	}
}

// cookies shows the cookies of a line (RFC 6265, section 4.2). Spaces around the
// name and the value are cut off, as upstreams do (section 5.2).
func cookies(line string, show func(place)) {
	for pair := range strings.SplitSeq(line, ";") {
		name, value, _ := strings.Cut(pair, "=")
		show(place{inCookie, strings.Trim(name, " \t"), strings.Trim(value, " \t\"")})
	}
}
