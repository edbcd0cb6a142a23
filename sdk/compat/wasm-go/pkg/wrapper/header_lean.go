//go:build sluice_no_nethttp

package wrapper

import "slices"

// header is http.Header for a plugin in which nothing imports package net/http,
// and that hence can't tell the difference: it is two megabytes smaller without.
type header map[string][]string

// Get returns the first value of a header, "" where there is none.
func (h header) Get(key string) string {
	if values := h.Values(key); len(values) > 0 {
		return values[0]
	}
	return ""
}

// Values returns all values of a header.
func (h header) Values(key string) []string { return h[canonical(key)] }

// Set replaces the values of a header.
func (h header) Set(key, value string) { h[canonical(key)] = []string{value} }

// Add appends a value to a header.
func (h header) Add(key, value string) { h[canonical(key)] = append(h.Values(key), value) }

// Del removes a header.
func (h header) Del(key string) { delete(h, canonical(key)) }

// Clone copies all headers.
func (h header) Clone() header {
	if h == nil {
		return nil
	}
	c := make(header, len(h))
	for key, values := range h {
		c[key] = slices.Clone(values)
	}
	return c
}

// canonical writes a name with a capital at the start of each word. A name that
// has a space or another byte that no header has is left as it is.
func canonical(key string) string {
	b, upper := []byte(key), true
	for i, c := range b {
		switch {
		case c <= ' ' || c >= 0x7f || c == ':':
			return key
		case upper && 'a' <= c && c <= 'z':
			b[i] -= 'a' - 'A'
		case !upper && 'A' <= c && c <= 'Z':
			b[i] += 'a' - 'A'
		}
		upper = c == '-'
	}
	return string(b)
}
