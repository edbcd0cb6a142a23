package sign

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// The media types and annotations of cosign's signatures.
const (
	// PayloadType is the media type of a layer that holds a Payload.
	PayloadType = "application/vnd.dev.cosign.simplesigning.v1+json"
	// SignatureAnnotation is the annotation of that layer with the signature in
	// base64.
	SignatureAnnotation = "dev.cosignproject.cosign/signature"
	// ExpiresAnnotation is the annotation of a payload that says until when the
	// signature counts, as RFC 3339 writes times. Tools other than this one
	// don't look at it.
	ExpiresAnnotation = "expires"
)

// MaxPayload bounds a payload, in bytes.
const MaxPayload = 64 << 10

// payloadKind is what a payload must say of itself.
const payloadKind = "cosign container image signature"

// Payload is what is signed: the "simple signing" form, as cosign uses it.
type Payload struct {
	Critical Critical `json:"critical"`
	// Optional are the annotations.
	Optional map[string]any `json:"optional"`
}

// Critical is the part of a payload that says what is signed.
type Critical struct {
	Identity Identity `json:"identity"`
	Image    Image    `json:"image"`
	// Type is always the same.
	Type string `json:"type"`
}

// Identity is the name of the image: its repository, without a tag.
type Identity struct {
	DockerReference string `json:"docker-reference"`
}

// Image is the digest of its manifest or index.
type Image struct {
	DockerManifestDigest string `json:"docker-manifest-digest"`
}

// NewPayload makes the one for the image of a name, such as
// "registry.example/team/plugin", and a digest.
func NewPayload(name, digest string, annotations map[string]string) *Payload {
	p := &Payload{Critical: Critical{Identity{hub(name)}, Image{digest}, payloadKind}}
	for key, value := range annotations {
		if p.Optional == nil {
			p.Optional = map[string]any{}
		}
		p.Optional[key] = value
	}
	return p
}

// ParsePayload reads what was signed. It is called for text whose signature was
// verified.
//
// Errors: ErrMalformed, ErrLimit.
func ParsePayload(text []byte) (*Payload, error) {
	if len(text) > MaxPayload {
		return nil, fmt.Errorf("%w: a payload of %d bytes; at most %d are read", ErrLimit, len(text), MaxPayload)
	}
	var p Payload
	if err := json.Unmarshal(text, &p); err != nil {
		return nil, malformedf("payload: %v", err)
	}
	if p.Critical.Type != payloadKind {
		return nil, malformedf("a payload of type %.60q; want %q", p.Critical.Type, payloadKind)
	}
	return &p, nil
}

// JSON is the payload as it is signed.
func (p *Payload) JSON() ([]byte, error) { return json.Marshal(p) }

// Claim is what a verifier wants a payload to say.
type Claim struct {
	// Names are those of which the payload must have one. None: any will do.
	Names []string
	// Digest is that of the image.
	Digest string
	// Annotations must be in the payload, with these values.
	Annotations map[string]string
	// Now is the time at which the signature must count.
	Now time.Time
}

// Check compares a payload with a claim.
//
// Errors: ErrOtherDigest, ErrOtherImage, ErrExpired, ErrAnnotation,
// ErrMalformed.
func (p *Payload) Check(c Claim) error {
	if got := p.Critical.Image.DockerManifestDigest; got != c.Digest || c.Digest == "" {
		return fmt.Errorf("%w: %.80q", ErrOtherDigest, got)
	}
	if got := p.Critical.Identity.DockerReference; !named(c.Names, got) {
		return fmt.Errorf("%w: %.200q, not %s", ErrOtherImage, got, strings.Join(c.Names, " or "))
	}
	for key, want := range c.Annotations {
		if got, ok := p.Optional[key]; !ok || got != want {
			return fmt.Errorf("%w: %q is to be %q", ErrAnnotation, key, want)
		}
	}
	expires, err := p.Expires()
	if err == nil && !expires.IsZero() && !c.Now.Before(expires) {
		err = fmt.Errorf("%w: on %s", ErrExpired, expires.Format(time.RFC3339))
	}
	return err
}

// Expires is when the signature stops to count. The zero time is never.
func (p *Payload) Expires() (time.Time, error) {
	value, ok := p.Optional[ExpiresAnnotation]
	if !ok {
		return time.Time{}, nil
	}
	text, _ := value.(string)
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return at, malformedf("the annotation %q is %.40q; want a time such as 2030-01-31T00:00:00Z", ExpiresAnnotation, fmt.Sprint(value))
	}
	return at.UTC(), nil
}

// named reports whether a payload's reference is one of names.
func named(names []string, reference string) bool {
	if len(names) == 0 {
		return true
	}
	for _, name := range names {
		if CanonicalName(name) == CanonicalName(repositoryOf(reference)) {
			return true
		}
	}
	return false
}

// repositoryOf cuts tag and digest off a reference.
func repositoryOf(reference string) string {
	reference, _, _ = strings.Cut(reference, "@")
	if i := strings.LastIndexByte(reference, ':'); i > strings.LastIndexByte(reference, '/') {
		reference = reference[:i]
	}
	return reference
}
