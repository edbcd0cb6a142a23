package sign

import (
	"crypto/x509"
	"encoding/pem"
)

// The types of PEM blocks.
const (
	pemPublic  = "PUBLIC KEY"
	pemPrivate = "PRIVATE KEY"
	pemEC      = "EC PRIVATE KEY"
	// The encrypted form of cosign, under its present name and its old one.
	pemEncrypted    = "ENCRYPTED SIGSTORE PRIVATE KEY"
	pemEncryptedOld = "ENCRYPTED COSIGN PRIVATE KEY"
)

// maxKeyFile bounds a key's file, in bytes.
const maxKeyFile = 64 << 10

// decodePEM reads the only block of a key file.
func decodePEM(text []byte) (*pem.Block, error) {
	if len(text) > maxKeyFile {
		return nil, malformedf("a key of %d bytes; at most %d are read", len(text), maxKeyFile)
	}
	block, rest := pem.Decode(text)
	if block == nil {
		return nil, malformedf("the key is not in PEM form")
	}
	if next, _ := pem.Decode(rest); next != nil {
		return nil, malformedf("the file holds several keys; give each a file of its own")
	}
	return block, nil
}

// ParsePublic reads a public key in PEM form (SubjectPublicKeyInfo), as cosign
// and OpenSSL write it. The error is around ErrMalformed.
func ParsePublic(text []byte) (*PublicKey, error) {
	block, err := decodePEM(text)
	if err != nil {
		return nil, err
	}
	switch block.Type {
	case pemPublic:
	case pemPrivate, pemEC, pemEncrypted, pemEncryptedOld:
		return nil, malformedf("this is a private key; give the public one")
	default:
		return nil, malformedf("a PEM block of type %.40q; want %q", block.Type, pemPublic)
	}
	key, err := x509.ParsePKIXPublicKey(block.Bytes)
	if err != nil {
		return nil, malformedf("public key: %v", err)
	}
	return newPublic(key)
}

// ParsePrivate reads a private key in PEM form: PKCS #8, SEC 1 (as OpenSSL
// writes EC keys), or the encrypted form that cosign writes. The passphrase is
// asked for that form alone, and its bytes are cleared after use.
//
// Errors: ErrMalformed, ErrPassphrase, and those of passphrase.
func ParsePrivate(text []byte, passphrase func() ([]byte, error)) (*PrivateKey, error) {
	block, err := decodePEM(text)
	if err != nil {
		return nil, err
	}
	der := block.Bytes
	switch block.Type {
	case pemPrivate:
	case pemEC:
		key, err := x509.ParseECPrivateKey(der)
		if err != nil {
			return nil, malformedf("private key: %v", err)
		}
		return newPrivate(key)
	case pemEncrypted, pemEncryptedOld:
		if der, err = unseal(der, passphrase); err != nil {
			return nil, err
		}
	case pemPublic:
		return nil, malformedf("this is a public key; give the private one")
	default:
		return nil, malformedf("a PEM block of type %.60q; want %q or %q", block.Type, pemPrivate, pemEncrypted)
	}
	key, err := x509.ParsePKCS8PrivateKey(der)
	if err != nil {
		return nil, malformedf("private key: %v", err)
	}
	return newPrivate(key)
}

// PEM is the key's file.
func (k *PublicKey) PEM() []byte {
	return pem.EncodeToMemory(&pem.Block{Type: pemPublic, Bytes: k.der})
}

// PEM is the key's file in the encrypted form that cosign reads. An empty
// passphrase protects from nobody, and cosign writes such files too.
func (k *PrivateKey) PEM(passphrase []byte) ([]byte, error) {
	der, err := x509.MarshalPKCS8PrivateKey(k.key)
	if err != nil {
		return nil, err
	}
	sealed, err := seal(der, passphrase)
	if err != nil {
		return nil, err
	}
	return pem.EncodeToMemory(&pem.Block{Type: pemEncrypted, Bytes: sealed}), nil
}

// PlainPEM is the key's file in PKCS #8, without any protection.
func (k *PrivateKey) PlainPEM() ([]byte, error) {
	der, err := x509.MarshalPKCS8PrivateKey(k.key)
	if err != nil {
		return nil, err
	}
	return pem.EncodeToMemory(&pem.Block{Type: pemPrivate, Bytes: der}), nil
}
