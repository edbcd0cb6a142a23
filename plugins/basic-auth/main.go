// Command basic-auth lets requests pass that carry a user's name and password as
// RFC 7617 has it, and says to upstream whose they are.
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
		"basic-auth",
		wrapper.ParseTypedOverrideConfig[Config](),
		wrapper.ProcessRequestHeaders(onHttpRequestHeaders),
	)
}

func onHttpRequestHeaders(_ wrapper.HttpContext, config Config) types.Action {
	if !config.Required() {
		return consumer.Pass()
	}
	user, password, err := credentials()
	if errors.Is(err, errNone) {
		return config.refuse(401, "no_auth_data", "No Basic Authentication information found.")
	}
	var name string
	if err == nil {
		name, err = config.users.identify(user, password)
	}
	if err != nil {
		return config.refuse(401, "bad_credential", "Invalid username and/or password.")
	}
	if !config.Allows(name) {
		return config.refuse(403, "unauthorized", "Unauthorized consumer.")
	}
	if config.HideCredentials {
		if err := proxywasm.RemoveHttpRequestHeader("authorization"); err != nil {
			log.Errorf("hide the credentials: %v", err)
			return refuse.With(refuse.Answer{Status: 500, Detail: "basic-auth.hide"})
		}
	}
	return consumer.PassAs(name)
}

func (c *Config) refuse(status uint32, detail, why string) types.Action {
	return refuse.With(refuse.Answer{
		Status: status, Detail: "basic-auth." + detail,
		Headers: [][2]string{{"WWW-Authenticate", c.challenge}},
		Body:    "Request denied by Basic Auth check. " + why,
	})
}
