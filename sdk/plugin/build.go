package plugin

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"github.com/sluiceproxy/sluice/sdk/log"
)

// entry is one registered handler, without the type of its configuration.
type entry struct {
	name      string // of one with a typed configuration, else unknown until it is made
	make      func() Handler
	configure func(json []byte) (Handler, error)
}

// build makes the handlers of a configuration, in their order. On an error
// those made so far are cleaned up.
func build(entries []entry, raw []byte) ([]Handler, error) {
	var handlers []Handler
	done := false
	defer func() {
		if !done { // an error, or a panic of a constructor
			cleanup(handlers)
		}
	}()
	parts, err := split(raw, len(entries))
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		h, err := e.build(parts)
		if err != nil {
			return nil, err
		}
		handlers = append(handlers, h)
	}
	if err := parts.checkUsed(); err != nil {
		return nil, err
	}
	slices.SortStableFunc(handlers, func(a, b Handler) int { return cmp.Compare(a.Priority(), b.Priority()) })
	done = true
	return handlers, nil
}

func (e entry) build(parts *parts) (Handler, error) {
	if e.configure == nil && e.make == nil {
		return nil, errors.New("plugin.Register was given nil: pass it a function that makes a handler")
	}
	if e.configure != nil {
		return e.typed(parts)
	}
	h := e.make()
	if h == nil {
		return nil, errors.New("a function that was given to plugin.Register has returned a nil handler")
	}
	if err := parts.claim(h.Name()); err != nil {
		drop(h)
		return nil, err
	}
	if err := configure(h, parts); err != nil {
		name := h.Name()
		drop(h)
		return nil, fmt.Errorf("handler %q: %w", name, err)
	}
	return h, nil
}

func configure(h Handler, parts *parts) error {
	json, given := parts.of(h.Name())
	if c, ok := h.(Configurer); ok {
		return c.Configure(json)
	}
	if given {
		return errors.New("it takes no configuration, but there is one: implement plugin.Configurer, or leave it out")
	}
	return nil
}

func (e entry) typed(parts *parts) (Handler, error) {
	if err := parts.claim(e.name); err != nil {
		return nil, err
	}
	json, _ := parts.of(e.name)
	h, err := e.configure(json)
	switch {
	case err != nil:
		err = fmt.Errorf("handler %q: %w", e.name, err)
	case h == nil:
		err = fmt.Errorf("the function that was given to plugin.RegisterConfig for %q has returned a nil handler", e.name)
	case h.Name() != e.name:
		err = fmt.Errorf("the handler that plugin.RegisterConfig knows as %q is named %q: both must be the same", e.name, h.Name())
		drop(h)
	}
	return h, err
}

// cleanup ends handlers, the last one first.
func cleanup(handlers []Handler) {
	for _, h := range slices.Backward(handlers) {
		drop(h)
	}
}

// drop ends one handler. One that panics doesn't keep others from their end.
func drop(h Handler) {
	defer func() {
		if r := recover(); r != nil {
			log.Errorf("a handler's Cleanup panicked: %v", r)
		}
	}()
	if err := h.Cleanup(); err != nil {
		log.Errorf("handler %q: Cleanup: %v", h.Name(), err)
	}
}
