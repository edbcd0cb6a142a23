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
	claims   *jose.Claims
	at       place
}

// authenticate finds the first consumer whose token it is and who may pass. The
// error is the one of the consumer that came closest.
func (c *Config) authenticate(ctx context.Context, headers [][2]string, now time.Time) (*passed, error) {
	at, err := c.find(headers)
	if err != nil {
		return nil, err
	}
	tokens := reader{cache: c.cache}
	budget, closest := jose.Budget(maxSignatures), error(nil)
	for i := range c.Consumers {
		one := &c.Consumers[i]
		text, ok := one.token(at)
		if !ok {
			continue
		}
		token, err := tokens.read(text)
		if err == nil {
			err = one.verify(ctx, token, now, &budget)
		}
		if err == nil {
			c.cache.Keep(token)
			if c.Allows(one.Name) {
				return &passed{one, &token.Claims, at}, nil
			}
			err = errNotAllowed
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

// verify returns nil if the token is this consumer's. What is wrong with the claims
// is answered as a wrong signature is, so it comes first, being cheap; but only
// those who can sign learn that a token is over.
func (c *Consumer) verify(ctx context.Context, token *jose.Token, now time.Time, b *jose.Budget) error {
	if !c.issued(&token.Claims) {
		return errIssuer
	}
	if c.RequireExp && !token.Claims.Get("exp").Exists() {
		return fmt.Errorf("%w: exp is missing", jose.ErrClaim)
	}
	late := token.Claims.CheckTime(now, time.Duration(c.ClockSkewSeconds)*time.Second)
	if late != nil && !errors.Is(late, jose.ErrExpired) {
		return late
	}
	keys := c.keys
	if c.source != nil {
		var err error
		if keys, err = c.source.For(ctx, token); err != nil {
			return err
		}
	}
	if err := keys.Verify(token, b); err != nil {
		return err
	}
	return late
}

// issued reports whether the claims are those of the consumer's tokens.
func (c *Consumer) issued(claims *jose.Claims) bool {
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
