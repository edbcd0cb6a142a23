package main

import (
	"strings"

	"github.com/sluiceproxy/sluice/plugins/internal/query"
)

// scan looks for texts in a body that comes in parts, wherever it is cut.
type scan struct {
	texts   texts
	decode  bool   // a form: also with its escapes decoded
	raw     string // the end of what has come, which a text can begin in
	decoded string // the same, decoded
	carry   string // an escape that is not complete
	blocked bool   // the request was answered
}

// newScan begins a body with that content type.
func newScan(t texts, contentType string) *scan {
	return &scan{texts: t, decode: strings.Contains(strings.ToLower(contentType), "urlencoded")}
}

// found takes the next part and reports whether a text is in what has come.
func (s *scan) found(part []byte) bool {
	if s.in(&s.raw, string(part)) {
		return true
	}
	if !s.decode {
		return false
	}
	text := s.carry + string(part)
	end := len(text)
	for i := max(end-2, 0); i < end; i++ {
		if text[i] == '%' {
			end = i
		}
	}
	s.carry = text[end:]
	return s.in(&s.decoded, query.Unescape(text[:end], true))
}

// in looks into the end of what came before, and more.
func (s *scan) in(before *string, more string) bool {
	text := *before + more
	if s.texts.in(text) {
		return true
	}
	*before = strings.Clone(text[max(len(text)-s.texts.longest+1, 0):])
	return false
}
