package main

import (
	"strings"
)

// message is a request's headers as a signature sees them.
type message struct {
	method, path string
	// fields are by their names in lower case. A field that the request has more
	// than once is in several instead: a signature over one of them says nothing
	// about the others.
	fields  map[string]string
	several map[string]bool
}

func newMessage(headers [][2]string) *message {
	m := &message{fields: make(map[string]string, len(headers))}
	for _, h := range headers {
		name := strings.ToLower(h[0])
		if _, there := m.fields[name]; there {
			if m.several == nil {
				m.several = map[string]bool{}
			}
			m.several[name] = true
		}
		m.fields[name] = h[1]
	}
	m.method, m.path = m.fields[":method"], m.fields[":path"]
	return m
}

// one returns a field's value, "" where there is none. ok is false where there
// are several.
func (m *message) one(name string) (value string, ok bool) {
	name = strings.ToLower(name)
	return m.fields[name], !m.several[name]
}

// lookup is one with the difference between no field and an empty one.
func (m *message) lookup(name string) (value string, found bool) {
	value, found = m.fields[strings.ToLower(name)]
	return value, found
}

// isUpgrade reports whether what follows the headers is a websocket and no body.
// Gateways take the header that asks for one off other requests.
func (m *message) isUpgrade(websocket bool) bool {
	_, length := m.lookup("content-length")
	_, chunked := m.lookup("transfer-encoding")
	return websocket && !length && !chunked
}
