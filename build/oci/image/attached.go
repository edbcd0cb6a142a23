package image

import (
	"context"
	"encoding/json"
	"fmt"

	ocispec "github.com/opencontainers/image-spec/specs-go/v1"
	"oras.land/oras-go/v2/content"
)

// ReadManifest fetches one manifest of something that is attached to an image,
// and may have more layers than a plugin's: most bounds them.
func ReadManifest(ctx context.Context, src content.Fetcher, d ocispec.Descriptor, most int) (*ocispec.Manifest, error) {
	if !IsManifest(d.MediaType) {
		return nil, malformedf("%s is of type %.80q, not a manifest", d.Digest, d.MediaType)
	}
	raw, err := Fetch(ctx, src, d, MaxManifest)
	if err != nil {
		return nil, err
	}
	if err := checkHead(d.MediaType, raw); err != nil {
		return nil, fmt.Errorf("%s: %w", d.Digest, err)
	}
	m, _, err := parseManifest(raw, most)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", d.Digest, err)
	}
	return m, nil
}

// ReadIndex fetches the index of what refers to an image, of at most the given
// number of manifests, none of which is fetched.
func ReadIndex(ctx context.Context, src content.Fetcher, d ocispec.Descriptor, most int) (*ocispec.Index, error) {
	if !IsIndex(d.MediaType) {
		return nil, malformedf("%s is of type %.80q, not an index", d.Digest, d.MediaType)
	}
	raw, err := Fetch(ctx, src, d, MaxManifest)
	if err != nil {
		return nil, err
	}
	if err := checkHead(d.MediaType, raw); err != nil {
		return nil, fmt.Errorf("%s: %w", d.Digest, err)
	}
	var index ocispec.Index
	if err := json.Unmarshal(raw, &index); err != nil {
		return nil, malformedf("%s: %v", d.Digest, err)
	}
	if n := len(index.Manifests); n > most {
		return nil, limitf("%s names %d manifests; at most %d are read", d.Digest, n, most)
	}
	return &index, nil
}
