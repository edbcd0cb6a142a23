package jose

import (
	"fmt"
	"slices"
	"time"

	"github.com/sluiceproxy/sluice/sdk/jsonscan"
)

// Claims are a token's payload (RFC 7519, section 4).
type Claims struct {
	json          []byte
	exp, nbf, iat date
}

// newClaims reads what every request with the token needs.
func newClaims(json []byte) Claims {
	c := Claims{json: json}
	c.exp, c.nbf, c.iat = c.date("exp"), c.date("nbf"), c.date("iat")
	return c
}

// date is a NumericDate: seconds since 1970, with or without a fraction. err says
// what is wrong with one that is there.
type date struct {
	seconds float64
	there   bool
	err     error
}

// Get returns a claim by its name.
func (c *Claims) Get(name string) jsonscan.Value { return jsonscan.Get(c.json, name) }

// CheckTime returns ErrExpired where exp is not after now, ErrNotYet where nbf or
// iat is, both with skew in the token's favour, and ErrClaim where one of them is
// not a number. Each of them may be missing.
func (c *Claims) CheckTime(now time.Time, skew time.Duration) error {
	at, allowed := float64(now.UnixNano())/1e9, skew.Seconds()
	if c.exp.err != nil {
		return c.exp.err
	}
	if c.exp.there && at >= c.exp.seconds+allowed {
		return ErrExpired
	}
	for _, begin := range [...]*date{&c.nbf, &c.iat} {
		if begin.err != nil {
			return begin.err
		}
		if begin.there && at+allowed < begin.seconds {
			return ErrNotYet
		}
	}
	return nil
}

// date reads a claim that is one.
func (c *Claims) date(name string) (d date) {
	v := c.Get(name)
	if !v.Exists() {
		return d
	}
	d.there = true
	if v.Kind() != jsonscan.Number {
		d.err = fmt.Errorf("%w: %s is not a number", ErrClaim, name)
	} else if d.seconds, d.err = v.Float(); d.err != nil {
		d.err = fmt.Errorf("%w: %s is out of range", ErrClaim, name)
	}
	return d
}

// IssuedBy reports whether iss is this issuer.
func (c *Claims) IssuedBy(issuer string) bool {
	iss, err := c.Get("iss").Text()
	return err == nil && iss == issuer
}

// IsFor reports whether aud, a text or a list of them, has one of these.
func (c *Claims) IsFor(audiences []string) bool {
	aud := c.Get("aud")
	if one, err := aud.Text(); err == nil {
		return slices.Contains(audiences, one)
	}
	for v := range aud.Elements {
		if one, err := v.Text(); err == nil && slices.Contains(audiences, one) {
			return true
		}
	}
	return false
}
