package apply

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/sluiceproxy/sluice/build"
	"github.com/sluiceproxy/sluice/build/oci"
	"github.com/sluiceproxy/sluice/build/oci/check"
	"github.com/sluiceproxy/sluice/deliver/prepare"
	"github.com/sluiceproxy/sluice/deploy/wasmplugin"
)

// pinner checks plugins for their gateways and pins their images.
type pinner struct {
	images    Images
	preparers map[prepared]*prepare.Preparer
	// known takes an image whose registry is down as checked: what is rolled back
	// to was, when it was applied.
	known bool
}

// prepared says what a preparer is for.
type prepared struct {
	target build.Target
	// stored lets the store stand in for the registry.
	stored bool
}

func newPinner(images Images) *pinner {
	return &pinner{images: images, preparers: map[prepared]*prepare.Preparer{}}
}

func (p *pinner) close() {
	for _, one := range p.preparers {
		_ = one.Close() // what it compiled is in memory
	}
}

// all checks and pins all resources, and tells all that is wrong with them.
func (p *pinner) all(ctx context.Context, resources []resource) ([]pinned, error) {
	var all []pinned
	var wrong []error
	for _, r := range resources {
		some, err := p.pin(ctx, r)
		if err != nil {
			wrong = append(wrong, fmt.Errorf("%s: %w", r.source, err))
			continue
		}
		all = append(all, some...)
	}
	return all, errors.Join(wrong...)
}

// pin checks the plugins of a resource and pins their images.
func (p *pinner) pin(ctx context.Context, r resource) ([]pinned, error) {
	plugins := slices.Clone(r.plugins)
	for i := range plugins {
		plugins[i].Kind = r.kind
	}
	wasmplugin.Order(plugins)
	known := make([]fact, len(plugins))
	for i := range plugins {
		w := &plugins[i]
		f := &known[i]
		f.image, f.config = asked(w), w.Config
		if len(plugins) > 1 {
			f.image = strings.TrimPrefix(w.URL, scheme) // the annotation is of all
		}
		m, warnings, err := p.check(ctx, w)
		switch {
		case err == nil:
			f.warnings = warnings
			f.digest = pinTo(w, m)
		case p.trusted(err):
			f.warnings = []string{fmt.Sprintf("it was not checked again, as it was when it was applied first: %v", err)}
		default:
			return nil, err
		}
	}
	return written(r, plugins, known)
}

// pinTo makes the plugin name exactly this module, and gives the digest.
func pinTo(w *wasmplugin.Plugin, m *prepare.Module) string {
	if m.Manifest == "" {
		w.SHA256 = m.SHA256
		return "sha256:" + m.SHA256
	}
	w.URL = m.Pinned()
	return m.Manifest
}

// check gets the module, and asks the gateway's rules, the schema and the plugin.
func (p *pinner) check(ctx context.Context, w *wasmplugin.Plugin) (*prepare.Module, []string, error) {
	if strings.HasPrefix(w.URL, "file:") {
		return nil, nil, errors.New("file:// names a file of each proxy, which can't be checked here; push the plugin with \"sluice push\" and name the image")
	}
	digested := strings.Contains(w.URL, "@")
	preparer, err := p.preparer(prepared{target: targetOf(w.Kind), stored: digested})
	if err != nil {
		return nil, nil, err
	}
	asked := *w
	if !digested {
		asked.PullPolicy = wasmplugin.Always // what the tag is now
	}
	m, err := preparer.Module(ctx, &asked)
	if err != nil {
		return nil, nil, err
	}
	warnings := m.Warnings
	if err := p.judge(ctx, w, m); err != nil {
		if !m.FromStore || !errors.As(err, new(*oci.Error)) {
			return nil, nil, err
		}
		warnings = append(warnings, fmt.Sprintf("the layers of the image were not judged: %v", err))
	}
	return m, warnings, preparer.CheckConfig(ctx, m, w)
}

// judge asks the rules by which the gateway reads images.
func (p *pinner) judge(ctx context.Context, w *wasmplugin.Plugin, m *prepare.Module) error {
	if m.Reference() == "" {
		return nil // it is no image
	}
	o := p.images.OCI
	o.Policy = nil // it was asked about this digest
	r, err := oci.Check(ctx, m.Reference(), oci.CheckOptions{For: []check.Consumer{consumerOf(w.Kind)}, SHA256: m.Manifest}, o)
	if err != nil {
		return err
	}
	if err := check.Refusal(r.Verdicts); err != nil {
		return fmt.Errorf("%s: %w", w.URL, err)
	}
	return nil
}

// trusted reports whether a failure is only that of a registry, for an image that
// was checked before and that no policy is to judge.
func (p *pinner) trusted(err error) bool {
	var e *prepare.Error
	return p.known && p.images.OCI.Policy == nil && errors.As(err, &e) && e.Side == "registry"
}

func (p *pinner) preparer(want prepared) (*prepare.Preparer, error) {
	if one, ok := p.preparers[want]; ok {
		return one, nil
	}
	o := prepare.Options{OCI: p.images.OCI, CacheDir: p.images.CacheDir, Target: want.target}
	if want.stored {
		o.Store = p.images.Store
	}
	one, err := prepare.New(o)
	if err == nil {
		p.preparers[want] = one
	}
	return one, err
}

func targetOf(kind wasmplugin.Kind) build.Target {
	switch kind {
	case wasmplugin.Higress:
		return build.Higress
	case wasmplugin.EnvoyGateway:
		return build.EnvoyGateway
	default:
		return build.Istio
	}
}

func consumerOf(kind wasmplugin.Kind) check.Consumer {
	switch kind {
	case wasmplugin.Higress:
		return check.Higress
	case wasmplugin.EnvoyGateway:
		return check.EnvoyGateway
	default:
		return check.Istio
	}
}
