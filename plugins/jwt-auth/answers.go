package main

import (
	"github.com/sluiceproxy/sluice/sdk/log"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"

	"github.com/sluiceproxy/sluice/plugins/internal/refuse"
)

// unauthorized answers 401. code is an error of RFC 6750, section 3.1, or "".
func unauthorized(detail, body, code string) types.Action {
	challenge := `Bearer realm="MSE Gateway"`
	if code != "" {
		challenge += `, error="` + code + `"`
	}
	return refuse.With(refuse.Answer{
		Status: 401, Detail: "jwt-auth." + detail, Body: body,
		Headers: [][2]string{{"www-authenticate", challenge}},
	})
}

// forbidden answers a consumer that may not pass here.
func forbidden() types.Action {
	return refuse.With(refuse.Answer{Status: 403, Detail: "jwt-auth.unauthorized_consumer", Body: "Access Denied"})
}

// unavailable answers as long as there are no keys to verify tokens with.
func unavailable() types.Action {
	return refuse.With(refuse.Answer{
		Status: 503, Detail: "jwt-auth.no_keys", Body: "Jwt can't be verified now",
		Headers: [][2]string{{"retry-after", "1"}},
	})
}

// broken answers where the gateway refused a call that a decision needs.
func broken(err error) types.Action {
	log.Errorf("jwt-auth: %v", err)
	return refuse.With(refuse.Answer{Status: 500, Detail: "jwt-auth.broken"})
}
