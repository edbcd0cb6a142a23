// Command key-auth lets requests pass that carry an API key, in a header or in the
// query, and says to upstream whose key it is.
package main

import (
	"errors"

	"github.com/sluiceproxy/sluice/sdk/log"
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
	"github.com/sluiceproxy/sluice/sdk/wrapper"

	"github.com/sluiceproxy/sluice/plugins/internal/consumer"
	"github.com/sluiceproxy/sluice/plugins/internal/refuse"
)

func main() {}

func init() {
	wrapper.SetCtx(
		"key-auth",
		wrapper.ParseTypedOverrideConfig[Config](),
		wrapper.ProcessRequestHeaders(onHttpRequestHeaders),
	)
}

// Why a request is refused.
var (
	errNoKey   = errors.New("No Key Authentication information found.")    //nolint:staticcheck // a sentence of the answer
	errSeveral = errors.New("Multi Key Authentication information found.") //nolint:staticcheck // likewise
	errUnknown = errors.New("Invalid API key.")                            //nolint:staticcheck // likewise

	errMalformed = errors.New("Malformed request target.") //nolint:staticcheck // likewise
	errForbidden = errors.New("Unauthorized consumer.")    //nolint:staticcheck // likewise
)

func onHttpRequestHeaders(_ wrapper.HttpContext, config Config) types.Action {
	if !config.Required() {
		return consumer.Pass()
	}
	headers, err := proxywasm.GetHttpRequestHeaders()
	if err != nil {
		log.Errorf("request headers: %v", err)
		return config.refuse(401, "no_key", errNoKey)
	}
	name, err := config.identify(headers)
	switch {
	case errors.Is(err, errSeveral):
		return config.refuse(401, "multi_key", err)
	case errors.Is(err, errNoKey):
		return config.refuse(401, "no_key", err)
	case errors.Is(err, errMalformed):
		return config.refuse(400, "malformed", err)
	case err != nil:
		return config.refuse(401, "invalid_key", errUnknown)
	case !config.Allows(name):
		return config.refuse(403, "unauthorized", errForbidden)
	}
	if config.HideCredentials {
		if err := config.hide(headers); err != nil {
			log.Errorf("hide the key: %v", err)
			return refuse.With(refuse.Answer{Status: 500, Detail: "key-auth.hide"})
		}
	}
	return consumer.PassAs(name)
}

func (c *Config) refuse(status uint32, detail string, why error) types.Action {
	return refuse.With(refuse.Answer{
		Status: status, Detail: "key-auth." + detail,
		Headers: [][2]string{{"WWW-Authenticate", "Key realm=" + c.Realm}},
		Body:    "Request denied by Key Auth check. " + why.Error(),
	})
}
