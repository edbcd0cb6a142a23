package consumer

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"errors"
	"strings"
)

// Hashed is what a credential begins with that is stored as its SHA-256, in
// hexadecimal.
const Hashed = "sha256:"

var (
	errEmpty = errors.New("a credential must not be empty")
	errHash  = errors.New("a credential that begins with " + Hashed + " needs 64 hexadecimal digits after it")
)

// Secret is a credential, as good as it takes to compare it with another. Its
// zero value is equal to none.
type Secret struct {
	sum   [sha256.Size]byte
	valid bool
}

// NewSecret reads a credential of a configuration: in clear, or Hashed and its
// SHA-256. The error does not show it.
func NewSecret(stored string) (Secret, error) {
	digits, hashed := strings.CutPrefix(stored, Hashed)
	if !hashed {
		if stored == "" {
			return Secret{}, errEmpty
		}
		return Secret{sum: sha256.Sum256([]byte(stored)), valid: true}, nil
	}
	s := Secret{valid: true}
	if n, err := hex.Decode(s.sum[:], []byte(clip(digits))); err != nil || n != len(s.sum) || len(digits) != 2*len(s.sum) {
		return Secret{}, errHash
	}
	return s, nil
}

// clip bounds what is decoded into a sum.
func clip(digits string) string { return digits[:min(len(digits), 2*sha256.Size)] }

// Is reports whether given is the credential. It takes the same time for every
// text of one length.
func (s Secret) Is(given string) bool {
	sum := sha256.Sum256([]byte(given))
	return subtle.ConstantTimeCompare(s.sum[:], sum[:]) == 1 && s.valid
}
