package jose

import (
	"crypto/rsa"
	"errors"
	"math/big"
)

var errTooLong = errors.New("too long")

// Bits that the modulus of an RSA key may have: RFC 7518 asks for 2048, and a
// verification's time grows with the square.
const (
	minModulus = 2048
	maxModulus = 8192
)

// rsaKey is an RSA key.
type rsaKey struct{ public *rsa.PublicKey }

func (m members) rsa() (verifier, error) {
	n, err := m.bytes("n")
	if err != nil {
		return nil, err
	}
	e, err := m.bytes("e")
	if err != nil {
		return nil, err
	}
	modulus, exponent := new(big.Int).SetBytes(n), new(big.Int).SetBytes(e)
	switch bits := modulus.BitLen(); {
	case bits < minModulus:
		return nil, errors.New("n has less than 2048 bits (RFC 7518)")
	case bits > maxModulus:
		return nil, errTooLong
	case modulus.Bit(0) == 0:
		return nil, errors.New("n is even")
	case exponent.BitLen() > 31 || exponent.Bit(0) == 0 || exponent.Int64() < 3:
		return nil, errors.New("e is not an odd number from 3 on, below 2^31")
	}
	return rsaKey{&rsa.PublicKey{N: modulus, E: int(exponent.Int64())}}, nil
}

func (rsaKey) takes(algorithm) bool { return true }

// checks verifies PKCS #1 v1.5 or PSS, whose salt is as long as the hash (RFC
// 7518, section 3.5).
func (k rsaKey) checks(a algorithm, text string, signature []byte) bool {
	sum := digest(a.hash, text)
	if a.pss {
		options := &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash}
		return rsa.VerifyPSS(k.public, a.hash, sum, signature, options) == nil
	}
	return rsa.VerifyPKCS1v15(k.public, a.hash, sum, signature) == nil
}
