package sign

import (
	"errors"
	"fmt"
)

// Reasons for which a signature does not count. Each is in the error about it.
var (
	// ErrMalformed is about a key, a signature or a payload that can't be read.
	ErrMalformed = errors.New("malformed")
	// ErrOtherKey is about a signature that is not of the key.
	ErrOtherKey = errors.New("not signed with this key")
	// ErrOtherDigest is about a signature of another image.
	ErrOtherDigest = errors.New("signs another digest")
	// ErrOtherImage is about a signature of an image of another name: one that
	// was copied from another repository.
	ErrOtherImage = errors.New("signs an image of another name")
	// ErrExpired is about a signature whose time is over.
	ErrExpired = errors.New("the signature has expired")
	// ErrAnnotation is about a signature without an annotation that is asked
	// for.
	ErrAnnotation = errors.New("an annotation of the signature differs")
	// ErrLimit is about a payload or a number of signatures beyond the bounds.
	ErrLimit = errors.New("beyond the bounds of signatures")
	// ErrPassphrase is about an encrypted key that the passphrase does not open.
	ErrPassphrase = errors.New("wrong passphrase")
)

func malformedf(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrMalformed, fmt.Sprintf(format, args...))
}
