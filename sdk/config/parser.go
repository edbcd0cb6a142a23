package config

import (
	"errors"
	"reflect"

	"github.com/sluiceproxy/sluice/sdk/config/internal/decode"
	"github.com/sluiceproxy/sluice/sdk/config/internal/spec"
)

// Limits of a configuration's text. What goes beyond them is refused before
// anything else looks at it.
const (
	// MaxDepth is how many lists and objects may be inside one another.
	MaxDepth = decode.MaxDepth
	// MaxBytes is how long the text may be.
	MaxBytes = decode.MaxBytes
	// MaxValues is how many values it may have, keys counted too.
	MaxValues = decode.MaxValues
)

// Parse reads a configuration of type T, a struct type. Text that is empty is
// read as an object without keys. The error is an *Error with all problems of
// the text, or tells of a tag that is wrong.
//
// A program that parses more than once makes a Parser instead.
func Parse[T any](data []byte) (T, error) {
	var c T
	p, err := New[T]()
	if err != nil {
		return c, err
	}
	return p.Parse(data)
}

// ParseResult is Parse for JSON that gjson has taken from a larger text: a
// gjson.Result. That type is not named here, since importing package gjson would
// add a megabyte to every plugin.
func ParseResult[T any, J interface {
	Get(path string) J
	IsObject() bool
}](json J) (T, error) {
	v := reflect.ValueOf(json)
	if !spec.IsResult(v.Type()) {
		var none T
		return none, errors.New("config: ParseResult takes a gjson.Result, not " + v.Type().String())
	}
	return Parse[T]([]byte(v.FieldByName("Raw").String()))
}

// Override is Parse on top of parent: keys that data doesn't name keep parent's
// values, and are not missed where they are required. Structs merge key by key;
// lists and maps are replaced as a whole. parent is not changed, but what is
// returned may share its lists and maps.
func Override[T any](parent T, data []byte) (T, error) {
	p, err := New[T]()
	if err != nil {
		return parent, err
	}
	return p.Override(parent, data)
}

// Parser reads configurations of type T. Its zero value is not ready: use New.
// It is never changed, and any number of goroutines may share it.
type Parser[T any] struct{ root *spec.Node }

// New makes a parser for T, a struct type. The error names a field whose type
// or tags can't be used: a mistake in the program, not in a configuration.
func New[T any]() (*Parser[T], error) {
	root, err := describe(reflect.TypeFor[T]())
	if err != nil {
		return nil, err
	}
	return &Parser[T]{root}, nil
}

// Parse is the function Parse.
func (p *Parser[T]) Parse(data []byte) (T, error) {
	var c, none T
	if err := into(p.root, data, reflect.ValueOf(&c).Elem(), false); err != nil {
		return none, err
	}
	return c, nil
}

// Override is the function Override. With an error it returns parent.
func (p *Parser[T]) Override(parent T, data []byte) (T, error) {
	c := parent
	if err := into(p.root, data, reflect.ValueOf(&c).Elem(), true); err != nil {
		return parent, err
	}
	return c, nil
}

var errNotReady = errors.New("config: this Parser was not made by New")

func into(root *spec.Node, data []byte, v reflect.Value, merge bool) error {
	if root == nil {
		return errNotReady
	}
	found := decode.Into(root, data, v, merge)
	if len(found.List) == 0 {
		return nil
	}
	e := &Error{More: found.More}
	for _, p := range found.List {
		e.Problems = append(e.Problems, Problem(p))
	}
	return e
}

// describe is spec.Of for a type whose defaults were tried.
func describe(t reflect.Type) (*spec.Node, error) {
	o, err := spec.Of(t)
	if err != nil {
		return nil, err
	}
	root := o.Root()
	return root, decode.TryDefaults(root)
}
