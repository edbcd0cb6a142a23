// Command key-auth lets requests pass that carry an API key, in a header or in the
// query, and says to upstream whose key it is.
package main

import (
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

// refusal is why a request may not pass.
type refusal struct {
	status      uint32
	detail, why string
}

var (
	noKey     = &refusal{401, "no_key", "No Key Authentication information found."}
	several   = &refusal{401, "multi_key", "Multi Key Authentication information found."}
	unknown   = &refusal{401, "invalid_key", "Invalid API key."}
	malformed = &refusal{400, "malformed", "Malformed request target."}
	forbidden = &refusal{403, "unauthorized", "Unauthorized consumer."}
)

func onHttpRequestHeaders(_ wrapper.HttpContext, config Config) types.Action {
	if !config.Required() {
		return consumer.Pass()
	}
	headers, err := proxywasm.GetHttpRequestHeaders()
	if err != nil {
		log.Errorf("request headers: %v", err)
		return config.refuse(noKey)
	}
	name, why := config.identify(headers)
	if why == nil && !config.Allows(name) {
		why = forbidden
	}
	if why != nil {
		return config.refuse(why)
	}
	if config.HideCredentials {
		if err := config.hide(headers); err != nil {
			log.Errorf("hide the key: %v", err)
			return refuse.With(refuse.Answer{Status: 500, Detail: "key-auth.hide"})
		}
	}
	return consumer.PassAs(name)
}

func (c *Config) refuse(r *refusal) types.Action {
	return refuse.With(refuse.Answer{
		Status: r.status, Detail: "key-auth." + r.detail,
		Headers: [][2]string{{"WWW-Authenticate", "Key realm=" + c.Realm}},
		Body:    "Request denied by Key Auth check. " + r.why,
	})
}
