package jose

import "crypto"

// algorithm is one of the signature algorithms of RFC 7518, section 3.1, and of
// RFC 8037 and 9864.
type algorithm struct {
	name  string
	kty   string
	curve string // of EC and OKP keys
	hash  crypto.Hash
	pss   bool
}

// algorithmOf returns the algorithm of that name; names are compared with case.
func algorithmOf(name string) (algorithm, bool) {
	for _, a := range [...]algorithm{
		{"HS256", "oct", "", crypto.SHA256, false},
		{"HS384", "oct", "", crypto.SHA384, false},
		{"HS512", "oct", "", crypto.SHA512, false},
		{"RS256", "RSA", "", crypto.SHA256, false},
		{"RS384", "RSA", "", crypto.SHA384, false},
		{"RS512", "RSA", "", crypto.SHA512, false},
		{"PS256", "RSA", "", crypto.SHA256, true},
		{"PS384", "RSA", "", crypto.SHA384, true},
		{"PS512", "RSA", "", crypto.SHA512, true},
		{"ES256", "EC", "P-256", crypto.SHA256, false},
		{"ES384", "EC", "P-384", crypto.SHA384, false},
		{"ES512", "EC", "P-521", crypto.SHA512, false},
		{"EdDSA", "OKP", "Ed25519", 0, false},
		{"Ed25519", "OKP", "Ed25519", 0, false},
	} {
		if a.name == name {
			return a, true
		}
	}
	return algorithm{}, false
}
