package filter

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/tidwall/gjson"

	"github.com/sluiceproxy/sluice/sdk/plugintest"
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
)

// limit is a configuration with a number.
type limit struct{ average int64 }

func parseLimit(json []byte) (limit, error) {
	c := limit{average: 1}
	for key, value := range gjson.ParseBytes(json).Map() {
		if key != "average" || value.Int() <= 0 {
			return c, errors.New(key + ": want average, above 0")
		}
		c.average = value.Int()
	}
	return c, nil
}

// limiter tells upstream its configuration.
type limiter struct {
	c *limit
	s *Stream
}

func (f *limiter) DecodeHeaders(_ context.Context, h *Headers, _ bool) Action {
	if err := h.Set("x-average", itoa(f.c.average)); err != nil {
		return Fail(err)
	}
	return Continue
}

func itoa(n int64) string {
	if n < 10 {
		return string(rune('0' + n))
	}
	return itoa(n/10) + itoa(n%10)
}

func newLimiter(c *limit, s *Stream) *limiter { return &limiter{c, s} }

// auth says that whoever has a key is that key's consumer.
type auth struct{ s *Stream }

func (f *auth) DecodeHeaders(_ context.Context, h *Headers, _ bool) Action {
	if err := f.s.SetConsumer(h.Get("x-key")); err != nil {
		return Fail(err)
	}
	return Continue
}

func newAuth(_ *struct{}, s *Stream) *auth { return &auth{s} }

// The example of HTNN's documents: so many for each consumer, as one bundle.
func TestConsumersHaveTheirConfiguration(t *testing.T) {
	const config = `{"auth":{},"limit":{},"_rules_":[
		{"_match_consumer_":["vip"],"limit":{"average":10}},
		{"_match_consumer_":["ops"],"_match_domain_":["a.test"],"limit":null},
		{"_match_consumer_":["root"],"auth":null},
		{"_match_consumer_":["member"],"auth":{}}]}`
	plugins := []Definition{Plugin("auth", nil, newAuth, Authenticates()), Plugin("limit", parseLimit, newLimiter)}
	h := bundled(t, config, plugins)
	for _, c := range []struct {
		key, claims, want, consumer string
	}{
		{"vip", "", "10", "vip"},
		{"member", "", "1", "member"},
		{"", "", "1", ""},
		{"ops", "", "", "ops"},
		{"", "vip", "1", ""}, // says so itself
		{"", "ops", "1", ""},
		{"", "root", "1", ""},
		{"member", "vip", "1", "member"},
		{"vip", "member", "10", "vip"},
	} {
		headers := append(get[:4:4], [2]string{"x-key", c.key})
		if c.claims != "" {
			headers = append(headers, [2]string{"x-mse-consumer", c.claims}, [2]string{"X-MSE-Consumer", c.claims})
		}
		up := h.Request(headers).Upstream.Headers
		if got := up.Get("x-average"); got != c.want || strings.Join(up.Values("x-mse-consumer"), ",") != c.consumer {
			t.Errorf("%+v: average %q, consumer %q", c, got, up.Values("x-mse-consumer"))
		}
	}
	// Without Authenticates a client is believed, as with any plugin.
	h = bundled(t, config, []Definition{Plugin("auth", nil, newAuth), Plugin("limit", parseLimit, newLimiter)}, ConsumerHeader("X-Who"))
	if got := h.Request(append(get[:4:4], [2]string{"x-who", "ops"}, [2]string{"x-key", "ops"})).Upstream.Headers.Get("x-average"); got != "" {
		t.Errorf("another header: average %q", got)
	}
}

func TestRulesOfABundle(t *testing.T) {
	override := WithOverride(func(parent limit, json []byte) (limit, error) {
		c, err := parseLimit(json)
		c.average += parent.average
		return c, err
	})
	for _, c := range []struct {
		config string
		option Option
		want   string
	}{
		{`{"limit":{"average":3}}`, nil, "3"},
		{`{"limit":{"average":3},"_rules_":[{"_match_domain_":["a.test"],"limit":{"average":5}}]}`, nil, "5"},
		{`{"limit":{"average":3},"_rules_":[{"_match_domain_":["a.test"],"limit":{}}]}`, nil, "1"},
		{`{"limit":{"average":3},"_rules_":[{"_match_domain_":["a.test"],"limit":{}}]}`, override, "4"},
		{`{"limit":{"average":3},"_rules_":[{"_match_domain_":["a.test"],"other":{}}]}`, nil, "3"},
		{`{"limit":{"average":3},"_rules_":[{"_match_domain_":["a.test"],"limit":null}]}`, nil, ""},
		{`{"_rules_":[{"_match_domain_":["a.test"],"limit":{"average":7}}]}`, override, "7"},
		{`{"_rules_":[{"_match_domain_":["b.test"],"limit":{"average":7}}]}`, nil, ""},
	} {
		h := bundled(t, c.config, []Definition{Plugin("limit", parseLimit, newLimiter, c.option), Plugin("other", nil, newAuth)})
		if got := h.Request(get).Upstream.Headers.Get("x-average"); got != c.want {
			t.Errorf("%s: %q, want %q", c.config, got, c.want)
		}
	}
}

func TestOnePlugin(t *testing.T) {
	for config, want := range map[string]string{
		``:              "1",
		`{}`:            "1",
		`{"average":3}`: "3",
		`{"average":3,"_rules_":[{"_match_domain_":["a.test"],"average":5}]}`:                "5",
		`{"average":3,"_rules_":[{"_match_domain_":["a.test"]}]}`:                            "1",
		`{"_rules_":[{"_match_consumer_":["x"],"average":5}]}`:                               "",
		`{"_plugin_id_":"i","_rules_":[{"_match_route_prefix_":"","_match_domain_":["*"]}]}`: "1",
	} {
		t.Cleanup(func() { proxywasm.SetPanicPolicy(nil) })
		Register(Plugin("limit", parseLimit, newLimiter))
		h := plugintest.New(t, plugintest.Options{Config: []byte(config)})
		if got := h.Request(get).Upstream.Headers.Get("x-average"); got != want {
			t.Errorf("%s: %q, want %q", config, got, want)
		}
	}
}

// What can't be used is refused, and the log says where.
func TestRefusedConfigurations(t *testing.T) {
	plugins := []Definition{Plugin("limit", parseLimit, newLimiter), Plugin("none", nil, newAuth)}
	for config, want := range map[string]string{
		`{"limits":{}}`:              `"limits" is no plugin of this bundle; it has limit, none`,
		`{"limit":{"average":0}}`:    "limit: average: want",
		`{"limit":{},"limit":{}}`:    "limit: is there more than once",
		`{"none":{"x":1}}`:           "none: the plugin has no configuration",
		`{"none":[]}`:                "none: the plugin has no configuration",
		`{"none":1}`:                 "none: the plugin has no configuration",
		`[1]`:                        "must be an object",
		`{"_rules_":[{"limit":{}}]}`: "_rules_[0]: a rule needs one of",
		`{"limit":{},"_rules_":[{"_match_consumer_":["a"],"limit":{"x":1}}]}`: "_rules_[0]: limit: x: want",
		`{"` + strings.Repeat("k", 100) + `":1}`:                              `"` + strings.Repeat("k", 40) + `…" is no`,
	} {
		Bundle("edge", plugins)
		h, err := plugintest.Start(t, plugintest.Options{Config: []byte(config)})
		if log := strings.Join(h.LogsAt(proxywasm.LogLevelError), "\n"); err == nil || !strings.Contains(log, want) {
			t.Errorf("%s: %v, log %s", config, err, log)
		}
	}
}

type silent struct{}

// What is wrong in the program is told when the gateway starts it.
func TestRefusedDefinitions(t *testing.T) {
	good := Plugin("a", nil, newAuth)
	for want, register := range map[string]func(){
		"none of the methods":      func() { Register(Plugin("x", nil, func(*struct{}, *Stream) *silent { return nil })) },
		"must return a pointer":    func() { Register(Plugin("x", nil, func(*struct{}, *Stream) any { return nil })) },
		"must not be empty":        func() { Register(Plugin("", nil, newAuth)) },
		"must not begin with _":    func() { Register(Plugin("_rules_", nil, newAuth)) },
		"create is nil":            func() { Register(Plugin[struct{}, *auth]("x", nil, nil)) },
		"two plugins are called a": func() { Bundle("b", []Definition{good, good}) },
		"it has no plugins":        func() { Bundle("b", nil) },
		"filter.Plugin did not":    func() { Bundle("b", []Definition{{}}) },
	} {
		register()
		h, err := plugintest.Start(t, plugintest.Options{})
		if log := strings.Join(h.LogsAt(proxywasm.LogLevelError), "\n"); err == nil || !strings.Contains(log, want) {
			t.Errorf("%s: %v, log %s", want, err, log)
		}
	}
}

// A broken rule keeps its last good form where the module asks for that.
func TestKeepBrokenRules(t *testing.T) {
	rule := func(n string) string {
		return `{"limit":{"average":3},"_rules_":[{"_match_domain_":["a.test"],"limit":{"average":` + n + `}}]}`
	}
	h := bundled(t, rule("5"), []Definition{Plugin("limit", parseLimit, newLimiter)}, KeepBrokenRules())
	if err := h.Configure([]byte(rule("0"))); err != nil {
		t.Fatal(err)
	}
	if got := h.Request(get).Upstream.Headers.Get("x-average"); got != "5" {
		t.Errorf("average %s", got)
	}
	if n, _ := h.Counter("sluice_rules_kept_last_good"); n != 1 {
		t.Errorf("counted %d", n)
	}
}

// Taking a configuration apart neither panics nor loses keys of the plugin.
func FuzzConfig(f *testing.F) {
	for _, s := range []string{`{}`, all, `{"limit":{"average":3},"_rules_":[]}`, `{"a":null}`, `[`, `{"_match_x":1,"b":"}"}`} {
		f.Add([]byte(s))
	}
	b := &bundle{plugins: []Definition{Plugin("limit", parseLimit, newLimiter), Plugin("none", nil, newAuth)}}
	f.Fuzz(func(t *testing.T, json []byte) {
		var c, rule chain
		if b.parse(json, &c) == nil {
			_ = b.parseRule(json, c, &rule)
		}
		if !gjson.ValidBytes(json) {
			return
		}
		left := withoutRuleKeys(json)
		if !gjson.ValidBytes(left) {
			t.Errorf("%s became %s", json, left)
		}
		isEmptyObject(left)
	})
}
