package oci

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/opencontainers/go-digest"
	specs "github.com/opencontainers/image-spec/specs-go"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"
	"oras.land/oras-go/v2/registry/remote"

	"github.com/sluiceproxy/sluice/build/oci/attach"
	"github.com/sluiceproxy/sluice/build/oci/image"
	"github.com/sluiceproxy/sluice/build/oci/layout"
	"github.com/sluiceproxy/sluice/build/oci/registry"
)

// openAttach opens the place of an image so that things can be attached to it.
func openAttach(p Place, o Options) (attach.Destination, func(), error) {
	switch {
	case p.IsRegistry():
		repo, err := registry.Open(p.repository, o.Registry)
		if err != nil {
			return nil, nil, err
		}
		// Deleting the old list needs rights that few have, and gains little.
		repo.SkipReferrersGC = true
		return remoteAttach{repo}, func() {}, nil
	case p.tarred:
		return nil, nil, fmt.Errorf("%s is a tar file, which is not written to; attach before \"sluice save\", or use a layout's directory", p)
	default:
		if !layout.Is(p.path) {
			return nil, nil, fmt.Errorf("%s is no OCI layout", p.path)
		}
		w, err := layout.Create(p.path)
		if err != nil {
			return nil, nil, err
		}
		return layoutAttach{w, p.path}, func() { _ = w.Close() }, nil
	}
}

// remoteAttach is a repository.
type remoteAttach struct{ *remote.Repository }

func (r remoteAttach) Resolve(ctx context.Context, reference string) (ocispec.Descriptor, error) {
	return r.Manifests().Resolve(ctx, reference)
}

func (r remoteAttach) PushTagged(ctx context.Context, d ocispec.Descriptor, raw []byte, tag string) error {
	return r.Manifests().PushReference(ctx, d, bytes.NewReader(raw), tag)
}

// layoutAttach is a layout's directory, which has lists of referrers under tags.
type layoutAttach struct {
	*layout.Writer
	path string
}

func (l layoutAttach) Resolve(ctx context.Context, reference string) (ocispec.Descriptor, error) {
	in, err := layout.Open(l.path)
	if err != nil {
		return ocispec.Descriptor{}, err
	}
	d, err := in.Resolve(ctx, reference)
	return d, errors.Join(err, in.Close())
}

func (l layoutAttach) PushTagged(ctx context.Context, d ocispec.Descriptor, raw []byte, tag string) error {
	if err := l.Writer.Push(ctx, d, bytes.NewReader(raw)); err != nil {
		return err
	}
	return l.Tag(ctx, d, tag)
}

// Push writes content, and puts a manifest with a subject on its list.
func (l layoutAttach) Push(ctx context.Context, d ocispec.Descriptor, r io.Reader) error {
	if !image.IsManifest(d.MediaType) {
		return l.Writer.Push(ctx, d, r)
	}
	raw, err := io.ReadAll(io.LimitReader(r, image.MaxManifest))
	if err != nil {
		return err
	}
	if err := l.Writer.Push(ctx, d, bytes.NewReader(raw)); err != nil {
		return err
	}
	var m ocispec.Manifest
	if err := json.Unmarshal(raw, &m); err != nil || m.Subject == nil {
		return err
	}
	d.ArtifactType, d.Annotations = m.ArtifactType, m.Annotations
	if d.ArtifactType == "" {
		d.ArtifactType = m.Config.MediaType
	}
	return l.list(ctx, *m.Subject, d)
}

// list adds a manifest to those that refer to a subject.
func (l layoutAttach) list(ctx context.Context, subject, d ocispec.Descriptor) error {
	old, err := attach.Referrers(ctx, l, subject)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(old, func(r ocispec.Descriptor) bool { return r.Digest == d.Digest }) {
		return nil
	}
	raw, err := json.Marshal(ocispec.Index{
		Versioned: specs.Versioned{SchemaVersion: 2}, MediaType: ocispec.MediaTypeImageIndex, Manifests: append(old, d),
	})
	if err != nil {
		return err
	}
	index := ocispec.Descriptor{MediaType: ocispec.MediaTypeImageIndex, Digest: digest.FromBytes(raw), Size: int64(len(raw))}
	return l.PushTagged(ctx, index, raw, attach.Tag(subject.Digest, ""))
}
