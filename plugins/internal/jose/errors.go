package jose

import "errors"

// Reasons to refuse a token. Errors of this package wrap one of these and show
// nothing of the token.
var (
	// ErrMalformed: it is not a JWS in compact form with a JWT in it.
	ErrMalformed = errors.New("not a signed JSON web token")
	// ErrAlgorithm: an algorithm that is not one of RFC 7518's signatures, such
	// as none.
	ErrAlgorithm = errors.New("an algorithm that is not accepted")
	// ErrCritical: its header has crit.
	ErrCritical = errors.New("an extension that must be understood and is not")
	// ErrNoKey: no key of the set has its kid and fits its algorithm.
	ErrNoKey = errors.New("no key for this token")
	// ErrSignature: the signature is not that of any key that fits.
	ErrSignature = errors.New("the signature is wrong")
	// ErrExpired: exp is over.
	ErrExpired = errors.New("expired")
	// ErrNotYet: nbf or iat is in the future.
	ErrNotYet = errors.New("not valid yet")
	// ErrClaim: a claim has the wrong type or is missing.
	ErrClaim = errors.New("a claim that is not as it must be")
	// ErrKeySet: a text that is no JWK set (RFC 7517, section 5).
	ErrKeySet = errors.New("not a JSON web key set")
)
