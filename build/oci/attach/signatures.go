package attach

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"

	"github.com/opencontainers/go-digest"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"
	"oras.land/oras-go/v2/errdef"

	"github.com/sluiceproxy/sluice/build/oci/image"
	"github.com/sluiceproxy/sluice/build/oci/sign"
)

// SignatureType is the artifact type of a referrer with signatures.
const SignatureType = "application/vnd.dev.cosign.artifact.sig.v1+json"

// Storage is where something attached is kept.
type Storage string

// The storages.
const (
	// ByTag is a tag made of the digest, as every version of cosign reads it.
	ByTag Storage = "tag"
	// ByReferrer is a manifest that refers to the image, as OCI 1.1 has it.
	ByReferrer Storage = "referrer"
)

// Signature is one that was found.
type Signature struct {
	// Storage is where.
	Storage Storage
	// Payload is what was signed, and Value the signature of it.
	Payload, Value []byte
	// Err says why it can't be read; then the other two are unset.
	Err error
}

// Signatures calls visit for each signature of an image, until it returns
// false. Signatures that can't be read are visited too, with the reason.
//
// Errors: image.ErrLimit for more than Max signatures, and those of the
// registry.
func Signatures(ctx context.Context, src Source, subject ocispec.Descriptor, visit func(Signature) bool) error {
	w := &walk{src: src, visit: visit}
	d, err := src.Resolve(ctx, Tag(subject.Digest, signatureSuffix))
	switch {
	case errors.Is(err, errdef.ErrNotFound):
	case err != nil:
		return err
	default:
		if err := w.manifest(ctx, d, ByTag); err != nil || w.done {
			return err
		}
	}
	referrers, err := Referrers(ctx, src, subject)
	if err != nil {
		return err
	}
	for _, r := range referrers {
		if r.ArtifactType != SignatureType {
			continue
		}
		if err := w.manifest(ctx, r, ByReferrer); err != nil || w.done {
			return err
		}
	}
	return nil
}

// walk is one run of Signatures.
type walk struct {
	src   Source
	visit func(Signature) bool
	seen  int
	done  bool
	// last is the payload that was read last: often all sign the same.
	last       []byte
	lastDigest digest.Digest
}

// manifest visits the signatures of one.
func (w *walk) manifest(ctx context.Context, d ocispec.Descriptor, s Storage) error {
	m, err := image.ReadManifest(ctx, w.src, d, Max)
	if unreadable(err) {
		w.tell(Signature{Storage: s, Err: err})
		return nil
	}
	if err != nil {
		return err
	}
	if w.seen += max(len(m.Layers), 1); w.seen > Max {
		return fmt.Errorf("%w: more than %d signatures", image.ErrLimit, Max)
	}
	for _, layer := range m.Layers {
		found, err := w.read(ctx, layer)
		if err != nil && !unreadable(err) {
			return err
		}
		found.Storage, found.Err = s, err
		if w.tell(found); w.done {
			return nil
		}
	}
	return nil
}

func (w *walk) tell(s Signature) { w.done = w.done || !w.visit(s) }

// unreadable reports whether an error is about what was read, and not about
// reading it.
func unreadable(err error) bool {
	for _, reason := range []error{sign.ErrMalformed, sign.ErrLimit, image.ErrMalformed, image.ErrMismatch, errdef.ErrNotFound} {
		if errors.Is(err, reason) {
			return true
		}
	}
	return false
}

func (w *walk) read(ctx context.Context, layer ocispec.Descriptor) (Signature, error) {
	if layer.MediaType != sign.PayloadType {
		return Signature{}, fmt.Errorf("%w: a layer of type %.80q; want %s", sign.ErrMalformed, layer.MediaType, sign.PayloadType)
	}
	value, err := base64.StdEncoding.DecodeString(layer.Annotations[sign.SignatureAnnotation])
	if err != nil || len(value) == 0 {
		return Signature{}, fmt.Errorf("%w: the annotation %s holds no signature in base64", sign.ErrMalformed, sign.SignatureAnnotation)
	}
	if layer.Size > sign.MaxPayload {
		return Signature{}, fmt.Errorf("%w: a payload of %d bytes; at most %d are read", sign.ErrLimit, layer.Size, sign.MaxPayload)
	}
	if layer.Digest != w.lastDigest {
		payload, err := image.Fetch(ctx, w.src, layer, sign.MaxPayload)
		if err != nil {
			return Signature{}, err
		}
		w.last, w.lastDigest = payload, layer.Digest
	}
	return Signature{Payload: w.last, Value: value}, nil
}
