package jose

import (
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"errors"
	"math/big"
)

// ecKey is a key of ECDSA on a curve of NIST.
type ecKey struct {
	public *ecdsa.PublicKey
	size   int // bytes of a coordinate
}

// ec reads a key and refuses a point that is not on its curve.
func (m members) ec() (verifier, string, error) {
	curve, err := m.text("crv")
	if err != nil {
		return nil, "", err
	}
	var points ecdh.Curve
	k := ecKey{public: &ecdsa.PublicKey{}}
	switch curve {
	case "P-256":
		points, k.public.Curve, k.size = ecdh.P256(), elliptic.P256(), 32
	case "P-384":
		points, k.public.Curve, k.size = ecdh.P384(), elliptic.P384(), 48
	case "P-521":
		points, k.public.Curve, k.size = ecdh.P521(), elliptic.P521(), 66
	default:
		return nil, "", errors.New("crv is none of P-256, P-384, P-521")
	}
	x, err := m.bytes("x")
	if err != nil {
		return nil, "", err
	}
	y, err := m.bytes("y")
	if err != nil {
		return nil, "", err
	}
	if len(x) != k.size || len(y) != k.size {
		return nil, "", errors.New("x or y has not the curve's length (RFC 7518, section 6.2.1.2)")
	}
	point := append(append([]byte{4}, x...), y...)
	if _, err := points.NewPublicKey(point); err != nil {
		return nil, "", errors.New("x and y are no point of the curve")
	}
	k.public.X, k.public.Y = new(big.Int).SetBytes(x), new(big.Int).SetBytes(y)
	return k, curve, nil
}

func (ecKey) takes(algorithm) bool { return true }

// checks takes a signature as two numbers of the curve's length (RFC 7518,
// section 3.4).
func (k ecKey) checks(a algorithm, text string, signature []byte) bool {
	if len(signature) != 2*k.size {
		return false
	}
	r, s := new(big.Int).SetBytes(signature[:k.size]), new(big.Int).SetBytes(signature[k.size:])
	return ecdsa.Verify(k.public, digest(a.hash, text), r, s)
}

// edKey is a key of Ed25519 (RFC 8037).
type edKey ed25519.PublicKey

func (m members) okp() (verifier, string, error) {
	curve, err := m.text("crv")
	if err != nil || curve != "Ed25519" {
		return nil, "", errors.New("crv is not Ed25519")
	}
	x, err := m.bytes("x")
	if err == nil && len(x) != ed25519.PublicKeySize {
		err = errors.New("x has not 32 bytes")
	}
	return edKey(x), curve, err
}

func (edKey) takes(algorithm) bool { return true }

func (k edKey) checks(_ algorithm, text string, signature []byte) bool {
	return ed25519.Verify(ed25519.PublicKey(k), []byte(text), signature)
}
