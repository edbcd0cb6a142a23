package attach

import (
	"context"
	"errors"
	"fmt"

	ocispec "github.com/opencontainers/image-spec/specs-go/v1"
	"oras.land/oras-go/v2/errdef"

	"github.com/sluiceproxy/sluice/build/oci/image"
	"github.com/sluiceproxy/sluice/build/oci/sign"
)

// PredicateAnnotation is the annotation of an attestation with the type of what
// it says.
const PredicateAnnotation = "predicateType"

// Attestation is a signed statement that was found.
type Attestation struct {
	// Storage is where.
	Storage Storage
	// PredicateType is what it claims to say, as its annotation has it.
	PredicateType string
	// Envelope is the text with its signatures, as sign.OpenEnvelope reads it.
	Envelope []byte
}

// Attestations calls visit for each attestation of an image, until it returns
// false. What can't be read is left out.
//
// Errors: image.ErrLimit for more than Max attestations, and those of the
// registry.
func Attestations(ctx context.Context, src Source, subject ocispec.Descriptor, visit func(Attestation) bool) error {
	layers, err := layersOf(ctx, src, Tag(subject.Digest, attestationSuffix))
	if err != nil {
		return err
	}
	if more, err := visitEnvelopes(ctx, src, layers, ByTag, visit); err != nil || !more {
		return err
	}
	referrers, err := Referrers(ctx, src, subject)
	if err != nil {
		return err
	}
	for _, r := range referrers {
		if r.ArtifactType != sign.EnvelopeType && r.ArtifactType != sign.StatementType {
			continue
		}
		m, err := image.ReadManifest(ctx, src, r, Max)
		if unreadable(err) {
			continue
		}
		if err != nil {
			return err
		}
		if more, err := visitEnvelopes(ctx, src, m.Layers, ByReferrer, visit); err != nil || !more {
			return err
		}
	}
	return nil
}

// visitEnvelopes visits those layers that are envelopes.
func visitEnvelopes(ctx context.Context, src Source, layers []ocispec.Descriptor, s Storage, visit func(Attestation) bool) (more bool, err error) {
	for _, l := range layers {
		if l.MediaType != sign.EnvelopeType {
			continue
		}
		text, err := image.Fetch(ctx, src, l, sign.MaxEnvelope)
		if errors.Is(err, errdef.ErrNotFound) || errors.Is(err, image.ErrLimit) {
			continue
		}
		if err != nil {
			return false, fmt.Errorf("attestation %s: %w", l.Digest, err)
		}
		if !visit(Attestation{Storage: s, PredicateType: l.Annotations[PredicateAnnotation], Envelope: text}) {
			return false, nil
		}
	}
	return true, nil
}
