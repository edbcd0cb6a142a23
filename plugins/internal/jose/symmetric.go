package jose

import (
	"crypto"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/sha512"
	"errors"
	"hash"
)

// symmetric is a key of HMAC.
type symmetric []byte

// maxSymmetric is how many bytes such a key may have.
const maxSymmetric = 4096

func (m members) symmetric() (verifier, error) {
	k, err := m.bytes("k")
	switch {
	case err != nil:
		return nil, err
	case len(k) < sha256.Size:
		return nil, errors.New("k has less than 32 bytes (RFC 7518)")
	case len(k) > maxSymmetric:
		return nil, errTooLong
	}
	return symmetric(k), nil
}

// takes asks for as many bytes as the hash has (RFC 7518, section 3.2).
func (s symmetric) takes(a algorithm) bool { return len(s) >= a.hash.Size() }

func (s symmetric) checks(a algorithm, text string, signature []byte) bool {
	mac := hmac.New(func() hash.Hash { return newHash(a.hash) }, s)
	_, _ = mac.Write([]byte(text)) // never fails
	return hmac.Equal(mac.Sum(nil), signature)
}

// newHash is h.New without its registry, which panics where a hash is not linked.
func newHash(h crypto.Hash) hash.Hash {
	switch h {
	case crypto.SHA384:
		return sha512.New384()
	case crypto.SHA512:
		return sha512.New()
	default:
		return sha256.New()
	}
}

// digest is the hash of a text.
func digest(h crypto.Hash, text string) []byte {
	sum := newHash(h)
	_, _ = sum.Write([]byte(text)) // never fails
	return sum.Sum(nil)
}
