package policy

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	"github.com/sluiceproxy/sluice/build/oci/attach"
	"github.com/sluiceproxy/sluice/build/oci/sign"
)

// Image is what Check is asked about.
type Image struct {
	// Name is its registry and repository, or "oci:" and the path of a layout.
	Name string
	// Manifest is what its reference was resolved to, and what is used if Check
	// returns no error.
	Manifest ocispec.Descriptor
	// Source is where it is, and its signatures with it.
	Source attach.Source
}

// local reports whether the image is in a layout, whose path says nothing about
// the name that it was signed with.
func (i Image) local() bool { return strings.HasPrefix(i.Name, layoutPrefix) }

// Verified says why an image is accepted.
type Verified struct {
	// Image is its name, Digest that of its manifest or index.
	Image  string `json:"image"`
	Digest string `json:"digest"`
	// Action is Signed or Accept, and Rule what in the policy says so.
	Action Action `json:"action"`
	Rule   string `json:"rule"`
	// Signatures are those that count, one for each key.
	Signatures []Signature `json:"signatures"`
}

// Signature is one that counts.
type Signature struct {
	// Key is the fingerprint of the key.
	Key string `json:"key"`
	// Storage says where it was found: "tag" or "referrer".
	Storage attach.Storage `json:"storage"`
	// Name is that of the image when it was signed.
	Name string `json:"name"`
	// Annotations are the signature's.
	Annotations map[string]any `json:"annotations,omitempty"`
	// Expires is when it stops to count, and nil for never.
	Expires *time.Time `json:"expires,omitempty"`
}

// Check decides on an image. A nil policy accepts everything.
//
// Errors: *UntrustedError, which is around the reason (ErrRejected, ErrUnsigned,
// or one of package sign's); image.ErrLimit for more signatures than are read;
// those of the registry.
func (p *Policy) Check(ctx context.Context, i Image) (*Verified, error) {
	v := &Verified{Image: i.Name, Digest: i.Manifest.Digest.String(), Action: Accept, Rule: "no policy", Signatures: []Signature{}}
	if p == nil {
		return v, nil
	}
	rule, text := p.rule(i.Name)
	v.Action, v.Rule = rule.Action, text
	switch rule.Action {
	case Accept:
		return v, nil
	case Signed:
		if err := p.signed(ctx, i, rule, v); err != nil {
			return nil, err
		}
		return v, nil
	default:
		return nil, p.untrusted(i, rule, text, ErrRejected)
	}
}

// signed looks for the signatures that a rule asks for.
func (p *Policy) signed(ctx context.Context, i Image, rule Rule, v *Verified) error {
	claim := sign.Claim{Names: rule.SignedAs, Digest: v.Digest, Annotations: rule.Annotations, Now: p.now()}
	if len(claim.Names) == 0 && !i.local() {
		claim.Names = []string{i.Name}
	}
	want, have := max(rule.Threshold, 1), map[string]bool{}
	var reasons []error
	err := attach.Signatures(ctx, i.Source, i.Manifest, func(s attach.Signature) bool {
		found, err := judge(s, rule.Keys, claim)
		switch {
		case err != nil:
			reasons = append(reasons, err)
		case !have[found.Key]:
			have[found.Key] = true
			v.Signatures = append(v.Signatures, found)
		}
		return len(have) < want
	})
	if err != nil {
		return fmt.Errorf("signatures of %s@%s: %w", i.Name, v.Digest, err)
	}
	if len(have) >= want {
		return nil
	}
	if len(reasons) == 0 && len(have) == 0 {
		reasons = []error{ErrUnsigned}
	}
	u := p.untrusted(i, rule, v.Rule, reasons...)
	u.Counted, u.Wanted = len(have), want
	return u
}

// judge finds the key of a signature and compares what it signs with a claim.
func judge(s attach.Signature, keys []*sign.PublicKey, claim sign.Claim) (Signature, error) {
	if s.Err != nil {
		return Signature{}, s.Err
	}
	for _, key := range keys {
		err := key.Verify(s.Payload, s.Value)
		if errors.Is(err, sign.ErrOtherKey) {
			continue
		}
		if err != nil {
			return Signature{}, err
		}
		return accepted(s, key, claim)
	}
	return Signature{}, sign.ErrOtherKey
}

func accepted(s attach.Signature, key *sign.PublicKey, claim sign.Claim) (Signature, error) {
	payload, err := sign.ParsePayload(s.Payload)
	if err == nil {
		err = payload.Check(claim)
	}
	if err != nil {
		return Signature{}, err
	}
	found := Signature{Key: key.Fingerprint(), Storage: s.Storage, Name: payload.Critical.Identity.DockerReference, Annotations: payload.Optional}
	if expires, err := payload.Expires(); err == nil && !expires.IsZero() {
		found.Expires = &expires
	}
	return found, nil
}
