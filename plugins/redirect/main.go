// Command redirect answers requests with a redirect: to another path, to another
// host, or to https. No client can make it lead elsewhere than the configuration
// says.
package main

import (
	"strings"

	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
	"github.com/sluiceproxy/sluice/sdk/wrapper"

	"github.com/sluiceproxy/sluice/plugins/internal/refuse"
)

func main() {}

func init() {
	wrapper.SetCtx(
		"redirect",
		wrapper.ParseTypedConfig[Config](),
		wrapper.ProcessRequestHeaders(onRequestHeaders),
	)
}

func onRequestHeaders(http wrapper.HttpContext, c Config) types.Action {
	method, path := http.Method(), http.Path()
	if method == "CONNECT" || !strings.HasPrefix(path, "/") {
		return types.HeaderContinue
	}
	if c.HTTPToHTTPS && !secure(http.Scheme()) {
		return c.toHTTPS(http.Host(), path)
	}
	for i := range c.Rules {
		if to, ok := c.Rules[i].location(path); ok {
			return answer(c.Rules[i].Status, to)
		}
	}
	return types.HeaderContinue
}

// secure reports whether the client came over TLS, as far as the gateway knows.
func secure(scheme string) bool {
	if proto, err := proxywasm.GetHttpRequestHeader("x-forwarded-proto"); err == nil {
		return strings.EqualFold(proto, "https")
	}
	return strings.EqualFold(scheme, "https")
}

// toHTTPS answers with the same URL on https.
func (c *Config) toHTTPS(authority, path string) types.Action {
	host, ok := c.secureHost(authority)
	if !ok {
		return refuse.With(refuse.Answer{Status: 400, Detail: "redirect.host"})
	}
	return answer(c.HTTPSStatus, "https://"+host+clean(path))
}

// answer sends the client to another URL.
func answer(status int, to string) types.Action {
	return refuse.With(refuse.Answer{
		Status: uint32(status), Detail: "redirect.to",
		Headers: [][2]string{{"location", to}},
	})
}
