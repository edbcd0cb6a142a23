package main

import (
	"github.com/tidwall/gjson"

	"github.com/sluiceproxy/sluice/sdk/log"
)

// message is what rules are applied to. Parts that a message does not have, or
// that could not be read, are nil.
type message struct {
	host, path      string
	headers, querys *fields
	form            *fields // the body, if it is a form
	json            []byte  // the body, if it is JSON
}

// fields does operations to headers, a query or a form.
func (m *message) fields(ops []op, f *fields) {
	for i := range ops {
		switch o := &ops[i]; o.operate {
		case "remove":
			f.remove(o.key)
		case "rename":
			f.rename(o.key, o.to)
		case "replace":
			f.set(o.key, o.text(m.host, m.path))
		case "add":
			if f.index(o.key) < 0 {
				f.set(o.key, o.text(m.host, m.path))
			}
		case "append":
			f.add(o.key, o.text(m.host, m.path))
		case "map":
			if values := m.values(o); len(values) > 0 {
				f.set(o.to, values...)
			}
		case "dedupe":
			if values := f.get(o.key); len(values) > 0 {
				f.set(o.key, dedupe(o.strategy, values)...)
			}
		}
	}
}

// source returns the fields that a map takes from, nil for JSON.
func (m *message) source(o *op) *fields {
	switch o.source {
	case inHeaders:
		return m.headers
	case inQuerys:
		return m.querys
	}
	return m.form
}

// values returns what a map gives to a field.
func (m *message) values(o *op) []string {
	if f := m.source(o); f != nil {
		return f.get(o.key)
	}
	if o.source != inBody || m.json == nil {
		log.Debugf("map: there is no %s to take %s from", o.source, o.key)
		return nil
	}
	if value := gjson.GetBytes(m.json, o.key).String(); value != "" {
		return []string{value}
	}
	return nil
}
