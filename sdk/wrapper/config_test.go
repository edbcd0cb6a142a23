package wrapper

import (
	"errors"
	"strings"
	"testing"

	"github.com/tidwall/gjson"

	"github.com/sluiceproxy/sluice/sdk/internal/abi"
	"github.com/sluiceproxy/sluice/sdk/jsoncheck"
	"github.com/sluiceproxy/sluice/sdk/log"
	"github.com/sluiceproxy/sluice/sdk/plugintest"
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
)

// answer returns what a plugin with a configuration answers for a request, ""
// where it lets it pass.
func answer(t *testing.T, config, host, route, cluster string, options ...CtxOption[settings]) string {
	t.Helper()
	properties := map[string]string{}
	if route != "" {
		properties["xds.route_name"] = route
	}
	if cluster != "" {
		properties["xds.cluster_name"] = cluster
	}
	h := start(t, plugintest.Options{Config: []byte(config), Properties: properties},
		append(options, ProcessRequestHeaders(answerWith))...)
	ex := h.Request(requestTo("GET", host, "/"))
	if ex.Reply == nil {
		return ""
	}
	return string(ex.Reply.Body)
}

func TestRules(t *testing.T) {
	const svc = "outbound|80||svc.dns"
	for _, c := range []struct{ config, host, route, cluster, want string }{
		{`{"name":"g"}`, "a", "", "", "g"},
		{`{"name":"g","_rules_":[]}`, "a", "", "", "g"},
		{`{"name":"g","_rules_":[{"_match_domain_":["a"],"name":"d"}]}`, "a:80", "", "", "d"},
		{`{"name":"g","_rules_":[{"_match_domain_":["a"],"name":"d"}]}`, "b", "", "", "g"},
		{`{"_rules_":[{"_match_domain_":["a"],"name":"d"}]}`, "b", "", "", ""},
		{`{"_rules_":{"_match_domain_":"a","name":"d"}}`, "a", "", "", "d"},
		{`{"_rules_":[{"_match_service_":["svc.dns:80"],"name":"s"}]}`, "a", "r", svc, "s"},
		{`{"_rules_":[{"_match_service_":["svc.dns:81"],"name":"s"}]}`, "a", "r", svc, ""},
		{`{"_rules_":[{"_match_service_":["svc.dns"],"_match_route_":["r"],"name":"b"}]}`, "a", "r", svc, "b"},
		{`{"_rules_":[{"_match_service_":["svc.dns"],"_match_route_":["r"],"name":"b"}]}`, "a", "r", "", ""},
		{`{"_rules_":[{"_match_service_":["svc.dns"],"_match_route_":["r"],"name":"b"}]}`, "a", "", svc, ""},
		{`{"_rules_":[{"_match_route_prefix_":["r/"],"name":"p"}]}`, "a", "r/1", "", "p"},
		{`{"_rules_":[{"_match_route_":["x"],"_match_domain_":["a"],"name":"r"}]}`, "a", "y", "", ""}, // the domain is ignored
		{`{"_rules_":[{"_match_domain_":["*"],"name":"first"},{"_match_domain_":["a"],"name":"second"}]}`, "a", "", "", "first"},
	} {
		if got := answer(t, c.config, c.host, c.route, c.cluster); got != c.want {
			t.Errorf("%s, host %q, route %q, cluster %q: %q, want %q", c.config, c.host, c.route, c.cluster, got, c.want)
		}
	}
}

func TestRulesDontInherit(t *testing.T) {
	parse := ParseConfig(func(json gjson.Result, s *settings) error {
		s.name = s.name + json.Get("name").String() + json.Get("more").String()
		return nil
	})
	config := `{"name":"g","more":"m","_rules_":[{"_match_domain_":["a"],"name":"d"}]}`
	if got := answer(t, config, "a", "", "", parse); got != "d" {
		t.Errorf("%q", got)
	}
	if got := answer(t, config, "b", "", "", parse); got != "gm" {
		t.Errorf("%q", got)
	}
}

func TestOverride(t *testing.T) {
	rule := func(json gjson.Result, global settings, s *settings) error {
		if s.name != "" {
			return errors.New("the new configuration isn't empty")
		}
		s.name = global.name + "+" + json.Get("name").String()
		return nil
	}
	options := map[string]CtxOption[settings]{
		"ParseOverrideConfig": ParseOverrideConfig(parseSettings, rule),
		"ParseOverrideConfigBy": ParseOverrideConfigBy(
			func(json gjson.Result, s *settings, _ log.Log) error { return parseSettings(json, s) },
			func(json gjson.Result, g settings, s *settings, _ log.Log) error { return rule(json, g, s) }),
		"ParseOverrideRawConfig": ParseOverrideRawConfig(
			func(raw []byte, s *settings) error { return parseSettings(gjson.ParseBytes(raw), s) },
			func(raw []byte, g settings, s *settings) error { return rule(gjson.ParseBytes(raw), g, s) }),
	}
	for name, o := range options {
		for config, want := range map[string]string{
			`{"name":"g","_rules_":[{"_match_domain_":["a"],"name":"d"}]}`: "g+d",
			`{"_rules_":[{"_match_domain_":["a"],"name":"d"}]}`:            "+d",
			`{"name":"g"}`: "g",
		} {
			if got := answer(t, config, "a", "", "", o); got != want {
				t.Errorf("%s, %s: %q, want %q", name, config, got, want)
			}
		}
	}
}

// What parsers are given.
func TestParsersSee(t *testing.T) {
	for _, c := range []struct{ config, want string }{
		{``, `{}`},
		{"  \n", `{}`},
		{`{}`, `{}`},
		{`{"a":1,"_plugin_id_":"p"}`, `{"a":1}`},
		{`{"_plugin_id_":"p"}`, `{}`},
		{`{ "_plugin_id_" : "p", "a" : [1, 2] , "b":{} }`, `{"a":[1, 2],"b":{}}`},
		{`{"a":1,"_rules_":[]}`, `{"a":1,"_rules_":[]}`},
		{`[1]`, `[1]`},
	} {
		var seen []string
		raw := ParseRawConfig(func(b []byte, _ *settings) error { seen = append(seen, string(b)); return nil })
		start(t, plugintest.Options{Config: []byte(c.config)}, raw)
		if len(seen) != 1 || seen[0] != c.want {
			t.Errorf("%q: parsed %q, want %q", c.config, seen, c.want)
		}
	}
	context := ParseConfigWithContext(func(ctx PluginContext, _ gjson.Result, s *settings) error {
		s.name, _ = ctx.GetContext("who").(string)
		return nil
	})
	hook := PrePluginStartOrReload[settings](func(ctx PluginContext) error { ctx.SetContext("who", "hook"); return nil })
	if got := answer(t, `{}`, "a", "", "", context, hook); got != "hook" {
		t.Errorf("%q", got)
	}
}

// A configuration that can't be used is refused, with the part's name and
// without its values.
func TestRefusedConfigurations(t *testing.T) {
	deep := strings.Repeat(`{"a":`, 513) + `1` + strings.Repeat(`}`, 513)
	for config, want := range map[string]string{
		`{"_rules_":[]}`:                   "_rules_ is empty",
		`{"name":"bad","secret":"s3cret"}`: "configuration (top level): this name can't be used",
		`{"name":"bad","_rules_":[{"_match_domain_":["a"]}],"secret":"s3cret"}`:            "configuration (top level): ",
		`{"_rules_":[{"_match_domain_":["a"]},{"secret":"s3cret"}]}`:                       "_rules_[1]: a rule needs one of",
		`{"_rules_":[{"_match_domain_":["a"],"secret":"s3cret","name":"bad"}]}`:            "_rules_[0]: this name can't be used",
		`{"_rules_":[{"_match_domain_":["a"]},7]}`:                                         "_rules_[1]: a rule must be an object",
		`{"_rules_":[{"_match_domain_":[["s3cret"]]}]}`:                                    "_rules_[0]: _match_domain_: ",
		`{"_rules_":[{"_match_domain_":["a"]}],"_rules_":[{"_match_domain_":["s3cret"]}]}`: "_rules_ is there more than once",
		`{"secret":"s3cret"`:     "not valid JSON",
		`secret=s3cret`:          "not valid JSON",
		deep:                     "nested deeper than 512 levels",
		strings.Repeat("[", 1e6): "nested deeper than 512 levels",
	} {
		if got := refused(t, plugintest.Options{Config: []byte(config)}); !strings.Contains(got, want) || strings.Contains(got, "s3cret") {
			t.Errorf("%.80s: log %q, want %q and no secret", config, got, want)
		}
	}
}

func TestRefusedStarts(t *testing.T) {
	hook := PrePluginStartOrReload[settings](func(PluginContext) error { return errors.New("not today") })
	if got := refused(t, plugintest.Options{}, hook); !strings.Contains(got, "not today") {
		t.Errorf("log %q", got)
	}
	restore(t)
	SetCtx[settings]("test") // no parser
	h, err := plugintest.Start(t, plugintest.Options{})
	if err == nil || !contains(h.LogsAt(proxywasm.LogLevelError), "ParseConfig") {
		t.Errorf("error %v, log %v", err, h.Logs())
	}
}

func TestDepthLimit(t *testing.T) {
	for _, c := range []struct {
		json string
		ok   bool
	}{
		{strings.Repeat("[", 512) + strings.Repeat("]", 512), true},
		{strings.Repeat("[", 513), false},
		{strings.Repeat("[]", 10000), true},
		{`"` + strings.Repeat("[", 600) + `"`, true},
		{`"\"` + strings.Repeat("[", 600) + `"`, true},
		{`"\\"` + strings.Repeat("[", 600), false},
		{`"\`, true},
		{``, true},
	} {
		if err := checkDepth([]byte(c.json)); (err == nil) != c.ok {
			t.Errorf("%.20s…: %v", c.json, err)
		}
	}
}

// Whatever the host hands over, taking it apart neither panics nor changes its
// meaning.
func FuzzSplitConfig(f *testing.F) {
	for _, s := range []string{``, `{}`, `{"_plugin_id_":"a","b":1}`, `{"_rules_":[{"_match_domain_":["a"]}]}`, `[`, `"\`, `{"a":{"_rules_":1}}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		c, err := splitConfig(raw)
		if err != nil {
			return
		}
		if !gjson.ValidBytes(c.raw) {
			t.Fatalf("%q became %q", raw, c.raw)
		}
		if !gjson.ParseBytes(raw).IsObject() {
			return
		}
		gjson.ParseBytes(c.raw).ForEach(func(key, _ gjson.Result) bool {
			if key.String() == PluginIDKey {
				t.Errorf("%q kept its id: %q", raw, c.raw)
			}
			return true
		})
	})
}

// With isolation a broken rule keeps its last good form, or is left out.
func TestIsolation(t *testing.T) {
	hook := PrePluginStartOrReload[settings](func(ctx PluginContext) error {
		ctx.EnableRuleLevelConfigIsolation()
		if !ctx.IsRuleLevelConfigIsolation() {
			return errors.New("isolation is off")
		}
		return nil
	})
	h := start(t, plugintest.Options{Config: []byte(`{"_rules_":[{"_match_domain_":["a","b"],"name":"v1"},{"_match_domain_":["c"],"name":"bad"}]}`)},
		hook, ProcessRequestHeaders(answerWith))
	ask := func(host string) string {
		if ex := h.Request(requestTo("GET", host, "/")); ex.Reply != nil {
			return string(ex.Reply.Body)
		}
		return ""
	}
	if ask("a") != "v1" || ask("c") != "" {
		t.Error("the rule that was never good isn't left out")
	}
	// the same match keys in another order
	if err := h.Configure([]byte(`{"_rules_":[{"_match_domain_":["b","a"],"name":"bad"},{"_match_domain_":["c"],"name":"c1"}]}`)); err != nil {
		t.Fatal(err)
	}
	if ask("a") != "v1" || ask("c") != "c1" {
		t.Errorf("after the reload: %q %q", ask("a"), ask("c"))
	}
	for _, config := range []string{
		`{"name":"g","_rules_":[{"_match_domain_":["z"],"name":"bad"}]}`, // all rules broken
		`{"_rules_":[{"_match_domain_":["a"],"name":"x"},{"name":"x"}]}`, // no match key
		`{"name":"bad","_rules_":[{"_match_domain_":["a"],"name":"x"}]}`, // the global part broken
	} {
		if err := h.Configure([]byte(config)); err == nil {
			t.Errorf("%s was accepted", config)
		}
	}
	if ask("c") != "c1" {
		t.Error("a refused configuration replaced the good one")
	}
}

// The id of a configuration is in its log lines and doesn't outlive it.
func TestPluginID(t *testing.T) {
	h := start(t, plugintest.Options{Config: []byte(`{"_plugin_id_":"one"}`)}, ProcessRequestHeaders(func(HttpContext, settings) types.Action {
		log.Warn("hello")
		return types.ActionContinue
	}))
	ex := h.Request(get)
	if want := "[test] [one] [id-1] hello"; !contains(h.LogsAt(proxywasm.LogLevelWarn), want) {
		t.Errorf("log %v, want %q", h.Logs(), want)
	}
	if err := h.Configure([]byte(`{}`)); err != nil {
		t.Fatal(err)
	}
	h.Request(requestTo("GET", "a", "/"))
	if want := "[test] [nil] [nil] hello"; !contains(h.LogsAt(proxywasm.LogLevelWarn), want) {
		t.Errorf("log %v, want %q", h.Logs(), want)
	}
	_ = ex
}

func TestSeveralForms(t *testing.T) {
	by := ParseConfigBy(func(json gjson.Result, s *settings, l log.Log) error {
		l.Warn("parsing")
		s.name = "by"
		return nil
	})
	if got := answer(t, ``, "a", "", "", by, nil, ProcessRequestHeaders[settings](nil)); got != "by" {
		t.Errorf("%q", got)
	}
}

// checkDepth never lets through what nests deeper, however it is cut.
func FuzzCheckDepth(f *testing.F) {
	f.Add([]byte(`{"a":[1,"\"]"]}`), uint16(600))
	f.Add([]byte(`"`), uint16(1))
	f.Fuzz(func(t *testing.T, json []byte, n uint16) {
		deep := append([]byte(strings.Repeat("[", int(n))), json...)
		if err := checkDepth(deep); int(n) > jsoncheck.DefaultDepth && err == nil {
			t.Errorf("%d levels passed", n)
		}
	})
}

// A host that configures a context again, with what is then refused, keeps what
// it has: rules, ticks and the id of the log lines.
func TestRefusedReconfiguration(t *testing.T) {
	ticks := 0
	f := startFake(t, `{"_plugin_id_":"good","_rules_":[{"_match_domain_":["example.com"],"name":"d"}]}`,
		ParseConfig(func(json gjson.Result, s *settings) error {
			RegisterTickFunc(0, func() { ticks++ })
			return parseSettings(json, s)
		}), ProcessRequestHeaders(answerWith))
	f.headers = requestTo("GET", "example.com", "/")
	for _, config := range []string{
		`{"_plugin_id_":"new","name":"bad"}`,
		`{"_plugin_id_":"new","name":"g","_rules_":[{"_match_domain_":["example.com"],"name":"bad"}]}`,
		`{"_plugin_id_":"new"`,
	} {
		f.config = []byte(config)
		if f.vm.OnConfigure(1, int32(len(config))) {
			t.Fatalf("%s was accepted", config)
		}
		RegisterTickFunc(0, func() { t.Error("registered too late, and run") })
		ticks = 0
		if f.vm.OnTick(1); ticks != 1 {
			t.Errorf("after %s: %d ticks", config, ticks)
		}
		clear(f.calls)
		f.vm.OnRequestHeaders(f.stream(), 4, true)
		if f.calls["local_response"] != 1 {
			t.Errorf("after %s: the rule doesn't match any more", config)
		}
		if p := f.vm.HTTPContext(f.next - 1).(*CommonHttpCtx[settings]).plugin; p.id != "good" {
			t.Errorf("after %s: id %q", config, p.id)
		}
	}
}

// Higress' names of route and cluster count before Envoy's; a host that fails to
// tell them lets nothing pass unmatched, unless it was asked to.
func TestNamesOfRouteAndCluster(t *testing.T) {
	const config = `{"name":"g","_rules_":[{"_match_route_":["higress"],"name":"r"},{"_match_service_":["svc.dns"],"name":"s"}]}`
	for _, c := range []struct {
		properties map[string]string
		want       string
	}{
		{map[string]string{"route_name": "higress", "xds.route_name": "envoy"}, "r"},
		{map[string]string{"route_name": "envoy", "xds.route_name": "higress"}, "g"},
		{map[string]string{"xds.route_name": "higress"}, "r"},
		{map[string]string{"cluster_name": "outbound|80||svc.dns"}, "s"},
		{map[string]string{"cluster_name": "svc.dns"}, "g"},
		{nil, "g"},
	} {
		h := start(t, plugintest.Options{Config: []byte(config), Properties: c.properties}, ProcessRequestHeaders(answerWith))
		for range 2 { // what the host has is remembered
			if ex := h.Request(get); ex.Reply == nil || string(ex.Reply.Body) != c.want {
				t.Errorf("%v: reply %+v, want %q", c.properties, ex.Reply, c.want)
			}
		}
	}
}

type noProperties struct{ *fake }

func (noProperties) GetProperty([]string) ([]byte, abi.Status) { return nil, abi.StatusInternalFailure }

func TestUnmatchableRequests(t *testing.T) {
	for _, config := range []string{
		`{"_rules_":[{"_match_route_":["r"],"name":"r"}]}`,
		`{"_rules_":[{"_match_service_":["s"],"name":"s"}]}`,
	} {
		for _, open := range []bool{false, true} {
			options := []CtxOption[settings]{ProcessRequestHeaders(func(HttpContext, settings) types.Action {
				t.Error("called without a configuration")
				return types.ActionContinue
			})}
			if open {
				options = append(options, WithFailOpen[settings]())
			}
			f := startFake(t, config, options...)
			abi.SetHost(noProperties{f})
			id := f.stream()
			passed := f.vm.OnRequestHeaders(id, 4, false) == 0
			if replied := f.calls["local_response"] == 1; passed != open || replied == open {
				t.Errorf("%s, fail open %v: passed %v, replied %v", config, open, passed, replied)
			}
			f.end(id)
		}
	}
}
