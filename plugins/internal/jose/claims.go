package jose

import (
	"fmt"
	"slices"
	"time"

	"github.com/sluiceproxy/sluice/sdk/jsonscan"
)

// Claims are a token's payload (RFC 7519, section 4).
type Claims struct{ json []byte }

// Get returns a claim by its name.
func (c Claims) Get(name string) jsonscan.Value { return jsonscan.Get(c.json, name) }

// CheckTime returns ErrExpired where exp is not after now, ErrNotYet where nbf or
// iat is, both with skew in the token's favour, and ErrClaim where one of them is
// not a number. Each of them may be missing.
func (c Claims) CheckTime(now time.Time, skew time.Duration) error {
	at, allowed := float64(now.UnixNano())/1e9, skew.Seconds()
	if exp, there, err := c.date("exp"); err != nil {
		return err
	} else if there && at >= exp+allowed {
		return ErrExpired
	}
	for _, name := range [...]string{"nbf", "iat"} {
		if begin, there, err := c.date(name); err != nil {
			return err
		} else if there && at+allowed < begin {
			return ErrNotYet
		}
	}
	return nil
}

// date is a NumericDate: seconds since 1970, with or without a fraction.
func (c Claims) date(name string) (seconds float64, there bool, err error) {
	v := c.Get(name)
	if !v.Exists() {
		return 0, false, nil
	}
	if v.Kind() != jsonscan.Number {
		return 0, true, fmt.Errorf("%w: %s is not a number", ErrClaim, name)
	}
	if seconds, err = v.Float(); err != nil {
		return 0, true, fmt.Errorf("%w: %s is out of range", ErrClaim, name)
	}
	return seconds, true, nil
}

// IssuedBy reports whether iss is this issuer.
func (c Claims) IssuedBy(issuer string) bool {
	iss, err := c.Get("iss").Text()
	return err == nil && iss == issuer
}

// IsFor reports whether aud, a text or a list of them, has one of these.
func (c Claims) IsFor(audiences []string) bool {
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
