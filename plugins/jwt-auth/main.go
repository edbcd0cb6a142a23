// Command jwt-auth lets requests pass that have a JSON Web Token (RFC 7519) of a
// known consumer, and tells upstream who that is.
package main

import (
	"context"
	"errors"
	"time"

	"github.com/sluiceproxy/sluice/sdk/log"
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
	"github.com/sluiceproxy/sluice/sdk/wrapper"

	"github.com/sluiceproxy/sluice/plugins/internal/consumer"
	"github.com/sluiceproxy/sluice/plugins/internal/jwks"
)

func main() {}

func init() {
	wrapper.SetCtx(
		"jwt-auth",
		wrapper.ParseTypedOverrideConfig[Config](),
		wrapper.HandleRequestHeaders(onRequestHeaders),
	)
}

func onRequestHeaders(ctx context.Context, _ wrapper.HttpContext, c Config) types.Action {
	headers, err := proxywasm.GetHttpRequestHeaders()
	if err != nil {
		return broken(err)
	}
	if err := c.stripClaimHeaders(headers); err != nil {
		return broken(err)
	}
	if !c.Required() {
		return consumer.Pass()
	}
	p, err := c.authenticate(ctx, headers, time.Now())
	switch {
	case errors.Is(err, errMissing):
		return unauthorized("token_missing", "Jwt missing", "")
	case errors.Is(err, errSeveral):
		return unauthorized("several_tokens", "Jwt more than once", "invalid_request")
	case errors.Is(err, errNotAllowed):
		return forbidden()
	case errors.Is(err, jwks.ErrUnavailable):
		return unavailable()
	case errors.Is(err, errExpired):
		return unauthorized("token_expired", "Jwt expired", "invalid_token")
	case err != nil:
		log.Debugf("refused: %v", err)
		return unauthorized("verification_failed", "Jwt verification fails", "invalid_token")
	}
	return p.pass(headers)
}
