package jose

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/sluiceproxy/sluice/test/josetest"
)

// Keys that must not be used, each with what is said about it.
func TestKeysThatAreIgnored(t *testing.T) {
	rsa, ec, hmac, ed := josetest.New("", "RS256"), josetest.New("", "ES256"), josetest.New("", "HS256"), josetest.New("", "EdDSA")
	short := josetest.HMAC("", "HS256", []byte("0123456789abcdef"))
	for jwk, says := range map[string]string{
		`7`:                                             "not an object",
		`{}`:                                            "kty is none of",
		`{"kty":"rsa"}`:                                 "kty is none of",
		`{"kty":7}`:                                     "kty is not a text",
		`{"kty":"oct"}`:                                 "k is missing",
		`{"kty":"oct","k":"a b"}`:                       "k is missing, or not base64url",
		`{"kty":"oct","k":""}`:                          "k is missing",
		short.JWK(`"alg":"HS256"`):                      "less than 32 bytes",
		hmac.JWK(`"alg":"HS512"`):                       "too short for alg HS512",
		hmac.JWK(`"alg":"RS256"`):                       "alg RS256 does not go with",
		hmac.JWK(`"alg":"A128KW"`):                      "alg is not one of a signature",
		hmac.JWK(`"alg":"none"`):                        "alg is not one of a signature",
		rsa.JWK(`"alg":"HS256"`):                        "alg HS256 does not go with",
		rsa.JWK(`"alg":"RSA-OAEP"`):                     "alg is not one of a signature",
		rsa.JWK(`"use":"enc"`):                          "use is not sig",
		rsa.JWK(`"use":7`):                              "use is not sig",
		rsa.JWK(`"key_ops":["sign"]`):                   "key_ops has no verify",
		rsa.JWK(`"key_ops":[]`):                         "key_ops has no verify",
		rsa.JWK(`"key_ops":"verify"`):                   "key_ops has no verify",
		rsa.JWK(`"kid":7`):                              "kid is not a text",
		`{"kty":"RSA","e":"AQAB"}`:                      "n is missing",
		`{"kty":"RSA","n":"AQAB"}`:                      "e is missing",
		modulus(1024, "AQAB"):                           "less than 2048 bits",
		modulus(16384, "AQAB"):                          "too long",
		modulus(2048, "AQ"):                             "e is not an odd number",
		modulus(2048, "Ag"):                             "e is not an odd number",
		modulus(2048, "AQAAAAAB"):                       "e is not an odd number",
		ec.JWK(`"alg":"ES384"`):                         "alg ES384 does not go with",
		`{"kty":"EC","crv":"P-224"}`:                    "crv is none of",
		`{"kty":"EC","crv":"P-256"}`:                    "x is missing",
		point(make([]byte, 32)):                         "no point of the curve",
		point([]byte{1}):                                "not the curve's length",
		coordinates(make([]byte, 31), make([]byte, 32)): "not the curve's length",
		coordinates(make([]byte, 32), make([]byte, 33)): "not the curve's length",
		modulus(8200, "AQAB"):                           "too long",
		modulus(2048, "gAAAAQ"):                         "e is not an odd number",
		josetest.HMAC("", "HS256", make([]byte, maxSymmetric+1)).JWK(): "too long",
		`{"kty":"OKP","crv":"X25519"}`:                                 "crv is not Ed25519",
		`{"kty":"OKP","crv":"Ed25519"}`:                                "x is missing",
		`{"kty":"OKP","crv":"Ed25519","x":"AAAA"}`:                     "x has not 32 bytes",
		ed.JWK(`"alg":"ES256"`):                                        "alg ES256 does not go with",
	} {
		s, err := ParseSet([]byte(`{"keys":[` + jwk + `]}`))
		if err != nil {
			t.Errorf("%s: %v", jwk, err)
			continue
		}
		if s.Len() != 0 || len(s.Ignored) != 1 || !strings.HasPrefix(s.Ignored[0], "key 0: ") || !strings.Contains(s.Ignored[0], says) {
			t.Errorf("%.80s: %q, want %q", jwk, s.Ignored, says)
		}
	}
}

// modulus is an RSA key with so many bits.
func modulus(bits int, e string) string {
	n := make([]byte, bits/8)
	n[0], n[len(n)-1] = 0x80, 1
	return fmt.Sprintf(`{"kty":"RSA","n":%q,"e":%q}`, josetest.Encode(n), e)
}

// point is an EC key with the same x and y.
func point(x []byte) string { return coordinates(x, x) }

func coordinates(x, y []byte) string {
	return fmt.Sprintf(`{"kty":"EC","crv":"P-256","x":%q,"y":%q}`, josetest.Encode(x), josetest.Encode(y))
}

// Keys that are as long or as short as they may be, and as many.
func TestKeysAtTheLimits(t *testing.T) {
	for _, jwk := range []string{
		modulus(2048, "AQAB"), modulus(8192, "AQAB"), modulus(2048, "Aw"), modulus(2048, "f____w"),
		josetest.HMAC("", "HS256", make([]byte, 32)).JWK(), josetest.HMAC("", "HS256", make([]byte, maxSymmetric)).JWK(),
	} {
		if s := setOf(t, jwk); s.Len() != 1 {
			t.Errorf("%.60s: %d keys", jwk, s.Len())
		}
	}
	key := josetest.New("", "HS256").JWK()
	if s := setOf(t, strings.Split(strings.Repeat(key+" ", MaxKeys-1)+key, " ")...); s.Len() != MaxKeys {
		t.Errorf("%d keys", s.Len())
	}
}

func TestKeysThatAreUsed(t *testing.T) {
	key := josetest.New("", "RS256")
	token, err := Parse(key.Sign(`{"alg":"RS256","kid":"1"}`, joe))
	if err != nil {
		t.Fatal(err)
	}
	for _, more := range []string{
		`"use":"sig"`, `"alg":"RS256"`, `"key_ops":["verify"]`, `"key_ops":["sign","verify"]`, `"x5c":["AAAA"]`, `"kid":"1"`, `"d":"AQAB"`,
	} {
		s := setOf(t, key.JWK(more))
		if err := verify(s, token); err != nil || !s.Has(token) {
			t.Errorf("%s: %v", more, err)
		}
	}
	for _, more := range []string{`"alg":"RS384"`, `"alg":"PS256"`, `"kid":"2"`} {
		s := setOf(t, key.JWK(more))
		if err := verify(s, token); !errors.Is(err, ErrNoKey) || s.Has(token) {
			t.Errorf("%s: %v", more, err)
		}
	}
}

func TestSetsThatAreRefused(t *testing.T) {
	key := josetest.New("", "HS256").JWK()
	for _, text := range []string{
		``, `[]`, `{}`, `{"keys":{}}`, `{"keys":null}`, `{"keys":[]`, `{"keys":[],"keys":[]}`, `null`, key,
		`{"keys":[` + strings.Repeat(key+",", MaxKeys) + key + `]}`,
		`{"keys":[]` + strings.Repeat(" ", MaxSet) + `}`,
		`{"keys":` + strings.Repeat("[", 100) + strings.Repeat("]", 100) + `}`,
	} {
		if _, err := ParseSet([]byte(text)); !errors.Is(err, ErrKeySet) {
			t.Errorf("%.40s: %v", text, err)
		}
	}
	if s := setOf(t); s.Len() != 0 {
		t.Error("an empty set has keys")
	}
}

// FuzzParseSet looks for texts that panic.
func FuzzParseSet(f *testing.F) {
	for _, alg := range []string{"HS256", "RS256", "ES256", "EdDSA"} {
		f.Add([]byte(josetest.Set(josetest.New("k", alg))))
	}
	f.Fuzz(func(_ *testing.T, text []byte) {
		if s, err := ParseSet(text); err == nil {
			_ = s.Len()
		}
	})
}

// BenchmarkVerify shows what a signature costs natively.
func BenchmarkVerify(b *testing.B) {
	for _, alg := range []string{"HS256", "RS256", "PS256", "ES256", "ES384", "ES512", "EdDSA"} {
		key := josetest.New("", alg)
		set, err := ParseSet([]byte(josetest.Set(key)))
		if err != nil {
			b.Fatal(err)
		}
		text := key.Token(`{"iss":"joe","sub":"s","exp":4102444800}`)
		b.Run(alg, func(b *testing.B) {
			for b.Loop() {
				token, err := Parse(text)
				budget := Budget(1)
				if err != nil || set.Verify(token, &budget) != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
