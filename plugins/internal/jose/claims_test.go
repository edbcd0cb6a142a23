package jose

import (
	"errors"
	"fmt"
	"testing"
	"time"
)

func TestTimes(t *testing.T) {
	now, skew := time.Unix(1_000_000, 0), time.Minute
	for claims, want := range map[string]error{
		`{}`:                                 nil,
		`{"exp":1000000}`:                    nil,
		`{"exp":999941}`:                     nil,
		`{"exp":999940}`:                     ErrExpired, // now must be before, not at
		`{"exp":999940.5}`:                   nil,
		`{"exp":1}`:                          ErrExpired,
		`{"exp":-1}`:                         ErrExpired,
		`{"exp":0}`:                          ErrExpired,
		`{"exp":1e99}`:                       nil,
		`{"exp":1e999}`:                      ErrClaim,
		`{"exp":"1000000"}`:                  ErrClaim,
		`{"exp":null}`:                       ErrClaim,
		`{"exp":[2000000]}`:                  ErrClaim,
		`{"exp":true}`:                       ErrClaim,
		`{"nbf":1000060}`:                    nil,
		`{"nbf":1000061}`:                    ErrNotYet,
		`{"nbf":"0"}`:                        ErrClaim,
		`{"iat":1000060}`:                    nil,
		`{"iat":1000061}`:                    ErrNotYet,
		`{"iat":{}}`:                         ErrClaim,
		`{"iat":1,"nbf":1,"exp":2000000}`:    nil,
		`{"iat":1,"nbf":1000100,"exp":1}`:    ErrExpired,
		`{"EXP":1}`:                          nil, // another claim
		`{"\u0065xp":1}`:                     ErrExpired,
		fmt.Sprintf(`{"exp":%d}`, 1<<62):     nil,
		`{"exp":99999999999999999999999999}`: nil,
	} {
		c := newClaims([]byte(claims))
		if err := c.CheckTime(now, skew); !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", claims, err, want)
		}
	}
	c := newClaims([]byte(`{"exp":1000000}`))
	if err := c.CheckTime(now, 0); !errors.Is(err, ErrExpired) {
		t.Errorf("without a skew: %v", err)
	}
}

func TestIssuerAndAudience(t *testing.T) {
	for claims, want := range map[string][2]bool{
		`{"iss":"a","aud":"x"}`:       {true, true},
		`{"iss":"a","aud":["z","y"]}`: {true, true},
		`{"iss":"A","aud":["z"]}`:     {},
		`{"iss":["a"],"aud":[["x"]]}`: {},
		`{"iss":1,"aud":{"x":1}}`:     {},
		`{"iss":null,"aud":null}`:     {},
		`{"aud":[]}`:                  {},
		`{"aud":[1,"x"]}`:             {false, true},
		`{}`:                          {},
	} {
		c := newClaims([]byte(claims))
		if got := [2]bool{c.IssuedBy("a"), c.IsFor([]string{"x", "y"})}; got != want {
			t.Errorf("%s: %v, want %v", claims, got, want)
		}
	}
}
