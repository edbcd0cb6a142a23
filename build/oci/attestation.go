package oci

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/sluiceproxy/sluice/build/oci/attach"
	"github.com/sluiceproxy/sluice/build/oci/policy"
	"github.com/sluiceproxy/sluice/build/oci/provenance"
	"github.com/sluiceproxy/sluice/build/oci/sign"
)

// AttestationKind is what an attestation says.
type AttestationKind string

// The kinds of attestations.
const (
	SaysProvenance AttestationKind = "provenance"
	SaysSPDX       AttestationKind = "spdx"
	SaysCycloneDX  AttestationKind = "cyclonedx"
)

// predicateType is the type of the statement's predicate.
func (k AttestationKind) predicateType() string {
	switch k {
	case SaysSPDX:
		return provenance.PredicateSPDX
	case SaysCycloneDX:
		return provenance.PredicateCycloneDX
	default:
		return provenance.PredicateSLSA
	}
}

// ErrNoAttestation is in the error about an image without an attestation that
// counts.
var ErrNoAttestation = errors.New("no attestation that counts")

// VerifiedStatement is an attestation that a key has signed.
type VerifiedStatement struct {
	// Verified is about the image itself.
	Verified *policy.Verified `json:"verified"`
	// Key is the fingerprint of the key that signed the statement, Storage where
	// it is kept.
	Key     string         `json:"key"`
	Storage attach.Storage `json:"storage"`
	// Statement is what is said.
	Statement *provenance.Statement `json:"statement"`
}

// VerifyAttestation verifies an image as Verify does, and finds an attestation
// of a kind that is about it and signed with a key of the policy's rule for the
// image.
//
// Errors: those of Verify, and ErrNoAttestation.
func VerifyAttestation(ctx context.Context, src Place, kind AttestationKind, o Options) (*VerifiedStatement, error) {
	s, done, err := openSource(ctx, src, o)
	if err != nil {
		return nil, err
	}
	defer done()
	keys := o.Policy.KeysFor(s.verified.Image)
	v := &VerifiedStatement{Verified: s.verified}
	var reasons []string
	err = attach.Attestations(ctx, s.store, plain(s.root.Descriptor), func(a attach.Attestation) bool {
		key, statement, err := s.open(a, keys)
		switch {
		case err != nil:
			reasons = append(reasons, err.Error())
		case statement.PredicateType == kind.predicateType():
			v.Key, v.Storage, v.Statement = key, a.Storage, statement
		}
		return v.Statement == nil
	})
	if err != nil {
		return nil, failed("verify", "source", src, err)
	}
	if v.Statement == nil {
		return nil, failed("verify", "source", src, missing(kind, reasons))
	}
	return v, nil
}

// open gives the statement of an attestation that one of the keys has signed.
func (s *source) open(a attach.Attestation, keys []*sign.PublicKey) (key string, statement *provenance.Statement, err error) {
	err = sign.ErrOtherKey
	for _, k := range keys {
		var text []byte
		if text, err = sign.OpenEnvelope(a.Envelope, k); err != nil {
			continue
		}
		statement, err = provenance.Parse(text, s.root.Descriptor.Digest)
		return k.Fingerprint(), statement, err
	}
	return "", nil, err
}

// missing says what is not there, and why others don't count.
func missing(kind AttestationKind, reasons []string) error {
	const most = 3
	text := fmt.Sprintf(`%s; attach one with "sluice attest --key"`, kind.predicateType())
	if n := len(reasons); n > 0 {
		text = fmt.Sprintf("%s; of others: %s", text, strings.Join(reasons[:min(n, most)], ", "))
	}
	return fmt.Errorf("%w: %s", ErrNoAttestation, text)
}
