package image

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"

	"github.com/opencontainers/go-digest"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"
	"oras.land/oras-go/v2/errdef"
)

// Memory is an image that is held in memory, ready to be pushed. Large content
// may lie in files.
type Memory struct {
	// Root is the image's manifest or index.
	Root  ocispec.Descriptor
	blobs map[digest.Digest][]byte
	files map[digest.Digest]*io.SectionReader
}

// NewMemory returns an empty one.
func NewMemory() *Memory {
	return &Memory{blobs: map[digest.Digest][]byte{}, files: map[digest.Digest]*io.SectionReader{}}
}

// Fetch returns the content of d.
func (m *Memory) Fetch(_ context.Context, d ocispec.Descriptor) (io.ReadCloser, error) {
	if f, ok := m.files[d.Digest]; ok {
		return io.NopCloser(io.NewSectionReader(f, 0, f.Size())), nil
	}
	b, ok := m.blobs[d.Digest]
	if !ok {
		return nil, fmt.Errorf("%s: %w", d.Digest, errdef.ErrNotFound)
	}
	return io.NopCloser(bytes.NewReader(b)), nil
}

// Exists reports whether there is content for d.
func (m *Memory) Exists(_ context.Context, d ocispec.Descriptor) (bool, error) {
	_, inMemory := m.blobs[d.Digest]
	_, inFile := m.files[d.Digest]
	return inMemory || inFile, nil
}

// Resolve returns the root for every reference.
func (m *Memory) Resolve(context.Context, string) (ocispec.Descriptor, error) { return m.Root, nil }

// Add keeps content and returns its descriptor.
func (m *Memory) Add(mediaType string, b []byte) ocispec.Descriptor {
	d := ocispec.Descriptor{MediaType: mediaType, Digest: digest.FromBytes(b), Size: int64(len(b))}
	m.blobs[d.Digest] = b
	return d
}

// AddJSON keeps a value as JSON, which is the same for the same value.
func (m *Memory) AddJSON(mediaType string, v any) (ocispec.Descriptor, error) {
	b, err := json.Marshal(v)
	if err != nil {
		return ocispec.Descriptor{}, fmt.Errorf("make %s: %w", mediaType, err)
	}
	return m.Add(mediaType, b), nil
}
