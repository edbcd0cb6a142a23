package oci

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"maps"
	"time"

	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	"github.com/sluiceproxy/sluice/build/oci/attach"
	"github.com/sluiceproxy/sluice/build/oci/image"
	"github.com/sluiceproxy/sluice/build/oci/sign"
)

// SignOptions say how an image is signed.
type SignOptions struct {
	// Key makes the signatures.
	Key *sign.PrivateKey
	// Annotations are signed with the image.
	Annotations map[string]string
	// Expires is when the signature stops to count, for verifiers that look at
	// it. Default: never.
	Expires time.Time
	// Recursive signs each manifest of an index too, and not only the index: that
	// of a plugin's image is what gateways pin.
	Recursive bool
	// As is the name that is signed, such as "registry.example/team/plugin".
	// Default: that of the image's place; for a layout there is none.
	As string
	// Storage is where the signature is kept. Default attach.ByTag, which all
	// tools find.
	Storage attach.Storage
}

// Signed says what Sign has signed.
type Signed struct {
	// Image is the place, Name the name that was signed.
	Image string `json:"image"`
	Name  string `json:"name"`
	// Key is the fingerprint of the key.
	Key string `json:"key"`
	// Signatures are those of the image and, with Recursive, of its parts.
	Signatures []SignedDigest `json:"signatures"`
}

// SignedDigest is a digest that has a signature.
type SignedDigest struct {
	Digest string `json:"digest"`
	// Storage is where the signature is.
	Storage attach.Storage `json:"storage"`
	// Present says that there was the same one before.
	Present bool `json:"present"`
}

// errNoName is for a layout that is signed without a name.
var errNoName = errors.New(`an image in a layout has no name that could be signed; give the one that it will have in a registry, with --as`)

// Sign signs an image and attaches the signature to it. An image that has the
// same signature already stays as it is.
//
// Errors: *Error as for Copy.
func Sign(ctx context.Context, p Place, so SignOptions, o Options) (*Signed, error) {
	o.Policy = nil // what is signed is the signer's decision
	s, done, err := openSource(ctx, p, o)
	if err != nil {
		return nil, err
	}
	defer done()
	if so.As == "" && !p.IsRegistry() {
		return nil, failed("sign", "source", p, errNoName)
	}
	if so.As == "" {
		so.As = p.Name()
	}
	dst, closed, err := openAttach(p, o)
	if err != nil {
		return nil, failed("sign", "destination", p, err)
	}
	defer closed()
	result := &Signed{Image: p.String(), Name: so.As, Key: so.Key.Public().Fingerprint()}
	for _, d := range s.toSign(so.Recursive) {
		one, err := so.sign(ctx, dst, d)
		if err != nil {
			return nil, failed("sign", "destination", p, err)
		}
		result.Signatures = append(result.Signatures, one)
	}
	return result, nil
}

// toSign are the manifests to sign, the image itself first.
func (s *source) toSign(recursive bool) []ocispec.Descriptor {
	if !recursive {
		return []ocispec.Descriptor{plain(s.root.Descriptor)}
	}
	var all []ocispec.Descriptor
	s.root.Walk(func(n *image.Node) { all = append(all, plain(n.Descriptor)) })
	return all
}

// sign makes the signature of one manifest and attaches it.
func (so SignOptions) sign(ctx context.Context, dst attach.Destination, d ocispec.Descriptor) (SignedDigest, error) {
	if so.Storage == "" {
		so.Storage = attach.ByTag
	}
	result := SignedDigest{Digest: d.Digest.String(), Storage: so.Storage}
	annotations := maps.Clone(so.Annotations)
	if !so.Expires.IsZero() {
		if annotations == nil {
			annotations = map[string]string{}
		}
		annotations[sign.ExpiresAnnotation] = so.Expires.UTC().Format(time.RFC3339)
	}
	payload, err := sign.NewPayload(so.As, result.Digest, annotations).JSON()
	if err != nil {
		return result, err
	}
	if len(payload) > sign.MaxPayload {
		return result, fmt.Errorf("%w: the annotations make a payload of %d bytes; at most %d are read", sign.ErrLimit, len(payload), sign.MaxPayload)
	}
	if result.Present, err = so.present(ctx, dst, d, payload); err != nil || result.Present {
		return result, err
	}
	value, err := so.Key.Sign(payload)
	if err != nil {
		return result, err
	}
	layer := attach.Layer{MediaType: sign.PayloadType, Content: payload, Annotations: map[string]string{
		sign.SignatureAnnotation: base64.StdEncoding.EncodeToString(value),
	}}
	if so.Storage == attach.ByReferrer {
		return result, attach.ReferSignature(ctx, dst, d, layer)
	}
	return result, attach.AppendSignature(ctx, dst, d, layer)
}

// present reports whether there is a signature of this key for the same.
func (so SignOptions) present(ctx context.Context, dst attach.Destination, d ocispec.Descriptor, payload []byte) (bool, error) {
	found := false
	err := attach.Signatures(ctx, dst, d, func(s attach.Signature) bool {
		found = s.Storage == so.Storage && string(s.Payload) == string(payload) && so.Key.Public().Verify(s.Payload, s.Value) == nil
		return !found
	})
	return found, err
}
