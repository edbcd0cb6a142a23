package consumer

import (
	"crypto/rand"
	"crypto/sha256"
	"errors"
)

// ErrDuplicate is returned for a credential that another consumer has, or the
// same one already.
var ErrDuplicate = errors.New("two consumers have the same credential")

// Keys finds consumers by credentials that stand for themselves, such as API
// keys. Its zero value is empty.
//
// The time of a search says nothing about the credentials: what is looked up is a
// hash of theirs with a random number in it.
type Keys struct {
	salt  [saltSize]byte
	names map[[sha256.Size]byte]string
}

// saltSize is as long as salt and a sum may be together to be one block of SHA-256.
const saltSize = 16

// Add stores a consumer's credential, in clear or hashed as NewSecret takes it.
func (k *Keys) Add(stored, name string) error {
	s, err := NewSecret(stored)
	if err != nil {
		return err
	}
	if k.names == nil {
		if _, err := rand.Read(k.salt[:]); err != nil {
			return err
		}
		k.names = map[[sha256.Size]byte]string{}
	}
	at := k.place(s.sum)
	if _, taken := k.names[at]; taken {
		return ErrDuplicate
	}
	k.names[at] = name
	return nil
}

// place is where a credential with that sum is.
func (k *Keys) place(sum [sha256.Size]byte) [sha256.Size]byte {
	var b [saltSize + sha256.Size]byte
	copy(b[:], k.salt[:])
	copy(b[saltSize:], sum[:])
	return sha256.Sum256(b[:])
}

// Find returns the name of the consumer whose credential it is.
func (k *Keys) Find(given string) (name string, found bool) {
	if len(k.names) == 0 {
		return "", false
	}
	name, found = k.names[k.place(sumOf(given))]
	return name, found
}
