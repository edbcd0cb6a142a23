package jose

import (
	"fmt"
	"strings"

	"github.com/sluiceproxy/sluice/sdk/jsoncheck"
	"github.com/sluiceproxy/sluice/sdk/jsonscan"
)

// Limits of a token.
const (
	// MaxToken is how many bytes a token may have: as many as fit in a request's
	// headers on most gateways.
	MaxToken = 60 << 10
	// MaxDepth is how deep its JSON may be nested.
	MaxDepth = 32
)

// Token is a JWS in compact form that was read and not verified. Nothing in it
// may be believed before Set.Verify has returned nil.
type Token struct {
	// Kid is the header's kid, "" for none.
	Kid string
	// Claims are the payload's.
	Claims Claims

	algorithm algorithm
	text      string
	signed    string // the part of text that the signature is for
	signature []byte
	verdicts  []verdict
	kept      bool // in a Cache, or it was
}

// Parse reads a token. Errors: ErrMalformed, ErrAlgorithm, ErrCritical.
func Parse(text string) (*Token, error) {
	t, payload, err := parseJWS(text)
	if err != nil {
		return nil, err
	}
	claims, err := object(payload, "payload")
	if err != nil {
		return nil, err
	}
	t.Claims = newClaims(claims)
	return t, nil
}

// parseJWS reads what is around the payload, which it returns undecoded.
func parseJWS(text string) (t *Token, payload string, err error) {
	if len(text) > MaxToken {
		return nil, "", fmt.Errorf("%w: longer than %d bytes", ErrMalformed, MaxToken)
	}
	header, rest, ok := strings.Cut(text, ".")
	payload, signature, more := strings.Cut(rest, ".")
	if !ok || !more || strings.Contains(signature, ".") {
		return nil, "", fmt.Errorf("%w: want three parts", ErrMalformed)
	}
	t = &Token{text: text, signed: text[:len(header)+1+len(payload)]}
	if t.signature, ok = decode(signature); !ok {
		return nil, "", fmt.Errorf("%w: the signature is not base64url", ErrMalformed)
	}
	head, err := object(header, "header")
	if err != nil {
		return nil, "", err
	}
	return t, payload, t.readHeader(head)
}

// object decodes one part, which must be a JSON object without a key twice.
func object(part, name string) ([]byte, error) {
	raw, ok := decode(part)
	if !ok {
		return nil, fmt.Errorf("%w: the %s is not base64url", ErrMalformed, name)
	}
	limits := jsoncheck.Limits{Depth: MaxDepth, Bytes: MaxToken, UniqueKeys: true}
	if err := jsoncheck.Check(raw, limits); err != nil || jsonscan.Get(raw).Kind() != jsonscan.Object {
		return nil, fmt.Errorf("%w: the %s is not a JSON object", ErrMalformed, name)
	}
	return raw, nil
}

// readHeader takes alg and kid.
func (t *Token) readHeader(head []byte) error {
	if jsonscan.Get(head, "crit").Exists() {
		return ErrCritical
	}
	name, err := jsonscan.Get(head, "alg").Text()
	if err != nil {
		return fmt.Errorf("%w: the header has no alg", ErrMalformed)
	}
	a, known := algorithmOf(name)
	if !known {
		return ErrAlgorithm
	}
	t.algorithm = a
	kid := jsonscan.Get(head, "kid")
	if !kid.Exists() {
		return nil
	}
	if t.Kid, err = kid.Text(); err != nil || t.Kid == "" {
		return fmt.Errorf("%w: kid is not a text", ErrMalformed)
	}
	return nil
}
