// Command ip-restriction lets requests pass by the address that they come from.
package main

import (
	"net/netip"

	"github.com/sluiceproxy/sluice/sdk/log"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
	"github.com/sluiceproxy/sluice/sdk/wrapper"

	"github.com/sluiceproxy/sluice/plugins/internal/refuse"
)

func main() {}

func init() {
	wrapper.SetCtx(
		"ip-restriction",
		wrapper.ParseTypedConfig[Config](),
		wrapper.ProcessRequestHeaders(onHttpRequestHeaders),
	)
}

func onHttpRequestHeaders(_ wrapper.HttpContext, config Config) types.Action {
	addr, err := config.source.Addr()
	if err != nil {
		log.Warnf("refused: %v", err)
		return config.refuse("get_ip_failed")
	}
	if why := config.verdict(addr); why != "" {
		return config.refuse(why)
	}
	return types.HeaderContinue
}

// verdict says why an address may not pass, "" if it may.
func (c *Config) verdict(addr netip.Addr) string {
	switch listed := c.networks.Contains(addr); {
	case c.allowing && !listed:
		return "ip_not_allowed"
	case !c.allowing && listed:
		return "ip_denied"
	default:
		return ""
	}
}

func (c *Config) refuse(why string) types.Action {
	return refuse.With(refuse.Answer{
		Status: c.Status, Detail: "ip-restriction." + why,
		Headers: [][2]string{{"content-type", "application/json"}}, Body: c.body,
	})
}
