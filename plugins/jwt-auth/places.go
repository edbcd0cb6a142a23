package main

import (
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
	n := 0
	lines := map[string]int{}
	for p := range places(headers) {
		if c.mayHold(p) {
			at = p
			n++
		}
		if p.kind == inHeader && c.reads(p.name) {
			name := strings.ToLower(p.name)
			if lines[name]++; lines[name] > 1 {
				return at, errSeveral
			}
		}
	}
	switch {
	case n > 1:
		return at, errSeveral
	case n == 0 || at.value == "":
		return at, errMissing
	}
	return at, nil
}

// reads reports whether a consumer's token may be in a header of that name.
func (c *Config) reads(name string) bool {
	for i := range c.Consumers {
		for _, h := range c.Consumers[i].FromHeaders {
			if strings.EqualFold(h.Name, name) {
				return true
			}
		}
	}
	return false
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
		return p.value, contains(c.FromParams, p.name)
	default:
		return p.value, contains(c.FromCookies, p.name)
	}
}

func contains(names []string, name string) bool {
	for _, n := range names {
		if n == name {
			return true
		}
	}
	return false
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

// places yields every header, parameter and cookie of a request.
func places(headers [][2]string) func(yield func(place) bool) {
	return func(yield func(place) bool) {
		for _, h := range headers {
			more := true
			switch {
			case h[0] == ":path":
				more = params(h[1], yield)
			case strings.HasPrefix(h[0], ":"):
			case strings.EqualFold(h[0], "cookie"):
				more = cookies(h[1], yield) && yield(place{inHeader, "cookie", h[1]})
			default:
				more = yield(place{inHeader, h[0], h[1]})
			}
			if !more {
				return
			}
		}
	}
}

// params yields the query's parameters.
func params(path string, yield func(place) bool) bool {
	_, text := query.Split(path)
	for name, value := range query.Pairs(text) {
		if !yield(place{inQuery, name, value}) {
			return false
		}
	}
	return true
}

// cookies yields the cookies of a line (RFC 6265, section 4.2). Spaces around the
// name and the value are cut off, as upstreams do (section 5.2).
func cookies(line string, yield func(place) bool) bool {
	for pair := range strings.SplitSeq(line, ";") {
		name, value, _ := strings.Cut(pair, "=")
		if !yield(place{inCookie, strings.Trim(name, " \t"), strings.Trim(value, " \t\"")}) {
			return false
		}
	}
	return true
}
