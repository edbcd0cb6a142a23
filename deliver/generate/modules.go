package generate

import (
	"context"
	"errors"
	"fmt"

	"github.com/sluiceproxy/sluice/deploy/gen"
	"github.com/sluiceproxy/sluice/deploy/wasmplugin"
)

// modules gets the modules, and tells Envoy's paths.
func modules(ctx context.Context, ps []gen.Plugin, o Options) ([]wasmplugin.Warning, error) {
	p, err := o.preparer()
	if err != nil {
		return nil, err
	}
	defer p.Close()
	var problems []error
	var warnings []wasmplugin.Warning
	for i := range ps {
		s := &ps[i].Spec
		m, err := p.Module(ctx, s)
		if err == nil {
			err = p.CheckConfig(ctx, m, s)
		}
		if err != nil {
			problems = append(problems, err)
			continue
		}
		for _, w := range m.Warnings {
			warnings = append(warnings, wasmplugin.Warning{Source: s.Source, Resource: s.Resource(), Text: w})
		}
		if ps[i].Path = o.seen(m, s); ps[i].Path == "" && o.What != EnvoyFilter {
			problems = append(problems, fmt.Errorf("%s: %w, and there is no directory for it", s.ID(), ErrDir))
		}
		if o.Restrict {
			ps[i].Capabilities = m.Capabilities()
		}
	}
	return warnings, errors.Join(problems...)
}
