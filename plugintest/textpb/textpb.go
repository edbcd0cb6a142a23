// Package textpb reads the text format of protocol buffers into Go structs that
// state the messages. It knows what hand-written files use: messages in braces or
// angle brackets, lists in brackets, strings with escapes in one piece or several,
// numbers, words, comments; no extensions and no Any.
package textpb

import (
	"errors"
	"fmt"
)

// Bounds of a text.
const (
	maxSize   = 4 << 20
	maxDepth  = 32
	maxFields = 100_000
)

// Error is what is wrong in a text.
type Error struct {
	// Line is where, counted from 1; Field the path of fields, such as "test.name".
	Line  int
	Field string
	Text  string
}

// Error is line, field and text.
func (e *Error) Error() string {
	if e.Field == "" {
		return fmt.Sprintf("line %d: %s", e.Line, e.Text)
	}
	return fmt.Sprintf("line %d: %s: %s", e.Line, e.Field, e.Text)
}

// Unmarshal reads a text into the struct that message points to. Its fields have
// the tag pb with the field's name, and one of the types string (also for bytes),
// bool, int64, uint64, a struct for a message, pointers to those where it matters
// whether it was there, and slices of those for repeated fields. A field that the
// struct does not have is an *Error, and so is one that is there twice without
// being repeated.
func Unmarshal(text []byte, message any) error {
	if len(text) > maxSize {
		return fmt.Errorf("the text has %d bytes, more than %d", len(text), maxSize)
	}
	p := &parser{scanner: scanner{text: text, line: 1}}
	p.next()
	fields, err := p.fields(kindEnd, 0)
	if err != nil {
		return err
	}
	return errors.Join(decode(fields, message, "")...)
}
