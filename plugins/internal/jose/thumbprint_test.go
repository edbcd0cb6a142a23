package jose

import (
	"testing"

	"github.com/sluiceproxy/sluice/test/josetest"
)

// The examples of RFC 7638, section 3.1, and RFC 8037, appendix A.3.
func TestThumbprints(t *testing.T) {
	for _, c := range []struct{ jwk, want string }{
		{
			`{"kty":"RSA","n":"0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw","e":"AQAB","alg":"RS256","kid":"2011-04-29"}`,
			"NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs",
		},
		{`{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}`, "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"},
	} {
		k := setOf(t, c.jwk).keys[0]
		if got := josetest.Encode(k.thumbprint[:]); got != c.want {
			t.Errorf("%.40s: %s, want %s", c.jwk, got, c.want)
		}
	}
}

// A thumbprint is that of the numbers: another number has another one, another kid
// or use the same.
func TestThumbprintsAreOfTheNumbers(t *testing.T) {
	seen := map[thumbprint]string{}
	for _, alg := range kinds {
		for range 2 {
			key := josetest.New("", alg)
			k := setOf(t, key.JWK()).keys[0]
			if other, twice := seen[k.thumbprint]; twice {
				t.Errorf("keys of %s and %s have one thumbprint", alg, other)
			}
			seen[k.thumbprint] = alg
			if named := setOf(t, key.JWK(`"kid":"x"`, `"use":"sig"`, `"alg":"`+alg+`"`)).keys[0]; named.thumbprint != k.thumbprint {
				t.Errorf("%s: a name makes another thumbprint", alg)
			}
		}
	}
	one := josetest.New("", "ES256").JWK()
	x, y := setOf(t, one).keys[0], setOf(t, one).keys[0]
	if x == y || x.thumbprint != y.thumbprint {
		t.Error("a key that is read again has another thumbprint")
	}
}
