package prepare

import (
	"context"
	"errors"
	"time"

	"github.com/sluiceproxy/sluice/deliver/internal/cleanurl"
	"github.com/sluiceproxy/sluice/deploy/wasmplugin"
)

// CheckConfig says whether a plugin takes the configuration of a resource: by the
// schema that its image carries, the global part and each rule on its own, and by
// starting the plugin with it in the embedded host. Nothing that the plugin calls
// then leaves this process.
//
// Errors: *Error around *ConfigError, or what kept the check from being made.
func (p *Preparer) CheckConfig(ctx context.Context, m *Module, w *wasmplugin.Plugin) error {
	start := time.Now()
	err := p.checkConfig(ctx, m, w)
	if err != nil {
		err = failed(w, Config, configSide(err), err)
		p.tellFailure(w, err)
		return err
	}
	p.o.tell(Event{Plugin: Key(w), Step: Config, Took: time.Since(start)})
	return nil
}

func (p *Preparer) checkConfig(ctx context.Context, m *Module, w *wasmplugin.Plugin) error {
	r := checkSchema(m.Schema, w.Config)
	if r.warning != "" {
		p.o.tell(Event{Plugin: Key(w), Step: Config, Warning: r.warning})
	}
	if err := r.err(); err != nil || p.o.NoTrial {
		return err
	}
	return p.try(ctx, m, w, r.secrets)
}

func configSide(err error) string {
	var refused *ConfigError
	if errors.As(err, &refused) {
		return "config"
	}
	return "disk"
}

func (p *Preparer) tellFailure(w *wasmplugin.Plugin, err error) {
	var at *Error
	if errors.As(err, &at) {
		p.o.tell(Event{Plugin: Key(w), Step: at.Step, URL: cleanurl.Of(w.URL), Error: at.Err.Error()})
	}
}
