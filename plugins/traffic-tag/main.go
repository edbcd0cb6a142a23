// Command traffic-tag gives requests a header by what is in them, or by chance with
// given weights, for the gateway to choose a route by and for upstream to know.
package main

import (
	"math/rand/v2"

	"github.com/sluiceproxy/sluice/sdk/log"
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
	"github.com/sluiceproxy/sluice/sdk/wrapper"
)

func main() {}

func init() {
	wrapper.SetCtx(
		"traffic-tag",
		wrapper.ParseTypedConfig[Config](),
		wrapper.ProcessRequestHeaders(onRequestHeaders),
	)
}

func onRequestHeaders(_ wrapper.HttpContext, c Config) types.Action {
	headers, err := proxywasm.GetHttpRequestHeaders()
	if err != nil {
		log.Errorf("request headers: %v", err)
		return types.HeaderContinue
	}
	r := request(headers)
	t, found := c.tag(r, func() int { return rand.IntN(total) })
	if !found || !c.Overwrite && r.header(t.name) != "" {
		return types.HeaderContinue
	}
	if err := proxywasm.ReplaceHttpRequestHeader(t.name, t.value); err != nil {
		log.Errorf("tag %s: %v", t.name, err)
	}
	return types.HeaderContinue
}

// tag is a header.
type tag struct{ name, value string }

// tag returns the header that a request gets: of the first group whose conditions
// it fulfils, else by weight, else the default one. draw returns a number from 0 on,
// below 100.
func (c *Config) tag(r request, draw func() int) (tag, bool) {
	for i := range c.ConditionGroups {
		if g := &c.ConditionGroups[i]; g.matches(r) {
			return tag{g.HeaderName, string(g.HeaderValue)}, true
		}
	}
	if len(c.WeightGroups) > 0 {
		at := -1
		if c.WeightKey != nil {
			if value, ok := r.value(c.WeightKey.ConditionType, c.WeightKey.Key); ok {
				at = percentile(value)
			}
		}
		if at < 0 {
			at = draw()
		}
		for i := range c.WeightGroups {
			g := &c.WeightGroups[i]
			if at -= g.Weight; at < 0 {
				return tag{g.HeaderName, string(g.HeaderValue)}, true
			}
		}
	}
	t := tag{c.DefaultTagKey, string(c.DefaultTagVal)}
	return t, t.name != "" && t.value != ""
}
