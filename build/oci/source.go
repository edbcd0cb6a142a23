package oci

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	ocispec "github.com/opencontainers/image-spec/specs-go/v1"
	"oras.land/oras-go/v2/content"
	orasregistry "oras.land/oras-go/v2/registry"
	"oras.land/oras-go/v2/registry/remote"

	"github.com/sluiceproxy/sluice/build"
	"github.com/sluiceproxy/sluice/build/oci/image"
	"github.com/sluiceproxy/sluice/build/oci/layout"
	"github.com/sluiceproxy/sluice/build/oci/policy"
	"github.com/sluiceproxy/sluice/build/oci/registry"
)

// store is where an image is read from.
type store interface {
	content.ReadOnlyStorage
	Resolve(ctx context.Context, reference string) (ocispec.Descriptor, error)
}

// source is an image whose manifests were read and found in order.
type source struct {
	store
	place Place
	root  *image.Node
	raw   map[string][]byte // manifests by digest
	// verified says why the image is used, where a policy was asked.
	verified *policy.Verified
	// report is what is known of the plugin already.
	report *build.Report
	// close frees what the image was made with; nil for an image that was read.
	close func()
	// retries bounds how often a broken transfer is taken up again.
	retries int
}

// openSource resolves an image once: from here on it is known by its digest.
func openSource(ctx context.Context, p Place, o Options) (*source, func(), error) {
	st, done, err := openStore(p, o)
	if err != nil {
		return nil, nil, failed("open", "source", p, err)
	}
	s, err := newSource(ctx, st, p, o)
	if err == nil {
		s.verified, err = s.check(ctx, o)
	}
	if err != nil {
		done()
		return nil, nil, err
	}
	return s, done, nil
}

func newSource(ctx context.Context, st store, p Place, o Options) (*source, error) {
	root, err := st.Resolve(ctx, p.reference())
	if err != nil {
		return nil, failed("resolve", "source", p, err)
	}
	if p.digest != "" && root.Digest.String() != p.digest {
		return nil, failed("resolve", "source", p, fmt.Errorf("%w: it is %s", image.ErrMismatch, root.Digest))
	}
	s := &source{store: st, place: p, raw: map[string][]byte{}, retries: 4}
	err = again(ctx, o, func() error {
		s.root, err = image.Read(ctx, st, root)
		return err
	})
	if err != nil {
		return nil, failed("read", "source", p, err)
	}
	s.root.Walk(func(n *image.Node) { s.raw[n.Descriptor.Digest.String()] = n.Raw })
	return s, nil
}

func openStore(p Place, o Options) (store, func(), error) {
	if p.IsRegistry() {
		repo, err := registry.Open(p.repository, o.Registry)
		if err != nil {
			return nil, nil, err
		}
		return remoteStore{repo}, func() {}, nil
	}
	l, err := layout.Open(p.path)
	if err != nil {
		return nil, nil, err
	}
	return l, func() { _ = l.Close() }, nil
}

// remoteStore is a repository whose manifests alone are resolved.
type remoteStore struct{ *remote.Repository }

func (r remoteStore) Resolve(ctx context.Context, reference string) (ocispec.Descriptor, error) {
	return r.Manifests().Resolve(ctx, reference)
}

var _ orasregistry.ReferenceFetcher = remoteStore{}

// Fetch gives manifests from memory, and blobs that are checked while they are
// read and taken up again where the connection broke.
func (s *source) Fetch(ctx context.Context, d ocispec.Descriptor) (io.ReadCloser, error) {
	if raw, ok := s.raw[d.Digest.String()]; ok {
		return io.NopCloser(bytes.NewReader(raw)), nil
	}
	rc, err := s.store.Fetch(ctx, d)
	if err != nil {
		return nil, err
	}
	return image.Verify(&resuming{ReadCloser: rc, ctx: ctx, size: d.Size, left: s.retries}, d)
}

// successors are what a node needs, without reading it again.
func (s *source) successors(_ context.Context, _ content.Fetcher, d ocispec.Descriptor) ([]ocispec.Descriptor, error) {
	var found []ocispec.Descriptor
	s.root.Walk(func(n *image.Node) {
		if n.Descriptor.Digest == d.Digest {
			found = n.Successors()
		}
	})
	return found, nil
}

// resuming continues a transfer that broke, where the server can do that.
type resuming struct {
	io.ReadCloser
	ctx    context.Context
	size   int64
	offset int64
	left   int
}

func (r *resuming) Read(p []byte) (int, error) {
	n, err := r.ReadCloser.Read(p)
	r.offset += int64(n)
	if err == nil || err == io.EOF && r.offset >= r.size {
		return n, err
	}
	seeker, ok := r.ReadCloser.(io.Seeker)
	if !ok || r.left <= 0 || r.offset >= r.size || !registry.Transient(err) || r.ctx.Err() != nil {
		return n, err
	}
	r.left--
	// A seek to where the reader is already would do nothing.
	if _, e := seeker.Seek(r.size, io.SeekStart); e != nil {
		return n, errors.Join(err, e)
	}
	if _, e := seeker.Seek(r.offset, io.SeekStart); e != nil {
		return n, errors.Join(err, e)
	}
	return n, nil
}

// maxRounds bounds how often a whole transfer is begun again. What arrived
// before is not sent again.
const maxRounds = 3

// again repeats what failed and may not fail the next time.
func again(ctx context.Context, o Options, do func() error) error {
	for round := 1; ; round++ {
		err := do()
		var known *gone
		if errors.As(err, &known) {
			return known.error
		}
		if err == nil || round == maxRounds || !registry.Transient(err) || ctx.Err() != nil {
			return err
		}
		o.tell(Event{State: Retrying, Err: registry.Redact(err)})
		select {
		case <-ctx.Done():
			return err
		case <-time.After(registry.Pause(round)):
		}
	}
}

// gone is the failure of a registry that never answered: each request was sent
// several times already.
type gone struct{ error }

func (g *gone) Unwrap() error { return g.error }
