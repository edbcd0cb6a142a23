package prepare

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"

	"github.com/sluiceproxy/sluice/build/oci"
	"github.com/sluiceproxy/sluice/build/oci/policy"
	"github.com/sluiceproxy/sluice/build/oci/registry"
	"github.com/sluiceproxy/sluice/deploy/wasmplugin"
)

// fromImage gets the module of an image: from the store, or from its registry.
func (p *Preparer) fromImage(ctx context.Context, w *wasmplugin.Plugin) (*fetched, error) {
	place, err := oci.ParsePlace(w.URL)
	if err != nil {
		return nil, failed(w, Resolve, "resource", err)
	}
	if l := p.pinnedInStore(ctx, w, place); l != nil {
		return p.ofImage(place, l), nil
	}
	l, err := oci.Load(ctx, place, oci.LoadOptions{Store: p.o.Store, Pull: when(w.PullPolicy)}, p.watched(w))
	if err != nil {
		l, err = p.standIn(ctx, place, err)
	}
	if err != nil {
		return nil, failed(w, stepOf(err), sideOf(err), err)
	}
	if w.SHA256 != "" && l.Manifest != "sha256:"+w.SHA256 {
		err := fmt.Errorf("%w: the manifest of %s is %s, and the resource says %s; for oci:// that is the digest of the image's manifest",
			ErrChecksum, w.URL, l.Manifest, w.SHA256)
		return nil, failed(w, Verify, "resource", err)
	}
	return p.ofImage(place, l), nil
}

// pinnedInStore is the image that the resource's checksum names, where the store has
// it and the policy takes it: then nobody is asked what the tag is.
func (p *Preparer) pinnedInStore(ctx context.Context, w *wasmplugin.Plugin, place oci.Place) *oci.Loaded {
	if w.SHA256 == "" || p.o.Store == nil || w.PullPolicy == wasmplugin.Always || strings.Contains(w.URL, "@") {
		return nil
	}
	l, err := oci.Load(ctx, place.Pinned("sha256:"+w.SHA256), oci.LoadOptions{Store: p.o.Store, Pull: oci.Never}, p.o.OCI)
	if err != nil {
		return nil // it is pulled then, and that says what is wrong
	}
	return l
}

// standIn is what the store has of an image whose registry is down.
func (p *Preparer) standIn(ctx context.Context, place oci.Place, down error) (*oci.Loaded, error) {
	if p.o.Store == nil || !isDown(down) {
		return nil, down
	}
	l, err := oci.Load(context.WithoutCancel(ctx), place, oci.LoadOptions{Store: p.o.Store, Pull: oci.Never}, p.o.OCI)
	if err != nil {
		return nil, down
	}
	l.Warnings = append(l.Warnings, fmt.Sprintf("the registry can't be asked, so this is the image that the store has of it: %v", down))
	return l, nil
}

func (p *Preparer) ofImage(place oci.Place, l *oci.Loaded) *fetched {
	f := &fetched{
		code: l.Code, image: place.Name(), digest: l.Digest, manifest: l.Manifest,
		fromStore: l.FromStore, warnings: l.Warnings, schema: l.Schema,
	}
	if p.o.OCI.Policy != nil {
		f.verified = l.Verified
	}
	return f
}

// watched are the options of package oci, with its progress as events.
func (p *Preparer) watched(w *wasmplugin.Plugin) oci.Options {
	o := p.o.OCI
	before := o.Progress
	o.Progress = func(e oci.Event) {
		if before != nil {
			before(e)
		}
		mine := Event{Plugin: Key(w), Step: Fetch, URL: w.URL, Moved: e.Moved, Size: e.Size}
		if e.Err != nil {
			mine.Error, mine.Again = e.Err.Error(), e.State == oci.Retrying
		}
		p.o.tell(mine)
	}
	return o
}

func when(policy wasmplugin.PullPolicy) oci.When {
	switch policy {
	case wasmplugin.Always:
		return oci.Always
	case wasmplugin.IfNotPresent:
		return oci.Missing
	default:
		return ""
	}
}

// isDown reports whether an error says that a registry or server can't be reached
// now, and nothing about what it has.
func isDown(err error) bool {
	if errors.As(err, new(*policy.UntrustedError)) {
		return false
	}
	var op *net.OpError
	var name *net.DNSError
	return registry.Transient(err) || errors.Is(err, context.DeadlineExceeded) ||
		errors.As(err, &op) && op.Op == "dial" || errors.As(err, &name)
}

func stepOf(err error) Step {
	var at *oci.Error
	switch {
	case errors.As(err, new(*policy.UntrustedError)):
		return Verify
	case errors.As(err, &at) && at.Op == "resolve":
		return Resolve
	default:
		return Fetch
	}
}

func sideOf(err error) string {
	if errors.As(err, new(*policy.UntrustedError)) {
		return "policy"
	}
	return "registry"
}
