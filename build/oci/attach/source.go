package attach

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/opencontainers/go-digest"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"
	"oras.land/oras-go/v2/content"
	"oras.land/oras-go/v2/errdef"

	"github.com/sluiceproxy/sluice/build/oci/image"
)

// Source is where an image and what is attached to it are read from: a
// repository or an OCI layout.
type Source interface {
	content.Fetcher
	// Resolve finds what a tag names. For an unknown one the error is around
	// errdef.ErrNotFound.
	Resolve(ctx context.Context, reference string) (ocispec.Descriptor, error)
}

// lister is a source that knows which manifests refer to another.
type lister interface {
	Referrers(ctx context.Context, d ocispec.Descriptor, artifactType string, fn func([]ocispec.Descriptor) error) error
}

// Max bounds what is read of the things of one kind that are attached to one
// image: signatures, or referrers.
const Max = 1000

// listing bounds how long a registry may go on listing.
const listing = 2 * time.Minute

// The suffixes of cosign's tags.
const (
	signatureSuffix   = ".sig"
	attestationSuffix = ".att"
)

// Tag is the tag that belongs to a digest: with no suffix that of the list of
// referrers.
func Tag(d digest.Digest, suffix string) string {
	return d.Algorithm().String() + "-" + d.Encoded() + suffix
}

// IsTag reports whether a tag is one that belongs to a digest, and no name that
// people gave to an image.
func IsTag(tag string) bool {
	for _, suffix := range []string{signatureSuffix, attestationSuffix, ".sbom"} {
		tag = strings.TrimSuffix(tag, suffix)
	}
	algorithm, hex, ok := strings.Cut(tag, "-")
	return ok && digest.NewDigestFromEncoded(digest.Algorithm(algorithm), hex).Validate() == nil
}

// Referrers are the descriptors of all manifests that refer to a subject.
//
// Errors: image.ErrLimit, image.ErrMalformed, image.ErrMismatch, those of the
// registry.
func Referrers(ctx context.Context, src Source, subject ocispec.Descriptor) ([]ocispec.Descriptor, error) {
	l, ok := src.(lister)
	if !ok {
		return tagged(ctx, src, subject)
	}
	ctx, cancel := context.WithTimeout(ctx, listing)
	defer cancel()
	var all []ocispec.Descriptor
	err := l.Referrers(ctx, subject, "", func(page []ocispec.Descriptor) error {
		if all = append(all, page...); len(all) > Max {
			return fmt.Errorf("%w: more than %d manifests refer to %s", image.ErrLimit, Max, subject.Digest)
		}
		return nil
	})
	return all, err
}

// tagged reads the list of referrers that is under a tag.
func tagged(ctx context.Context, src Source, subject ocispec.Descriptor) ([]ocispec.Descriptor, error) {
	d, err := src.Resolve(ctx, Tag(subject.Digest, ""))
	if errors.Is(err, errdef.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	index, err := image.ReadIndex(ctx, src, d, Max)
	if err != nil {
		return nil, err
	}
	return index.Manifests, nil
}
