package main

import (
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"strconv"
	"strings"

	"golang.org/x/crypto/bcrypt"
)

// maxCost bounds what a request may cost the gateway's thread, which does nothing
// else meanwhile.
const maxCost = 10

// maxPassword is how many bytes bcrypt looks at. A longer password would be right
// whatever follows them.
const maxPassword = 72

// isBcrypt reports whether a password is stored as htpasswd -B writes it.
func isBcrypt(stored string) bool {
	return len(stored) == 60 && (strings.HasPrefix(stored, "$2a$") || strings.HasPrefix(stored, "$2b$") || strings.HasPrefix(stored, "$2y$"))
}

// hashed is a password that is stored as a bcrypt hash. The password that it was
// for is remembered by its SHA-256, so that the hash is computed once in each
// worker as long as clients know it.
type hashed struct {
	hash  []byte
	known [sha256.Size]byte
	is    bool // known is set
}

var errHash = errors.New("credential: the password's bcrypt hash is malformed")

func newHashed(stored string) (*hashed, error) {
	// $2y$ is what PHP and htpasswd call $2b$.
	hash := []byte("$2b$" + stored[4:])
	cost, err := bcrypt.Cost(hash)
	if err != nil {
		return nil, errHash
	}
	if cost > maxCost {
		return nil, errors.New("credential: a bcrypt cost of " + strconv.Itoa(cost) + " would stop the gateway's thread for too long; it may be " +
			strconv.Itoa(bcrypt.MinCost) + " to " + strconv.Itoa(maxCost))
	}
	return &hashed{hash: hash}, nil
}

// Is reports whether given is the password.
func (h *hashed) Is(given string) bool {
	sum := sha256.Sum256([]byte(given))
	if h.is && subtle.ConstantTimeCompare(h.known[:], sum[:]) == 1 {
		return true
	}
	if len(given) > maxPassword || bcrypt.CompareHashAndPassword(h.hash, []byte(given)) != nil {
		return false
	}
	h.known, h.is = sum, true
	return true
}
