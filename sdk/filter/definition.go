package filter

import (
	"errors"

	"github.com/sluiceproxy/sluice/sdk/config"
)

// Definition is one plugin of a module; see Plugin.
type Definition struct {
	name          string
	parse         func(json []byte) (any, error) // a *C
	override      func(parent any, json []byte) (any, error)
	create        func(config any, s *Stream) any
	methods       methods
	failOpen      bool
	authenticates bool
	readOnly      bool
	run           runner // nil: on the callback's stack
	err           error  // why it can't be used
}

// Name returns the plugin's name.
func (d Definition) Name() string { return d.name }

// Plugin defines a plugin whose configuration is a C and whose filters are F,
// which must be a pointer to a struct: its methods say which phases the plugin
// sees.
//
// name is the plugin's key in the configuration of a bundle and its name in log
// lines. parse makes a configuration of JSON, as config.Parse does; nil is for
// a C without fields, and refuses keys. create makes the filter of a request;
// it should do nothing else.
func Plugin[C, F any](name string, parse func(json []byte) (C, error), create func(config *C, s *Stream) F, options ...Option) Definition {
	var zero F
	d := Definition{name: name, methods: methodsOf(zero)}
	switch {
	case name == "" || name[0] == '_':
		d.err = errors.New("filter.Plugin: a name must not be empty and must not begin with _")
	case any(zero) == nil:
		d.err = errors.New("filter.Plugin " + name + ": create must return a pointer to a struct, not an interface, since its type says which methods there are")
	case create == nil:
		d.err = errors.New("filter.Plugin " + name + ": create is nil")
	case d.methods == methods{}:
		d.err = errors.New("filter.Plugin " + name + ": its filters have none of the methods that are ever called; compare their signatures with package filter's interfaces")
	}
	if parse == nil {
		parse = parseNothing[C]
	}
	d.parse = func(json []byte) (any, error) { return boxed(parse(json)) }
	d.create = func(c any, s *Stream) any { return create(c.(*C), s) }
	for _, o := range options {
		if o != nil {
			o(&d)
		}
	}
	rules := config.WholeRules
	if d.override != nil {
		rules = config.OverrideRules
	}
	config.Register[C](name, rules)
	return d
}

// boxed makes a configuration one that requests share.
func boxed[C any](c C, err error) (any, error) {
	if err != nil {
		return nil, err
	}
	return &c, nil
}

func parseNothing[C any](json []byte) (C, error) {
	var c C
	if !isEmptyObject(json) {
		return c, errors.New("the plugin has no configuration: only {} is allowed")
	}
	return c, nil
}
