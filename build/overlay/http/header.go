// Package http takes the place of net/http where only its names of methods and
// status codes are used, and Header as a map.
package http

import "slices"

// Header is a list of headers by their canonical names.
type Header map[string][]string

// Add adds a value to those of the key.
func (h Header) Add(key, value string) {
	key = CanonicalHeaderKey(key)
	h[key] = append(h[key], value)
}

// Set sets the one value of the key.
func (h Header) Set(key, value string) { h[CanonicalHeaderKey(key)] = []string{value} }

// Get returns the first value of the key, "" where there is none.
func (h Header) Get(key string) string {
	if values := h.Values(key); len(values) > 0 {
		return values[0]
	}
	return ""
}

// Values returns all values of the key. It is not a copy.
func (h Header) Values(key string) []string {
	if h == nil {
		return nil
	}
	return h[CanonicalHeaderKey(key)]
}

// Del takes the values of the key away.
func (h Header) Del(key string) { delete(h, CanonicalHeaderKey(key)) }

// Clone returns a copy of h, nil for nil.
func (h Header) Clone() Header {
	if h == nil {
		return nil
	}
	c := make(Header, len(h))
	for key, values := range h {
		if values == nil {
			c[key] = nil
			continue
		}
		c[key] = slices.Clip(append([]string{}, values...))
	}
	return c
}

// CanonicalHeaderKey returns the key with its first letter and those behind
// hyphens in upper case, and all others in lower case. A key with a space, or
// with bytes that no header's name has, is returned as it is.
func CanonicalHeaderKey(key string) string {
	changed := false
	for i, upper := 0, true; i < len(key); i++ {
		c := key[i]
		if !inName(c) {
			return key
		}
		changed = changed || c != cased(c, upper)
		upper = c == '-'
	}
	if !changed {
		return key
	}
	b := []byte(key)
	upper := true
	for i, c := range b {
		b[i] = cased(c, upper)
		upper = c == '-'
	}
	return string(b)
}

func cased(c byte, upper bool) byte {
	if upper && c >= 'a' && c <= 'z' {
		return c - 'a' + 'A'
	}
	if !upper && c >= 'A' && c <= 'Z' {
		return c - 'A' + 'a'
	}
	return c
}

func inName(c byte) bool {
	if c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' {
		return true
	}
	for _, other := range []byte("!#$%&'*+-.^_`|~") {
		if c == other {
			return true
		}
	}
	return false
}
