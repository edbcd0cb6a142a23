package main

import (
	"bytes"
	"errors"

	"github.com/tidwall/gjson"
	"github.com/tidwall/sjson"

	"github.com/sluiceproxy/sluice/sdk/jsonscan"

	"github.com/sluiceproxy/sluice/plugins/internal/fault"
)

// edit does operations to the JSON body. Values keep their text: numbers that no
// float64 holds, and the order of keys, stay.
func (m *message) edit(ops []op) (err error) {
	for i := range ops {
		o := &ops[i]
		switch o.operate {
		case "remove":
			err = m.delete(o.key)
		case "rename":
			if value := gjson.GetBytes(m.json, o.key); value.Exists() && o.key != o.to {
				if err = m.set(o.to, []byte(value.Raw)); err == nil {
					err = m.delete(o.key)
				}
			}
		case "replace":
			err = m.set(o.key, o.inJSON(m.host, m.path))
		case "add":
			if !gjson.GetBytes(m.json, o.key).Exists() {
				err = m.set(o.key, o.inJSON(m.host, m.path))
			}
		case "append":
			err = m.set(o.key, appended(gjson.GetBytes(m.json, o.key), o.inJSON(m.host, m.path)))
		case "map":
			if value := m.mapped(o); value != nil {
				err = m.set(o.to, value)
			}
		case "dedupe":
			if value := deduped(gjson.GetBytes(m.json, o.key), o.strategy); value != nil {
				err = m.set(o.key, value)
			}
		}
		if err != nil {
			return fault.In(o.operate+" "+o.key, err)
		}
	}
	if !jsonscan.Valid(m.json) {
		return errEdit
	}
	return nil
}

// errEdit is returned for operations that would leave something else than JSON.
var errEdit = errors.New("the operations don't leave valid JSON")

func (m *message) set(key string, value []byte) error {
	next, err := sjson.SetRawBytes(m.json, key, value)
	if err == nil {
		m.json = next
	}
	return err
}

func (m *message) delete(key string) error {
	next, err := sjson.DeleteBytes(m.json, key)
	if err == nil {
		m.json = next
	}
	return err
}

// mapped returns what a map gives to JSON: a list of texts for fields, as Higress
// does it, nil for nothing.
func (m *message) mapped(o *op) []byte {
	if f := m.source(o); f != nil {
		values := f.get(o.key)
		if len(values) == 0 {
			return nil
		}
		return list(len(values), func(b []byte, i int) []byte { return jsonscan.AppendQuoted(b, values[i]) })
	}
	if value := gjson.GetBytes(m.json, o.key); o.source == inBody && value.Exists() {
		return []byte(value.Raw)
	}
	return nil
}

// appended returns a value with one more behind it.
func appended(old gjson.Result, value []byte) []byte {
	items := old.Array() // a value that is no list is a list of one
	if !old.Exists() {
		return value
	}
	return list(len(items)+1, func(b []byte, i int) []byte {
		if i == len(items) {
			return append(b, value...)
		}
		return append(b, items[i].Raw...)
	})
}

// deduped returns what a strategy leaves of a list, nil for what is none.
func deduped(old gjson.Result, strategy string) []byte {
	if !old.IsArray() {
		return nil
	}
	items := old.Array()
	if len(items) == 0 {
		return nil
	}
	switch strategy {
	case "RETAIN_FIRST":
		return []byte(items[0].Raw)
	case "RETAIN_LAST":
		return []byte(items[len(items)-1].Raw)
	case "SPLIT_AND_RETAIN_FIRST", "SPLIT_AND_RETAIN_LAST":
		return jsonscan.AppendQuoted(nil, dedupe(strategy, []string{items[0].String()})[0])
	}
	var unique []gjson.Result
	seen := map[string]bool{}
	for _, item := range items {
		if !seen[item.String()] {
			unique = append(unique, item)
		}
		seen[item.String()] = true
	}
	if len(unique) == 1 {
		return []byte(unique[0].Raw)
	}
	return list(len(unique), func(b []byte, i int) []byte { return append(b, unique[i].Raw...) })
}

// list returns a JSON list of n elements.
func list(n int, element func(b []byte, i int) []byte) []byte {
	b := bytes.NewBufferString("[").Bytes()
	for i := range n {
		if i > 0 {
			b = append(b, ',')
		}
		b = element(b, i)
	}
	return append(b, ']')
}
