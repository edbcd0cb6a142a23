package prepare

import (
	"context"
	"time"

	"github.com/sluiceproxy/sluice/deliver/internal/cleanurl"
	"github.com/sluiceproxy/sluice/deploy/wasmplugin"
)

// Module gets the module that a resource names: fetched, compared with its checksum,
// judged by the policy, taken by the target gateway, and written to its file.
//
// What the resource's sha256 is compared with depends on the URL: for oci:// the
// digest of the image's manifest, for all others that of the module.
//
// Errors: *Error, around ErrChecksum, ErrUnsupported, ErrUnverifiable, ErrContent,
// *StatusError, *policy.UntrustedError, *build.RefusedError, those of oci.Load and
// of the file system, and ctx's own.
func (p *Preparer) Module(ctx context.Context, w *wasmplugin.Plugin) (*Module, error) {
	start := time.Now()
	e := Event{Plugin: Key(w), Step: Fetch, URL: cleanurl.Of(w.URL)}
	p.o.tell(e)
	f, err := p.fetch(ctx, w)
	if err != nil && ctx.Err() != nil {
		err = &Error{Plugin: e.Plugin, Step: Fetch, Side: "caller", Err: ctx.Err()}
	}
	var m *Module
	if err == nil {
		m, err = p.module(w, cleanurl.Of(w.URL), f)
	}
	if err != nil {
		p.tellFailure(w, err)
		return nil, err
	}
	for _, warning := range m.Warnings {
		p.o.tell(Event{Plugin: e.Plugin, Step: Fetch, URL: e.URL, Warning: warning})
	}
	e.Took, e.Moved, e.Size = time.Since(start), m.Size, m.Size
	p.o.tell(e)
	return m, nil
}

// module makes the module of what was fetched.
func (p *Preparer) module(w *wasmplugin.Plugin, url string, f *fetched) (*Module, error) {
	m := &Module{
		URL: url, SHA256: sha256Of(f.code), Size: int64(len(f.code)),
		Image: f.image, Digest: f.digest, Manifest: f.manifest, Schema: f.schema,
		Verified: f.verified, FromStore: f.fromStore, Warnings: f.warnings,
	}
	var err error
	if m.Report, err = p.known.of(f.code, m.SHA256); err != nil {
		return nil, failed(w, Check, "module", err)
	}
	if err := m.Report.Refusal(p.o.Target); err != nil {
		return nil, failed(w, Check, "module", err)
	}
	if p.o.Dir == "" {
		m.code = f.code
		return m, nil
	}
	if m.File, err = p.write(f.code, m.SHA256); err != nil {
		return nil, failed(w, Write, "disk", err)
	}
	return m, nil
}

// Inline takes a module that came with a resource: judged, checked for the gateway
// and written to its file, as one that was fetched. w names it, and its SHA256 must
// be the module's, where there is one.
//
// Errors: as for Module.
func (p *Preparer) Inline(w *wasmplugin.Plugin, code []byte) (*Module, error) {
	f, err := p.judge(w, code)
	if err != nil {
		return nil, err
	}
	f.warnings = nil // whoever wrote the resource chose the bytes
	return p.module(w, "inline", f)
}
