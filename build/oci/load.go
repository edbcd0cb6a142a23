package oci

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"

	"oras.land/oras-go/v2/errdef"

	"github.com/sluiceproxy/sluice/build/oci/confschema"
	"github.com/sluiceproxy/sluice/build/oci/image"
	"github.com/sluiceproxy/sluice/build/oci/policy"
	local "github.com/sluiceproxy/sluice/build/oci/store"
)

// When says when a registry is asked for an image that may be in the store.
type When string

// The words for it.
const (
	// Missing asks for what the store hasn't, or has damaged.
	Missing When = "missing"
	// Always asks which image a tag is now, and pulls what the store hasn't.
	Always When = "always"
	// Never asks nobody.
	Never When = "never"
)

// Whens are all of them.
func Whens() []When { return []When{Missing, Always, Never} }

// LoadOptions say how Load gets at an image.
type LoadOptions struct {
	// Store keeps what is pulled. Default: nothing is kept.
	Store *local.Store
	// Pull says when the registry is asked. Default: as gateways do it, Always
	// for the tag "latest" and for none, and Missing for all others and digests.
	Pull When
}

// when decides for a place.
func (lo LoadOptions) when(p Place) When {
	if lo.Pull != "" {
		return lo.Pull
	}
	if p.reference() == "latest" {
		return Always
	}
	return Missing
}

// Loaded is a plugin that was read into memory.
type Loaded struct {
	// Source is where from, Digest that of the image, Manifest that of the
	// manifest in it that the plugin is from.
	Source   string `json:"source"`
	Digest   string `json:"digest"`
	Manifest string `json:"manifest"`
	// SHA256 is that of the plugin in hexadecimal, Size its bytes.
	SHA256 string `json:"sha256"`
	Size   int64  `json:"size"`
	// FromStore says that no content of it came from the registry.
	FromStore bool `json:"fromStore"`
	// Kept says that the store has it now.
	Kept bool `json:"kept"`
	// Warnings say what of the store didn't work: the plugin is fine.
	Warnings []string `json:"warnings,omitempty"`
	// Verified says why the image is used.
	Verified *policy.Verified `json:"verified,omitempty"`
	// Schema is that of the configuration, from a spec.yaml in the image, and nil
	// where it has none.
	Schema confschema.Schema `json:"-"`
	// Code is the plugin.
	Code []byte `json:"-"`
}

// Load reads the plugin of an image into memory: from the store if it is there,
// else from its registry, and then the store has it. The policy of o is asked in
// either case. A layout is read where it is.
//
// A store that can't be written, or is damaged, is no error but a warning; what
// is damaged is pulled again.
//
// Errors: those of Pull. With Never, one around errdef.ErrNotFound for an image
// that isn't in the store, and around image.ErrMismatch for a damaged one.
func Load(ctx context.Context, src Place, lo LoadOptions, o Options) (*Loaded, error) {
	if !slices.Contains(append(Whens(), ""), lo.Pull) {
		return nil, fmt.Errorf("pull %q: want one of %q", lo.Pull, Whens())
	}
	if !src.IsRegistry() || lo.Store == nil {
		return loadFrom(ctx, src, o)
	}
	var warnings []string
	if when := lo.when(src); when != Always {
		l, err := loadKept(ctx, src, lo.Store, o)
		if err == nil || ctx.Err() != nil {
			return l, err
		}
		if when == Never {
			return nil, neverFailed(src, err)
		}
		if !errors.Is(err, errdef.ErrNotFound) && !errors.As(err, new(*policy.UntrustedError)) {
			warnings = append(warnings, fmt.Sprintf("pulled again: %v", err))
		}
	}
	l, err := loadAndKeep(ctx, src, lo.Store, o)
	var unkept *storeError
	if errors.As(err, &unkept) && ctx.Err() == nil {
		warnings = append(warnings, unkept.Error())
		l, err = loadFrom(ctx, src, o)
	}
	if err != nil {
		return nil, lo.offline(ctx, src, err)
	}
	l.Warnings = append(warnings, l.Warnings...)
	return l, nil
}

// offline adds to the error of a registry that the store has what it was asked
// for.
func (lo LoadOptions) offline(ctx context.Context, src Place, err error) error {
	if errors.As(err, new(*policy.UntrustedError)) || ctx.Err() != nil {
		return err
	}
	d, missing := lo.Store.Repository(src.Name()).Resolve(ctx, src.reference())
	if missing != nil {
		return err
	}
	return fmt.Errorf("%w; the store has %s: with --pull never that is used", err, d.Digest)
}

func neverFailed(src Place, err error) error {
	if errors.Is(err, errdef.ErrNotFound) || errors.Is(err, image.ErrMismatch) {
		return fmt.Errorf("%w; it may be pulled with --pull missing", err)
	}
	if errors.Is(err, policy.ErrUnsigned) {
		return fmt.Errorf("%w; the store has the signatures of what was pulled with a key or a policy: with --pull missing they are pulled", err)
	}
	return err
}

// loadFrom reads an image without a store.
func loadFrom(ctx context.Context, src Place, o Options) (*Loaded, error) {
	s, done, err := openSource(ctx, src, o)
	if err != nil {
		return nil, err
	}
	defer done()
	n, err := image.Pick(s.root)
	if err != nil {
		return nil, failed("read", "source", src, err)
	}
	return s.load(ctx, n, o)
}

// load reads the plugin of a manifest into memory.
func (s *source) load(ctx context.Context, n *image.Node, o Options) (*Loaded, error) {
	l := &Loaded{
		Source: s.place.String(), Digest: s.root.Descriptor.Digest.String(), Manifest: n.Descriptor.Digest.String(),
		Verified: s.verified,
	}
	var code bytes.Buffer
	err := again(ctx, o, func() (err error) {
		code.Reset()
		l.Size, l.SHA256, err = s.extract(ctx, n, &code, o)
		return err
	})
	if err != nil {
		return nil, failed("read", "source", s.place, err)
	}
	l.Code = code.Bytes()
	l.Schema, err = s.schema(ctx, n)
	if errors.Is(err, image.ErrMismatch) || ctx.Err() != nil {
		return nil, failed("read", "source", s.place, err)
	}
	if err != nil { // gateways take the image all the same
		l.Warnings = append(l.Warnings, fmt.Sprintf("the configuration's schema in the image can't be read: %v", err))
	}
	return l, nil
}

// schema reads that of the configuration out of the spec.yaml in an image.
func (s *source) schema(ctx context.Context, n *image.Node) (confschema.Schema, error) {
	for _, l := range n.Manifest.Layers {
		if l.MediaType != image.SpecLayer {
			continue
		}
		spec, err := image.Fetch(ctx, s, l, maxMetadata)
		if err != nil {
			return nil, err
		}
		return confschema.Read(spec)
	}
	return nil, nil
}

// loadKept reads an image from the store. What is damaged there is removed,
// unless the store can't be written.
func loadKept(ctx context.Context, src Place, st *local.Store, o Options) (*Loaded, error) {
	o.Progress = nil // nothing is moved
	s, err := newSource(ctx, st.Repository(src.Name()), src, o)
	if err == nil {
		s.verified, err = s.check(ctx, o)
	}
	var n *image.Node
	if err == nil {
		n, err = image.Pick(s.root)
	}
	var l *Loaded
	if err == nil {
		l, err = s.load(ctx, n, o)
	}
	var damaged *image.MismatchError
	if errors.As(err, &damaged) {
		err = errors.Join(err, st.Discard(damaged.Want))
	}
	if err != nil {
		return nil, storeFailed(src, err)
	}
	l.FromStore, l.Kept = true, true
	return l, nil
}

// storeFailed says that it is about the store.
func storeFailed(src Place, err error) error {
	var e *Error
	if errors.As(err, &e) {
		return &Error{Op: e.Op, Side: "store", Place: e.Place, Err: e.Err}
	}
	return failed("read", "store", src, err)
}
