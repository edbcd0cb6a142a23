package jose

import (
	"fmt"

	"github.com/sluiceproxy/sluice/sdk/jsoncheck"
	"github.com/sluiceproxy/sluice/sdk/jsonscan"
)

// Limits of a key set.
const (
	// MaxSet is how many bytes its text may have.
	MaxSet = 256 << 10
	// MaxKeys is how many keys it may have.
	MaxKeys = 200
)

// Set is a JWK set, read once. Any number of goroutines may share it.
type Set struct {
	keys []*key
	// Ignored says why keys of the text are not in the set, one line each.
	// RFC 7517, section 5, asks to leave out what can't be used.
	Ignored []string
}

// ParseSet reads a JWK set. Keys that can't verify a signature are left out: see
// Set.Ignored. The error wraps ErrKeySet and shows nothing of the text.
func ParseSet(text []byte) (*Set, error) {
	limits := jsoncheck.Limits{Depth: MaxDepth, Bytes: MaxSet, UniqueKeys: true}
	if err := jsoncheck.Check(text, limits); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrKeySet, err)
	}
	list := jsonscan.Get(text, "keys")
	if list.Kind() != jsonscan.List {
		return nil, fmt.Errorf("%w: want an object with a list named keys", ErrKeySet)
	}
	s, n := &Set{}, 0
	for v := range list.Elements {
		if n == MaxKeys {
			return nil, fmt.Errorf("%w: more than %d keys", ErrKeySet, MaxKeys)
		}
		k, err := parseKey(v)
		if err != nil {
			s.Ignored = append(s.Ignored, fmt.Sprintf("key %d: %v", n, err))
		} else {
			s.keys = append(s.keys, k)
		}
		n++
	}
	return s, nil
}

// Len is how many keys can verify a signature.
func (s *Set) Len() int { return len(s.keys) }

// Has reports whether a key fits the token, so that Verify would not return
// ErrNoKey.
func (s *Set) Has(t *Token) bool {
	for _, k := range s.keys {
		if k.fits(t) {
			return true
		}
	}
	return false
}

// Budget is how many keys may still be tried, so that a request can't make a
// gateway compute many signatures.
type Budget int

// Verify returns nil where a key that fits has made the token's signature. With a
// kid in the token only a key with that kid fits, or one that has none. Errors:
// ErrNoKey, ErrSignature, also where the budget is used up.
//
// The signature is computed once for a token and a key: the token remembers what
// came out, by the key's numbers. The result is the same as if it were not.
func (s *Set) Verify(t *Token, b *Budget) error {
	result := ErrNoKey
	for _, k := range s.keys {
		if !k.fits(t) {
			continue
		}
		result = ErrSignature
		if *b <= 0 {
			return fmt.Errorf("%w: too many keys to try", ErrSignature)
		}
		*b--
		if t.verified(k) {
			return nil
		}
	}
	return result
}
