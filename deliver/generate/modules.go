package generate

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"

	"github.com/sluiceproxy/sluice/deploy/gen"
	"github.com/sluiceproxy/sluice/deploy/wasmplugin"
)

// modules gets the modules, tells Envoy's paths, and says which files it has written.
func modules(ctx context.Context, ps []gen.Plugin, o Options) ([]File, []wasmplugin.Warning, error) {
	p, err := o.preparer()
	if err != nil {
		return nil, nil, err
	}
	defer p.Close()
	before := o.moduleFiles()
	var files []File
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
		if m.File != "" {
			f := File{Path: filepath.Join(o.moduleDir(), filepath.Base(m.File)), Change: "wrote"}
			if before[filepath.Base(m.File)] {
				f.Change = "unchanged"
			}
			if !slices.Contains(files, f) {
				files = append(files, f)
			}
		}
		if o.Restrict {
			ps[i].Capabilities = m.Capabilities()
		}
	}
	return files, warnings, errors.Join(problems...)
}
