package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/sluiceproxy/sluice/plugins/internal/jose"
)

// Why a request does not pass, besides the errors of package jose.
var (
	errMissing    = errors.New("no token")
	errSeveral    = errors.New("more than one token")
	errNotAllowed = errors.New("the consumer may not pass here")
	errIssuer     = errors.New("another issuer, audience or claim")
	errExpired    = jose.ErrExpired
)

// maxSignatures is how many signatures are computed for one request at most: a
// token without kid may fit several keys of several consumers.
const maxSignatures = 8

// passed is a request that may go on.
type passed struct {
	consumer *Consumer
	claims   jose.Claims
	at       place
}

// authenticate finds the first consumer whose token it is and who may pass. The
// error is the one of the consumer that came closest.
func (c *Config) authenticate(ctx context.Context, headers [][2]string, now time.Time) (*passed, error) {
	at, err := c.find(headers)
	if err != nil {
		return nil, err
	}
	budget, closest := jose.Budget(maxSignatures), error(nil)
	for i := range c.Consumers {
		one := &c.Consumers[i]
		text, ok := one.token(at)
		if !ok {
			continue
		}
		claims, err := one.verify(ctx, text, now, &budget)
		if err == nil && !c.Allows(one.Name) {
			err = errNotAllowed
		}
		if err == nil {
			return &passed{one, claims, at}, nil
		}
		if ctx.Err() != nil {
			return nil, err
		}
		if rank(err) >= rank(closest) {
			closest = err
		}
	}
	return nil, closest
}

// rank is how close to passing a request was.
func rank(err error) int {
	switch {
	case err == nil, errors.Is(err, errMissing):
		return 0
	case errors.Is(err, errNotAllowed):
		return 4
	case errors.Is(err, jose.ErrExpired):
		return 3
	case errors.Is(err, jose.ErrMalformed), errors.Is(err, jose.ErrNoKey), errors.Is(err, jose.ErrSignature), errors.Is(err, errIssuer):
		return 1
	default:
		return 2
	}
}

// verify returns the claims of the token if it is this consumer's. The signature
// is looked at before the time, so that only those who can sign learn of that.
func (c *Consumer) verify(ctx context.Context, text string, now time.Time, b *jose.Budget) (claims jose.Claims, err error) {
	if text == "" {
		return claims, errMissing
	}
	token, err := jose.Parse(text)
	if err != nil {
		return claims, err
	}
	if !c.issued(token.Claims) {
		return claims, errIssuer
	}
	keys := c.keys
	if c.source != nil {
		if keys, err = c.source.For(ctx, token); err != nil {
			return claims, err
		}
	}
	if err := keys.Verify(token, b); err != nil {
		return claims, err
	}
	if c.RequireExp && !token.Claims.Get("exp").Exists() {
		return claims, fmt.Errorf("%w: exp is missing", jose.ErrClaim)
	}
	return token.Claims, token.Claims.CheckTime(now, time.Duration(c.ClockSkewSeconds)*time.Second)
}

// issued reports whether the claims are those of the consumer's tokens.
func (c *Consumer) issued(claims jose.Claims) bool {
	if c.Issuer != "" && !claims.IssuedBy(c.Issuer) {
		return false
	}
	if len(c.Audiences) > 0 && !claims.IsFor(c.Audiences) {
		return false
	}
	for name, want := range c.Claims {
		if got, err := claims.Get(name).Text(); err != nil || got != want {
			return false
		}
	}
	return true
}
