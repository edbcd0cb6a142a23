package prepare

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"github.com/sluiceproxy/sluice/build/oci"
	"github.com/sluiceproxy/sluice/build/oci/confschema"
	"github.com/sluiceproxy/sluice/build/oci/policy"
	"github.com/sluiceproxy/sluice/deploy/wasmplugin"
)

// Record is what was served for a plugin.
type Record struct {
	// Plugin is its key.
	Plugin string `json:"plugin"`
	// Module is the code, Config what the plugin got.
	Module *Module           `json:"module"`
	Schema confschema.Schema `json:"schema,omitempty"`
	Config []byte            `json:"config,omitempty"`
	// Served is when it was noted.
	Served time.Time `json:"served"`
}

// Served notes what a gateway has accepted for a plugin, for a time when something
// better can't be had: after a restart too.
func (p *Preparer) Served(w *wasmplugin.Plugin, r *Ready) error {
	record := Record{Plugin: Key(w), Module: r.Module, Schema: r.Module.Schema, Config: r.Config, Served: time.Now().UTC()}
	return failed(w, Write, "disk", p.writeRecord(goodDir, record.Plugin, record))
}

// Forget removes what Served has noted, for a plugin that is gone.
func (p *Preparer) Forget(w *wasmplugin.Plugin) error {
	if p.o.Dir == "" {
		return nil
	}
	err := os.Remove(p.recordPath(goodDir, Key(w)))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return failed(w, Write, "disk", err)
}

// LastGood is what Served has noted for a plugin. The module's file is compared with
// its digest, and read from the store where it is damaged. An image that today's
// policy doesn't take any more is not given.
//
// Errors: *Error around ErrNone, or *policy.UntrustedError.
func (p *Preparer) LastGood(ctx context.Context, w *wasmplugin.Plugin) (*Ready, error) {
	var r Record
	err := p.readRecord(goodDir, Key(w), &r)
	if err != nil || r.Module == nil || r.Plugin != Key(w) {
		return nil, failed(w, Fetch, "disk", ErrNone)
	}
	r.Module.Schema = r.Schema
	m, err := p.Again(ctx, w, r.Module)
	if err != nil {
		return nil, err
	}
	return &Ready{Module: m, Config: r.Config}, nil
}

// Again gets a module once more that was got before, without a network: from its
// file, or from the store where that is damaged. An image that today's policy
// doesn't take any more is not given.
//
// Errors: *Error around ErrNone, ErrUnverifiable or *policy.UntrustedError, and those
// of Module.
func (p *Preparer) Again(ctx context.Context, w *wasmplugin.Plugin, m *Module) (*Module, error) {
	code, warnings, err := p.again(ctx, m)
	if err != nil {
		return nil, failed(w, Verify, "policy", err)
	}
	if code == nil {
		return nil, failed(w, Fetch, "disk", fmt.Errorf("%w that is still there: %s is lost", ErrNone, m.SHA256))
	}
	return p.module(w, m.URL, &fetched{
		code: code, image: m.Image, digest: m.Digest, manifest: m.Manifest,
		schema: m.Schema, verified: m.Verified, fromStore: true, warnings: warnings,
	})
}

// again reads a module that was served, and asks the policy about its image.
func (p *Preparer) again(ctx context.Context, m *Module) (code []byte, warnings []string, err error) {
	code = p.kept(m.SHA256)
	if m.Image == "" {
		if p.o.SignedOnly {
			return nil, nil, fmt.Errorf("%w: %s is no image", ErrUnverifiable, m.URL)
		}
		return code, nil, nil
	}
	if code != nil && p.o.OCI.Policy == nil {
		return code, nil, nil
	}
	place, err := oci.ParsePlace(m.Image + "@" + m.Digest)
	if err != nil {
		return nil, nil, err
	}
	l, err := oci.Load(ctx, place, oci.LoadOptions{Store: p.o.Store, Pull: oci.Never}, p.o.OCI)
	switch {
	case err == nil && l.SHA256 == m.SHA256:
		return l.Code, nil, nil
	case errors.As(err, new(*policy.UntrustedError)):
		return nil, nil, err
	case code != nil:
		warnings = append(warnings, fmt.Sprintf("the image's signature was not verified again, because the store has not all of it: %v", err))
	}
	return code, warnings, nil
}
