package jsoncheck

import (
	"errors"
	"strconv"
)

// What is wrong with a text. Errors of this package wrap one of these.
var (
	// ErrSyntax: it is not JSON.
	ErrSyntax = errors.New("not valid JSON")
	// ErrDepth: it is nested too deep.
	ErrDepth = errors.New("nested too deep")
	// ErrBytes: it is too long.
	ErrBytes = errors.New("too long")
	// ErrValues: it has too many values.
	ErrValues = errors.New("too many values")
	// ErrDuplicate: an object has a key twice.
	ErrDuplicate = errors.New("duplicate key")
)

// Error is what Check and Depth find.
type Error struct {
	// Offset is the index of the byte where it was found.
	Offset int
	// Line and Column are the same, both counted from 1, columns in bytes.
	Line, Column int
	// Message says what it is. It shows nothing of the text.
	Message string
	// Kind is one of ErrSyntax, ErrDepth, ErrBytes, ErrValues and ErrDuplicate.
	Kind error
}

// Error is one line.
func (e *Error) Error() string {
	return "line " + strconv.Itoa(e.Line) + ", column " + strconv.Itoa(e.Column) + ": " + e.Message
}

// Unwrap returns the kind.
func (e *Error) Unwrap() error { return e.Kind }

// newError is called in many places, and would be in each of them.
//
//go:noinline
func newError(data []byte, at int, kind error, message string) *Error {
	at = min(at, len(data))
	line, begin := 1, 0
	for i, c := range data[:at] {
		if c == '\n' {
			line, begin = line+1, i+1
		}
	}
	return &Error{
		Offset:  at,
		Line:    line,
		Column:  at - begin + 1,
		Message: message,
		Kind:    kind,
	}
}

func tooDeep(data []byte, at, depth int) *Error {
	return newError(data, at, ErrDepth, "JSON is nested deeper than "+strconv.Itoa(depth)+" levels")
}
