package main

import "strings"

// bearer is what a key in a header may have in front.
const bearer = "bearer "

// identify says whose key a request carries. A request with more than one key is
// refused, even where they are the same: upstream could look at the other one.
func (c *Config) identify(headers [][2]string) (name string, why *refusal) {
	why = noKey
	given, path := 0, ""
	for _, h := range headers {
		if h[0] == ":path" {
			path = h[1]
		} else if p := c.place(h[0], true); p != nil && h[1] != "" {
			given++
			name, why = p.owner(h[1])
		}
	}
	if c.inQuery {
		values, ok := c.parameters(path)
		if !ok {
			return "", malformed
		}
		for _, v := range values {
			given++
			name, why = v.at.owner(v.value)
		}
	}
	if given > 1 {
		return "", several
	}
	return name, why
}

// place returns a header's or a parameter's place, nil if there is none.
func (c *Config) place(name string, header bool) *place {
	for i := range c.places {
		p := &c.places[i]
		if p.header == header && len(p.name) == len(name) && (p.name == name || header && strings.EqualFold(p.name, name)) {
			return p
		}
	}
	return nil
}

// owner finds whose key value is.
func (p *place) owner(value string) (string, *refusal) {
	if name, found := p.known.Find(value); found {
		return name, nil
	}
	if p.header && len(value) > len(bearer) && strings.EqualFold(value[:len(bearer)], bearer) {
		if name, found := p.known.Find(strings.TrimLeft(value[len(bearer):], " ")); found {
			return name, nil
		}
	}
	return "", unknown
}
