// Package fault makes errors that say where in a configuration something is wrong.
// It does what package fmt does for that, which is 250 KB of a module.
package fault

import "strconv"

// In is err with the key in front that it is about: key: err.
func In(key string, err error) error { return New(key+": "+err.Error(), err) }

// At is err with the element of a list in front: key[i]: err.
func At(key string, i int, err error) error { return In(key+"["+strconv.Itoa(i)+"]", err) }

// Of is a kind of error with what is wrong behind it: kind: what.
func Of(kind error, what string) error { return New(kind.Error()+": "+what, kind) }

// New is an error with this text, for which errors.Is and errors.As find causes.
func New(text string, causes ...error) error { return &fault{text, causes} }

type fault struct {
	text   string
	causes []error
}

func (f *fault) Error() string   { return f.text }
func (f *fault) Unwrap() []error { return f.causes }
