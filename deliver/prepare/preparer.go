package prepare

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/sluiceproxy/sluice/deploy/wasmplugin"
)

// Preparer prepares plugins. It is safe for concurrent use.
type Preparer struct {
	o     Options
	known facts
	trial trial
}

// New makes a Preparer, and Options.Dir where it isn't there.
func New(o Options) (*Preparer, error) {
	if o.Timeout == 0 {
		o.Timeout = DefaultTimeout
	}
	if o.StartTimeout == 0 {
		o.StartTimeout = DefaultStartTimeout
	}
	if o.StartMemory == 0 {
		o.StartMemory = DefaultStartMemory
	}
	if o.Grace == 0 {
		o.Grace = DefaultGrace
	}
	if o.Dir != "" {
		dir, err := filepath.Abs(o.Dir)
		if err == nil {
			err = os.MkdirAll(dir, 0o755) // Envoy may run as another user
		}
		if err != nil {
			return nil, fmt.Errorf("directory for modules: %w", err)
		}
		o.Dir = dir
	}
	return &Preparer{o: o}, nil
}

// Close frees what CheckConfig has compiled.
func (p *Preparer) Close() error { return p.trial.close() }

// Key names a plugin in errors, events and records: kind/namespace/name, and a number
// for further plugins of a resource that has several.
func Key(w *wasmplugin.Plugin) string {
	namespace := w.Namespace
	if namespace == "" {
		namespace = "default"
	}
	key := fmt.Sprintf("%s/%s/%s", w.Kind, namespace, w.Name)
	if w.Entry > 0 {
		key += fmt.Sprintf("/%d", w.Entry)
	}
	return key
}

// failed names the plugin and the step, unless err does already.
func failed(w *wasmplugin.Plugin, step Step, side string, err error) error {
	var known *Error
	if err == nil || errors.As(err, &known) {
		return err
	}
	return &Error{Plugin: Key(w), Step: step, Side: side, Err: err}
}
