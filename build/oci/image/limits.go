package image

import (
	"errors"
	"fmt"

	"github.com/opencontainers/go-digest"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"
)

// Bounds on what is read. Images of plugins stay far below them.
const (
	// MaxManifest bounds one manifest or index, in bytes.
	MaxManifest = 4 << 20
	// MaxLayers bounds the layers of a manifest, MaxChildren the manifests of
	// an index.
	MaxLayers   = 64
	MaxChildren = 64
	// MaxDepth bounds indexes inside indexes: an index of manifests is 2.
	MaxDepth = 4
	// MaxManifests bounds all manifests and indexes of an image together.
	MaxManifests = 256
	// MaxConfig bounds a config, in bytes.
	MaxConfig = 4 << 20
	// MaxModule bounds a module, in bytes: gateways take no larger one.
	MaxModule = 256 << 20
)

// ErrLimit is in the error about an image beyond the bounds.
var ErrLimit = errors.New("beyond the bounds of a plugin image")

// ErrMalformed is in the error about an image that contradicts itself or the
// specification.
var ErrMalformed = errors.New("malformed image")

func limitf(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrLimit, fmt.Sprintf(format, args...))
}

func malformedf(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrMalformed, fmt.Sprintf(format, args...))
}

// checkDescriptor refuses a descriptor that nothing can be fetched by.
func checkDescriptor(d ocispec.Descriptor) error {
	switch {
	case len(d.Digest) > 256 || d.Digest.Validate() != nil:
		return malformedf("%.80q is not a digest", string(d.Digest))
	case d.Digest.Algorithm() != digest.SHA256 && d.Digest.Algorithm() != digest.SHA512:
		return malformedf("digest %s is neither SHA-256 nor SHA-512", d.Digest)
	case d.Size < 0:
		return malformedf("%s has the size %d", d.Digest, d.Size)
	case len(d.URLs) > 0:
		return malformedf("%s lies outside the registry", d.Digest)
	default:
		return nil
	}
}
