package main

import (
	"bytes"
	"errors"
	"strings"

	"github.com/tidwall/gjson"

	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/wrapper"
)

// config is what a request gets. The parsers note in it how they were called.
type config struct {
	name      string
	keys      string // of the object that was parsed
	inherited string // the global configuration's name, as a rule's parser got it
	began     string // "zero" where the parser got an empty configuration to fill
}

// beforeParsing turns rule isolation on where the configuration asks for it: the
// hook runs before any of it is parsed.
func beforeParsing(ctx wrapper.PluginContext) error {
	raw, err := proxywasm.GetPluginConfiguration()
	if err != nil {
		return nil //nolint:nilerr // there is none
	}
	if bytes.Contains(raw, []byte(`"isolated"`)) {
		ctx.EnableRuleLevelConfigIsolation()
	}
	if bytes.Contains(raw, []byte(`"refused early"`)) {
		return errors.New("the hook says no")
	}
	return nil
}

func parseGlobal(json gjson.Result, c *config) error {
	if json.Get("tick").Bool() {
		registerTicks()
	}
	return c.parse(json)
}

func parseRule(json gjson.Result, global config, c *config) error {
	c.begin()
	c.inherited = global.name
	return c.parse(json)
}

func (c *config) begin() {
	c.began = "used"
	if *c == (config{began: "used"}) {
		c.began = "zero"
	}
}

func (c *config) parse(json gjson.Result) error {
	c.name = json.Get("name").String()
	if c.name == "bad" {
		return errors.New("asked to refuse")
	}
	var keys []string
	json.ForEach(func(key, _ gjson.Result) bool {
		keys = append(keys, key.String())
		return true
	})
	c.keys = strings.Join(keys, " ")
	return nil
}

// registerTicks makes two counters count: one ten times a second, one once; behind
// a function that panics at its first ticks.
func registerTicks() {
	fast, slow := proxywasm.DefineCounterMetric("semantics_fast"), proxywasm.DefineCounterMetric("semantics_slow")
	panics := 3
	wrapper.RegisterTickFunc(100, func() {
		if panics--; panics >= 0 {
			panic("a tick that panics")
		}
	})
	wrapper.RegisterTickFunc(100, func() { fast.Increment(1) })
	wrapper.RegisterTickFunc(3_600_000, func() { slow.Increment(1) })
}
