package plugintest

import "strings"

// Headers are header names and values in the order in which they are sent. A
// name can be there more than once.
type Headers [][2]string

// Get returns the first value of a header, "" where there is none.
func (h Headers) Get(name string) string {
	value, _ := h.Lookup(name)
	return value
}

// Lookup returns the first value of a header and whether there is one.
func (h Headers) Lookup(name string) (value string, ok bool) {
	for _, p := range h {
		if strings.EqualFold(p[0], name) {
			return p[1], true
		}
	}
	return "", false
}

// Values returns all values of a header.
func (h Headers) Values(name string) (values []string) {
	for _, p := range h {
		if strings.EqualFold(p[0], name) {
			values = append(values, p[1])
		}
	}
	return values
}

// clone copies headers with their names in lower case and pseudo headers
// first, as Envoy keeps them. It is never nil.
func (h Headers) clone() Headers {
	out := make(Headers, 0, len(h))
	for _, pseudo := range []bool{true, false} {
		for _, p := range h {
			if strings.HasPrefix(p[0], ":") == pseudo {
				out = append(out, [2]string{strings.ToLower(p[0]), p[1]})
			}
		}
	}
	return out
}

func (h Headers) add(name, value string) Headers {
	return append(h, [2]string{strings.ToLower(name), value}).clone()
}

// replace keeps the place of the first value, as Envoy does.
func (h Headers) replace(name, value string) Headers {
	out, replaced := Headers{}, false
	for _, p := range h {
		switch {
		case !strings.EqualFold(p[0], name):
			out = append(out, p)
		case !replaced:
			out, replaced = append(out, [2]string{p[0], value}), true
		}
	}
	if !replaced {
		return h.add(name, value)
	}
	return out
}

func (h Headers) remove(name string) Headers {
	out := Headers{}
	for _, p := range h {
		if !strings.EqualFold(p[0], name) {
			out = append(out, p)
		}
	}
	return out
}
