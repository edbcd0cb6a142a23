package main

import (
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // the protocols'
	"crypto/sha256"
	"crypto/sha512"
	"crypto/subtle"
	"encoding/base64"
	"hash"
)

// algorithm is a hash that HMACs are made with.
type algorithm int

const (
	withSHA256 algorithm = iota
	withSHA1
	withSHA512
)

func (a algorithm) hash() func() hash.Hash {
	return [...]func() hash.Hash{withSHA256: sha256.New, withSHA1: sha1.New, withSHA512: sha512.New}[a]
}

// maxKept is how many bytes a signer keeps from one request to the next: the text
// of a request with a form is as long as the form, and who sends it needs no secret.
const maxKept = 16 << 10

// signer is a consumer's name and secret. Secrets can't be stored hashed: a
// signature is checked by making it again. What is made of the secret is kept, and
// so is the memory that a signature takes.
type signer struct {
	name   string
	secret []byte

	macs [withSHA512 + 1]hash.Hash
	text []byte
}

// has reports whether given is the signature, in base64, of a text in parts.
func (s *signer) has(given string, a algorithm, parts ...string) bool {
	if s.macs[a] == nil {
		s.macs[a] = hmac.New(a.hash(), s.secret)
	}
	mac := s.macs[a]
	mac.Reset()
	s.text = s.text[:0]
	for _, part := range parts {
		s.text = append(s.text, part...)
	}
	mac.Write(s.text)
	s.text = mac.Sum(s.text[:0])
	size := len(s.text)
	s.text = base64.StdEncoding.AppendEncode(s.text, s.text)
	same := subtle.ConstantTimeCompare(s.text[size:], []byte(given)) == 1
	if cap(s.text) > maxKept {
		s.text = nil
	}
	return same
}
