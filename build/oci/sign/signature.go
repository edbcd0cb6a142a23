package sign

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"crypto/sha512"
)

// maxSignature bounds a signature, in bytes. One of ECDSA P-256 has at most 72.
const maxSignature = 128

// Sign makes a signature of a message.
func (k *PrivateKey) Sign(message []byte) ([]byte, error) {
	if k.public.kind == Ed25519 {
		return k.key.Sign(rand.Reader, message, crypto.Hash(0))
	}
	sum := sha256.Sum256(message)
	return k.key.Sign(rand.Reader, sum[:], crypto.SHA256)
}

// Verify reports whether signature is one of the message by this key. Of the
// two forms that every ECDSA signature has, with s or with n-s, it takes both,
// as cosign does: nothing here counts or names signatures by their bytes.
//
// Errors: ErrOtherKey.
func (k *PublicKey) Verify(message, signature []byte) error {
	valid := false
	switch key := k.key.(type) {
	case *ecdsa.PublicKey:
		sum := sha256.Sum256(message)
		valid = len(signature) <= maxSignature && ecdsa.VerifyASN1(key, sum[:], signature)
	case ed25519.PublicKey:
		valid = ed25519.Verify(key, message, signature) || verifyPrehashed(key, message, signature)
	}
	if !valid {
		return ErrOtherKey
	}
	return nil
}

// verifyPrehashed checks the form that signs a digest of the message.
func verifyPrehashed(key ed25519.PublicKey, message, signature []byte) bool {
	sum := sha512.Sum512(message)
	return ed25519.VerifyWithOptions(key, sum[:], signature, &ed25519.Options{Hash: crypto.SHA512}) == nil
}
