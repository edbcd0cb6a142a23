package sign

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"fmt"
)

// Kind is an algorithm of keys.
type Kind string

// The kinds of keys.
const (
	// ECDSA is ECDSA on the curve P-256, with SHA-256.
	ECDSA Kind = "ecdsa"
	// Ed25519 is that of RFC 8032, of the message itself. Signatures of its
	// SHA-512 digest (Ed25519ph) are accepted too.
	Ed25519 Kind = "ed25519"
)

// Kinds are all of them, the default first.
func Kinds() []Kind { return []Kind{ECDSA, Ed25519} }

// PublicKey verifies signatures.
type PublicKey struct {
	key  crypto.PublicKey
	der  []byte
	kind Kind
}

// PrivateKey makes signatures.
type PrivateKey struct {
	key    crypto.Signer
	public *PublicKey
}

// Generate makes a new key. The zero Kind is ECDSA.
func Generate(kind Kind) (*PrivateKey, error) {
	switch kind {
	case ECDSA, "":
		key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			return nil, err
		}
		return newPrivate(key)
	case Ed25519:
		_, key, err := ed25519.GenerateKey(rand.Reader)
		if err != nil {
			return nil, err
		}
		return newPrivate(key)
	default:
		return nil, malformedf("unknown kind of key %q; want %q", kind, Kinds())
	}
}

func newPrivate(key any) (*PrivateKey, error) {
	signer, ok := key.(crypto.Signer)
	if !ok {
		return nil, malformedf("a key of type %T makes no signatures", key)
	}
	public, err := newPublic(signer.Public())
	if err != nil {
		return nil, err
	}
	return &PrivateKey{signer, public}, nil
}

func newPublic(key crypto.PublicKey) (*PublicKey, error) {
	p := &PublicKey{key: key}
	switch k := key.(type) {
	case *ecdsa.PublicKey:
		if k.Curve != elliptic.P256() {
			return nil, malformedf("an ECDSA key on the curve %s; want P-256", k.Curve.Params().Name)
		}
		p.kind = ECDSA
	case ed25519.PublicKey:
		p.kind = Ed25519
	default:
		return nil, malformedf("a key of type %T; want ECDSA P-256 or Ed25519", key)
	}
	der, err := x509.MarshalPKIXPublicKey(key)
	p.der = der
	return p, err
}

// Public is the key that verifies what k signs.
func (k *PrivateKey) Public() *PublicKey { return k.public }

// Kind is the key's algorithm.
func (k *PublicKey) Kind() Kind { return k.kind }

// Fingerprint tells the key from others: "SHA256:" and, in hexadecimal, the
// digest of its DER form (SubjectPublicKeyInfo).
func (k *PublicKey) Fingerprint() string {
	sum := sha256.Sum256(k.der)
	return "SHA256:" + hex.EncodeToString(sum[:])
}

// String is the kind and the fingerprint.
func (k *PublicKey) String() string { return fmt.Sprintf("%s %s", k.kind, k.Fingerprint()) }
