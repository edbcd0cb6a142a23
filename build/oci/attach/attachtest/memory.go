// Package attachtest has a registry in memory for tests of what is attached to
// images.
package attachtest

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"

	"github.com/opencontainers/go-digest"
	specs "github.com/opencontainers/image-spec/specs-go"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"
	"oras.land/oras-go/v2/errdef"

	"github.com/sluiceproxy/sluice/build/oci/attach"
	"github.com/sluiceproxy/sluice/build/oci/image"
)

// Memory is a repository without the referrers API.
type Memory struct {
	// Blobs are all contents, Tags the names.
	Blobs map[digest.Digest][]byte
	Tags  map[string]ocispec.Descriptor
	// Reads counts how often content was read.
	Reads int
	// Err is what every call fails with, if set.
	Err error
}

var _ attach.Destination = (*Memory)(nil)

// New returns an empty one.
func New() *Memory {
	return &Memory{Blobs: map[digest.Digest][]byte{}, Tags: map[string]ocispec.Descriptor{}}
}

// Add keeps content.
func (m *Memory) Add(mediaType string, content []byte) ocispec.Descriptor {
	d := ocispec.Descriptor{MediaType: mediaType, Digest: digest.FromBytes(content), Size: int64(len(content))}
	m.Blobs[d.Digest] = content
	return d
}

// AddManifest keeps a manifest of layers, under a tag if there is one.
func (m *Memory) AddManifest(tag string, layers ...ocispec.Descriptor) ocispec.Descriptor {
	raw, err := json.Marshal(ocispec.Manifest{
		Versioned: specs.Versioned{SchemaVersion: 2}, MediaType: ocispec.MediaTypeImageManifest,
		Config: m.Add(ocispec.MediaTypeImageConfig, []byte("{}")), Layers: layers,
	})
	if err != nil {
		return ocispec.Descriptor{}
	}
	d := m.Add(ocispec.MediaTypeImageManifest, raw)
	if tag != "" {
		m.Tags[tag] = d
	}
	return d
}

// Fetch opens content.
func (m *Memory) Fetch(_ context.Context, d ocispec.Descriptor) (io.ReadCloser, error) {
	m.Reads++
	b, ok := m.Blobs[d.Digest]
	if m.Err != nil || !ok {
		return nil, m.fault(d.Digest.String())
	}
	return io.NopCloser(bytes.NewReader(b)), nil
}

func (m *Memory) fault(what string) error {
	if m.Err != nil {
		return m.Err
	}
	return fmt.Errorf("%s: %w", what, errdef.ErrNotFound)
}

// Resolve finds a tag.
func (m *Memory) Resolve(_ context.Context, reference string) (ocispec.Descriptor, error) {
	d, ok := m.Tags[reference]
	if m.Err != nil || !ok {
		return d, m.fault(reference)
	}
	return d, nil
}

// Exists reports whether there is such content.
func (m *Memory) Exists(_ context.Context, d ocispec.Descriptor) (bool, error) {
	_, ok := m.Blobs[d.Digest]
	return ok, m.Err
}

// Push keeps content, and lists a manifest with a subject under the tag that the
// subject has for it.
func (m *Memory) Push(ctx context.Context, d ocispec.Descriptor, r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil || m.Err != nil {
		return m.Err
	}
	m.Blobs[d.Digest] = raw
	var manifest ocispec.Manifest
	if !image.IsManifest(d.MediaType) {
		return nil
	}
	if err := json.Unmarshal(raw, &manifest); err != nil || manifest.Subject == nil {
		return err
	}
	if d.ArtifactType = manifest.ArtifactType; d.ArtifactType == "" {
		d.ArtifactType = manifest.Config.MediaType
	}
	return m.Refer(ctx, *manifest.Subject, d)
}

// Refer adds to the list of those that refer to a subject.
func (m *Memory) Refer(ctx context.Context, subject ocispec.Descriptor, ds ...ocispec.Descriptor) error {
	old, err := attach.Referrers(ctx, m, subject)
	if err != nil {
		return err
	}
	raw, err := json.Marshal(ocispec.Index{
		Versioned: specs.Versioned{SchemaVersion: 2}, MediaType: ocispec.MediaTypeImageIndex, Manifests: append(old, ds...),
	})
	m.Tags[attach.Tag(subject.Digest, "")] = m.Add(ocispec.MediaTypeImageIndex, raw)
	return err
}

// PushTagged keeps a manifest under a tag.
func (m *Memory) PushTagged(_ context.Context, d ocispec.Descriptor, raw []byte, tag string) error {
	if m.Err == nil {
		m.Blobs[d.Digest], m.Tags[tag] = raw, d
	}
	return m.Err
}
