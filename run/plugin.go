package run

import (
	"context"
	"errors"

	"github.com/sluiceproxy/sluice/build"
)

// ErrSeveral says that a source holds a chain where one plugin is wanted.
var ErrSeveral = errors.New("it holds several plugins; name one")

// LoadPlugin loads the one plugin that o names, with its configuration, for work
// other than serving it. A Go plugin is built with the names of its functions.
// What o says about engines, addresses and changes is not looked at.
func LoadPlugin(ctx context.Context, o Options) (p Plugin, err error) {
	o.Engine = Embedded()
	if o, err = o.withDefaults(); err != nil {
		return p, err
	}
	l, err := newLoader(o, build.Any)
	if err != nil {
		return p, err
	}
	defer func() { err = errors.Join(err, l.close()) }()
	l.httpbin, l.names = o.HTTPBin, true
	s, err := l.load(ctx, true)
	if err != nil {
		return p, err
	}
	if len(s.Plugins) != 1 {
		return p, ErrSeveral
	}
	return s.Plugins[0], nil
}
