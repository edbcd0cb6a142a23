package config

import (
	"errors"

	"github.com/tidwall/gjson"
)

// Parse reads a configuration of type T, a struct type. Text that is empty is
// read as an object without keys. The error is an *Error with all problems of
// the text, or tells of a tag that is wrong.
//
// A program that parses more than once makes a Parser instead.
func Parse[T any](data []byte) (T, error) {
	p, err := New[T]()
	if err != nil {
		var none T
		return none, err
	}
	return p.Parse(data)
}

// ParseResult is Parse for JSON that gjson has taken from a larger text.
func ParseResult[T any](json gjson.Result) (T, error) { return Parse[T]([]byte(json.Raw)) }

// Override is Parse on top of parent: keys that data doesn't name keep parent's
// values, and are not missed where they are required. Structs merge key by key;
// lists and maps are replaced as a whole. parent is not changed.
func Override[T any](parent T, data []byte) (T, error) {
	p, err := New[T]()
	if err != nil {
		var none T
		return none, err
	}
	return p.Override(parent, data)
}

// Parser reads configurations of type T. Its zero value is not ready: use New.
// It is never changed, and any number of goroutines may share it.
type Parser[T any] struct {
}

// New makes a parser for T, a struct type. The error names a field whose type
// or tags can't be used: a mistake in the program, not in a configuration.
func New[T any]() (*Parser[T], error) { return nil, errors.New("config: not ready") }

// Parse is the function Parse.
func (p *Parser[T]) Parse(data []byte) (T, error) {
	var c T
	return c, errors.New("config: not ready")
}

// Override is the function Override.
func (p *Parser[T]) Override(parent T, data []byte) (T, error) {
	return parent, errors.New("config: not ready")
}
