package rules_test

import (
	"errors"
	"testing"

	"github.com/tidwall/gjson"

	"github.com/sluiceproxy/sluice/sdk/compat/emulator"
	"github.com/sluiceproxy/sluice/sdk/compat/rules"
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
	"github.com/sluiceproxy/sluice/sdk/wrapper"
)

type context struct {
	wrapper.PluginContext
	isolation bool
}

func (c context) IsRuleLevelConfigIsolation() bool { return c.isolation }

func parse(json gjson.Result, c *string) error {
	if json.Get("bad").Bool() {
		return errors.New("it is bad")
	}
	*c = json.Get("v").String()
	return nil
}

type stream struct {
	types.DefaultHttpContext
	matcher *rules.RuleMatcher[string]
}

func (s *stream) OnHttpRequestHeaders(int, bool) types.Action {
	config, err := s.matcher.GetMatchConfig()
	switch {
	case err != nil:
		proxywasm.LogError(err.Error())
	case config == nil:
		proxywasm.LogInfo("none")
	default:
		proxywasm.LogInfo(*config)
	}
	return types.ActionContinue
}

func TestMatch(t *testing.T) {
	var m rules.RuleMatcher[string]
	err := m.ParseRuleConfig(context{}, gjson.Parse(`{"v":"global","_rules_":[{"_match_domain_":["a.test"],"v":"host"},{"_match_route_":["r"],"v":"route"}]}`), parse, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ host, property, want string }{
		{"a.test:80", "", "host"}, {"b.test", "route_name", "route"}, {"b.test", "xds\x00route_name", "route"}, {"b.test", "", "global"},
	} {
		o := emulator.NewEmulatorOption().WithHttpContext(func(uint32) types.HttpContext { return &stream{matcher: &m} })
		switch c.property {
		case "":
		case "route_name":
			o.WithProperty([]string{"route_name"}, []byte("r"))
		default:
			o.WithProperty([]string{"xds", "route_name"}, []byte("r"))
		}
		h, reset := emulator.NewHostEmulator(o)
		h.CallOnRequestHeaders(h.InitializeHttpContext(), [][2]string{{":authority", c.host}}, true)
		if logs := h.GetInfoLogs(); len(logs) != 1 || logs[0] != c.want {
			t.Errorf("%s with %q: %q, want %s", c.host, c.property, logs, c.want)
		}
		reset()
	}
}

func TestParse(t *testing.T) {
	override := func(json gjson.Result, global string, c *string) error {
		*c = global + json.Get("v").String()
		return nil
	}
	for _, c := range []struct {
		json      string
		isolation bool
		ok        bool
	}{
		{`{}`, false, true}, {`{"v":"x"}`, false, true}, {`{"_rules_":[]}`, false, false},
		{`{"_rules_":[{"v":"x"}]}`, false, false}, {`{"_rules_":[{"v":"x"}]}`, true, false},
		{`{"_rules_":[{"_match_route_":["r"],"bad":true}]}`, false, false},
		{`{"_rules_":[{"_match_route_":["r"],"bad":true},{"_match_route_":["s"]}]}`, true, true}, {`{"bad":true}`, true, false},
	} {
		var m rules.RuleMatcher[string]
		if err := m.ParseRuleConfig(context{isolation: c.isolation}, gjson.Parse(c.json), parse, nil); (err == nil) != c.ok {
			t.Errorf("%s, isolation %v: %v", c.json, c.isolation, err)
		}
	}
	var m rules.RuleMatcher[string]
	if err := m.ParseRuleConfig(context{}, gjson.Parse(`{"v":"g","_rules_":[{"_match_route_":["r"],"v":"r"}]}`), parse, override); err != nil {
		t.Error(err)
	}
}
