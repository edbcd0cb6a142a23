package main

import (
	"strings"

	"github.com/sluiceproxy/sluice/plugins/internal/query"
)

// readForm reads a query or a urlencoded body.
func readForm(text string) *fields {
	f := &fields{}
	if text == "" {
		return f
	}
	for _, part := range strings.Split(text, "&") {
		e := field{raw: part, fixed: true}
		for name, value := range query.Pairs(part) {
			e = field{name: name, value: value, raw: part}
		}
		f.list = append(f.list, e)
	}
	return f
}

// form writes a query or a urlencoded body. What no operation has changed is as it
// came.
func (f *fields) form() string {
	parts := make([]string, len(f.list))
	for i, e := range f.list {
		if parts[i] = e.raw; e.raw == "" && !e.fixed {
			parts[i] = query.Escape(e.name) + "=" + query.Escape(e.value)
		}
	}
	return strings.Join(parts, "&")
}
