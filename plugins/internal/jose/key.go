package jose

import (
	"errors"
	"fmt"
	"slices"

	"github.com/sluiceproxy/sluice/sdk/jsonscan"
)

// key is a JWK that can verify signatures.
type key struct {
	kid, kty, curve, alg string
	thumbprint           thumbprint
	verifier
}

// verifier is the part of a key that depends on its type.
type verifier interface {
	// checks reports whether the signature of the text is this key's.
	checks(a algorithm, text string, signature []byte) bool
	// takes reports whether the key is good enough for the algorithm, whose kty
	// and curve are its own.
	takes(a algorithm) bool
}

// fits reports whether the key may verify the token: their kid, if both have
// one, their types and the key's alg must agree.
func (k *key) fits(t *Token) bool {
	a := t.algorithm
	return (k.kid == "" || t.Kid == "" || k.kid == t.Kid) &&
		k.kty == a.kty && k.curve == a.curve &&
		(k.alg == "" || k.alg == a.name) && k.takes(a)
}

// parseKey reads one JWK. Errors name members and never values.
func parseKey(v jsonscan.Value) (*key, error) {
	if v.Kind() != jsonscan.Object {
		return nil, errors.New("not an object")
	}
	m := members(v.Raw())
	k := &key{}
	var err error
	for name, to := range map[string]*string{"kid": &k.kid, "kty": &k.kty, "alg": &k.alg} {
		if *to, err = m.text(name); err != nil {
			return nil, err
		}
	}
	if err := m.mayVerify(); err != nil {
		return nil, err
	}
	if k.verifier, k.curve, err = m.verifier(k.kty); err != nil {
		return nil, err
	}
	if k.thumbprint, err = m.thumbprint(k.kty); err != nil {
		return nil, err
	}
	return k, k.checkAlg()
}

// checkAlg refuses an alg that the key can't have.
func (k *key) checkAlg() error {
	if k.alg == "" {
		return nil
	}
	a, known := algorithmOf(k.alg)
	switch {
	case !known:
		return errors.New("alg is not one of a signature")
	case a.kty != k.kty || a.curve != k.curve:
		return fmt.Errorf("alg %s does not go with its kty or crv", a.name)
	case !k.takes(a):
		return fmt.Errorf("too short for alg %s (RFC 7518)", a.name)
	}
	return nil
}

// members are those of a JWK.
type members []byte

// text returns a member that is a text, or "" where there is none.
func (m members) text(name string) (string, error) {
	v := jsonscan.Get(m, name)
	if !v.Exists() {
		return "", nil
	}
	s, err := v.Text()
	if err != nil {
		return "", fmt.Errorf("%s is not a text", name)
	}
	return s, nil
}

// bytes returns a member that is base64url and must be there.
func (m members) bytes(name string) ([]byte, error) {
	s, err := m.text(name)
	if err != nil {
		return nil, err
	}
	raw, ok := decode(s)
	if !ok || len(raw) == 0 {
		return nil, fmt.Errorf("%s is missing, or not base64url", name)
	}
	return raw, nil
}

// mayVerify looks at use and key_ops (RFC 7517, sections 4.2 and 4.3).
func (m members) mayVerify() error {
	if use, err := m.text("use"); err != nil || (use != "" && use != "sig") {
		return errors.New("use is not sig")
	}
	ops := jsonscan.Get(m, "key_ops")
	if !ops.Exists() {
		return nil
	}
	verifies := func(v jsonscan.Value) bool { s, err := v.Text(); return err == nil && s == "verify" }
	if ops.Kind() != jsonscan.List || !slices.ContainsFunc(ops.Array(), verifies) {
		return errors.New("key_ops has no verify")
	}
	return nil
}

// verifier makes the part that depends on kty.
func (m members) verifier(kty string) (v verifier, curve string, err error) {
	switch kty {
	case "oct":
		v, err = m.symmetric()
	case "RSA":
		v, err = m.rsa()
	case "EC":
		return m.ec()
	case "OKP":
		return m.okp()
	default:
		err = errors.New("kty is none of oct, RSA, EC, OKP")
	}
	return v, "", err
}
