package consumer

import (
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"strconv"
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
		return Secret{sum: sumOf(stored), valid: true}, nil
	}
	s := Secret{valid: true}
	if len(digits) != 2*len(s.sum) {
		return Secret{}, errHash
	}
	for i := range s.sum {
		b, err := strconv.ParseUint(digits[2*i:2*i+2], 16, 8)
		if err != nil {
			return Secret{}, errHash
		}
		s.sum[i] = byte(b)
	}
	return s, nil
}

// Is reports whether given is the credential. It takes the same time for every
// text of one length.
func (s Secret) Is(given string) bool {
	sum := sumOf(given)
	return subtle.ConstantTimeCompare(s.sum[:], sum[:]) == 1 && s.valid
}

// sumOf is the SHA-256 of a text, without memory of its own for one of usual length.
func sumOf(text string) [sha256.Size]byte {
	var b [128]byte
	return sha256.Sum256(append(b[:0], text...))
}
