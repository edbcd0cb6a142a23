package jsonscan

import (
	"bytes"
	"errors"
	"strconv"
)

// Errors of a value's methods.
var (
	ErrMissing = errors.New("there is no such value in the JSON text")
	ErrKind    = errors.New("the JSON value is of another kind")
)

// Kind is what a value is.
type Kind uint8

// The kinds of values. Missing stands for none.
const (
	Missing Kind = iota
	Null
	Bool
	Number
	String
	List
	Object
)

// String is the kind's name.
func (k Kind) String() string {
	return [...]string{"missing", "null", "bool", "number", "string", "list", "object"}[min(k, Object)]
}

// Value is a value as it stands in the text. The zero Value is missing.
type Value struct{ raw []byte }

// Raw is the value's text, nil for a missing one. It shares the memory of the
// text that it was found in.
func (v Value) Raw() []byte { return v.raw }

// Exists reports whether there is a value; null is one.
func (v Value) Exists() bool { return v.raw != nil }

// Kind says what the value is, judged by its first byte.
func (v Value) Kind() Kind {
	if len(v.raw) == 0 {
		return Missing
	}
	switch v.raw[0] {
	case '"':
		return String
	case '{':
		return Object
	case '[':
		return List
	case 't', 'f':
		return Bool
	case 'n':
		return Null
	default:
		return Number
	}
}

// Text is a string's content. Any other kind is ErrKind, none ErrMissing.
func (v Value) Text() (string, error) {
	if err := v.want(String); err != nil {
		return "", err
	}
	return v.text(), nil
}

// text is the content of a string.
func (v Value) text() string {
	if len(v.raw) < 2 {
		return ""
	}
	raw := v.raw[1 : len(v.raw)-1]
	if bytes.IndexByte(raw, '\\') < 0 {
		return string(raw)
	}
	return string(Unescape(nil, raw))
}

// AppendText appends a string's content to b, which spares the allocation of
// Text. Of any other kind, it appends nothing.
func (v Value) AppendText(b []byte) []byte {
	if v.Kind() != String || len(v.raw) < 2 {
		return b
	}
	return Unescape(b, v.raw[1:len(v.raw)-1])
}

// Int is a number without a fraction that fits in 64 bits.
func (v Value) Int() (int64, error) {
	if err := v.want(Number); err != nil {
		return 0, err
	}
	return strconv.ParseInt(string(v.raw), 10, 64)
}

// Float is a number.
func (v Value) Float() (float64, error) {
	if err := v.want(Number); err != nil {
		return 0, err
	}
	return strconv.ParseFloat(string(v.raw), 64)
}

// Bool is true or false.
func (v Value) Bool() (bool, error) {
	if err := v.want(Bool); err != nil {
		return false, err
	}
	switch string(v.raw) {
	case "true":
		return true, nil
	case "false":
		return false, nil
	}
	return false, ErrKind
}

// String is what the value looks like in a text that people read, as gjson has it:
// a string's content, a number without an exponent, the JSON text of a list or an
// object, "" for null and for none.
func (v Value) String() string {
	switch v.Kind() {
	case Missing, Null:
		return ""
	case String:
		return v.text()
	case Number:
		if !v.whole() {
			f, _ := v.Float() // infinite beyond its range
			return strconv.FormatFloat(f, 'f', -1, 64)
		}
	}
	return string(v.raw)
}

// whole reports whether a number has neither a fraction nor an exponent.
func (v Value) whole() bool {
	for i, c := range v.raw {
		if (c < '0' || c > '9') && (c != '-' || i > 0) {
			return false
		}
	}
	return true
}

// Array is a list's elements, as gjson has it: none for null, and for any other
// value that value itself.
func (v Value) Array() []Value {
	switch v.Kind() {
	case Missing, Null:
		return nil
	case List:
	default:
		return []Value{v}
	}
	var all []Value
	v.Elements(func(e Value) bool {
		all = append(all, e)
		return true
	})
	return all
}

func (v Value) want(k Kind) error {
	switch v.Kind() {
	case k:
		return nil
	case Missing:
		return ErrMissing
	}
	return ErrKind
}
