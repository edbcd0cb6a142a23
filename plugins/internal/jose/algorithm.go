package jose

import "crypto"

// algorithm is one of the signature algorithms of RFC 7518, section 3.1, and of
// RFC 8037 and 9864.
type algorithm struct {
	name  string
	kty   string
	curve string      // of EC and OKP keys
	hash  crypto.Hash // of all but OKP keys
	pss   bool
}

// algorithmOf returns the algorithm of that name; names are compared with case.
func algorithmOf(name string) (algorithm, bool) {
	for _, a := range [...]algorithm{
		{name: "HS256", kty: "oct", hash: crypto.SHA256},
		{name: "HS384", kty: "oct", hash: crypto.SHA384},
		{name: "HS512", kty: "oct", hash: crypto.SHA512},
		{name: "RS256", kty: "RSA", hash: crypto.SHA256},
		{name: "RS384", kty: "RSA", hash: crypto.SHA384},
		{name: "RS512", kty: "RSA", hash: crypto.SHA512},
		{name: "PS256", kty: "RSA", hash: crypto.SHA256, pss: true},
		{name: "PS384", kty: "RSA", hash: crypto.SHA384, pss: true},
		{name: "PS512", kty: "RSA", hash: crypto.SHA512, pss: true},
		{name: "ES256", kty: "EC", curve: "P-256", hash: crypto.SHA256},
		{name: "ES384", kty: "EC", curve: "P-384", hash: crypto.SHA384},
		{name: "ES512", kty: "EC", curve: "P-521", hash: crypto.SHA512},
		{name: "EdDSA", kty: "OKP", curve: "Ed25519"},
		{name: "Ed25519", kty: "OKP", curve: "Ed25519"},
	} {
		if a.name == name {
			return a, true
		}
	}
	return algorithm{}, false
}
