// Package josetest signs tokens for tests: those that must pass, and those that
// an attacker would make.
package josetest

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	_ "crypto/sha256" // for crypto.Hash
	_ "crypto/sha512"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math/big"
	"strings"
)

// Key signs tokens with one algorithm.
type Key struct {
	// Kid is the key's; "" is none.
	Kid string
	// Alg is the algorithm's name.
	Alg string

	jwk  map[string]string
	sign func(text []byte) []byte
}

// New makes a new key for an algorithm: HS, RS, PS, ES with 256, 384 or 512, or
// EdDSA.
func New(kid, alg string) Key {
	hash := map[string]crypto.Hash{"256": crypto.SHA256, "384": crypto.SHA384, "512": crypto.SHA512}[alg[2:]]
	k := Key{Kid: kid, Alg: alg}
	switch alg[:2] {
	case "HS":
		secret := make([]byte, hash.Size())
		_, _ = rand.Read(secret)
		return HMAC(kid, alg, secret)
	case "RS", "PS":
		k.rsa(hash)
	case "ES":
		k.ec(hash, map[string]elliptic.Curve{"256": elliptic.P256(), "384": elliptic.P384(), "512": elliptic.P521()}[alg[2:]])
	default:
		public, private, err := ed25519.GenerateKey(nil)
		must(err)
		k.jwk = map[string]string{"kty": "OKP", "crv": "Ed25519", "x": Encode(public)}
		k.sign = func(text []byte) []byte { return ed25519.Sign(private, text) }
	}
	return k
}

// HMAC makes a symmetric key of a secret, which may be too short.
func HMAC(kid, alg string, secret []byte) Key {
	hash := map[string]crypto.Hash{"HS256": crypto.SHA256, "HS384": crypto.SHA384, "HS512": crypto.SHA512}[alg]
	return Key{
		Kid: kid, Alg: alg, jwk: map[string]string{"kty": "oct", "k": Encode(secret)},
		sign: func(text []byte) []byte {
			mac := hmac.New(hash.New, secret)
			mac.Write(text)
			return mac.Sum(nil)
		},
	}
}

func (k *Key) rsa(hash crypto.Hash) {
	private, err := rsa.GenerateKey(rand.Reader, 2048)
	must(err)
	k.jwk = map[string]string{
		"kty": "RSA", "n": Encode(private.N.Bytes()), "e": Encode(big.NewInt(int64(private.E)).Bytes()),
	}
	pss := k.Alg[:2] == "PS"
	k.sign = func(text []byte) []byte {
		var options crypto.SignerOpts = hash
		if pss {
			options = &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash, Hash: hash}
		}
		signature, err := private.Sign(rand.Reader, sum(hash, text), options)
		must(err)
		return signature
	}
}

func (k *Key) ec(hash crypto.Hash, curve elliptic.Curve) {
	private, err := ecdsa.GenerateKey(curve, rand.Reader)
	must(err)
	public, err := private.PublicKey.ECDH()
	must(err)
	point := public.Bytes()[1:]
	size := len(point) / 2
	k.jwk = map[string]string{
		"kty": "EC", "crv": curve.Params().Name, "x": Encode(point[:size]), "y": Encode(point[size:]),
	}
	k.sign = func(text []byte) []byte {
		r, s, err := ecdsa.Sign(rand.Reader, private, sum(hash, text))
		must(err)
		signature := make([]byte, 2*size)
		r.FillBytes(signature[:size])
		s.FillBytes(signature[size:])
		return signature
	}
}

// JWK is the public key, or the secret one of HMAC, with more members.
func (k Key) JWK(more ...string) string {
	members := map[string]string{}
	for name, value := range k.jwk {
		members[name] = value
	}
	if k.Kid != "" {
		members["kid"] = k.Kid
	}
	text := mustJSON(members)
	if len(more) > 0 {
		text = text[:len(text)-1] + "," + strings.Join(more, ",") + "}"
	}
	return text
}

// Set is a key set of these keys.
func Set(keys ...Key) string {
	var all []string
	for _, k := range keys {
		all = append(all, k.JWK())
	}
	return `{"keys":[` + strings.Join(all, ",") + `]}`
}

// Token signs claims, which are JSON.
func (k Key) Token(claims string) string {
	header := fmt.Sprintf(`{"alg":%q,"typ":"JWT"}`, k.Alg)
	if k.Kid != "" {
		header = fmt.Sprintf(`{"alg":%q,"typ":"JWT","kid":%q}`, k.Alg, k.Kid)
	}
	return k.Sign(header, claims)
}

// Sign signs a header and a payload as they are.
func (k Key) Sign(header, payload string) string {
	text := Encode([]byte(header)) + "." + Encode([]byte(payload))
	return text + "." + Encode(k.sign([]byte(text)))
}

// Encode is base64url without padding.
func Encode(raw []byte) string { return base64.RawURLEncoding.EncodeToString(raw) }

func sum(hash crypto.Hash, text []byte) []byte {
	h := hash.New()
	h.Write(text)
	return h.Sum(nil)
}

func mustJSON(v any) string {
	text, err := json.Marshal(v)
	must(err)
	return string(text)
}

// must ends the test: nothing here depends on what is tested.
func must(err error) {
	if err != nil {
		panic(err)
	}
}
