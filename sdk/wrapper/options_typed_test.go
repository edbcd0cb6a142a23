package wrapper_test

import (
	"strings"
	"testing"
	"time"

	_ "github.com/sluiceproxy/sluice/sdk/config/pattern"
	"github.com/sluiceproxy/sluice/sdk/plugintest"
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
	"github.com/sluiceproxy/sluice/sdk/wrapper"
)

type typedConfig struct {
	Text  string        `json:"text" required:"true" minLength:"1"`
	Wait  time.Duration `json:"wait" default:"1s" max:"1m"`
	Token string        `json:"token" secret:"true" pattern:"^t-"`
}

// typedAnswer is what a plugin with that configuration says for a route, "" for
// nothing, and the log.
func typedAnswer(t *testing.T, option wrapper.CtxOption[typedConfig], config, route string) (string, string) {
	t.Helper()
	proxywasm.SetVMContext(wrapper.NewCommonVmCtx("typed", option,
		wrapper.ProcessRequestHeaders(func(_ wrapper.HttpContext, c typedConfig) types.Action {
			proxywasm.SendHttpResponse(200, nil, []byte(c.Text+" "+c.Wait.String()+" "+c.Token), -1)
			return types.HeaderContinue
		})))
	h, err := plugintest.Start(t, plugintest.Options{
		Config: []byte(config), Properties: map[string]string{"xds.route_name": route},
	})
	var log strings.Builder
	for _, line := range h.Logs() {
		log.WriteString(line.String() + "\n")
	}
	if err != nil {
		return "refused", log.String()
	}
	ex := h.Request([][2]string{{":method", "GET"}, {":path", "/"}, {":authority", "a.test"}, {":scheme", "http"}})
	if ex.Reply == nil {
		return "", log.String()
	}
	return string(ex.Reply.Body), log.String()
}

func TestParseTypedConfig(t *testing.T) {
	whole, override := wrapper.ParseTypedConfig[typedConfig](), wrapper.ParseTypedOverrideConfig[typedConfig]()
	const rules = `"_rules_":[{"_match_route_":["a"],"text":"rule"},{"_match_route_":["b"],"text":"other","token":"t-2"}]`
	for _, c := range []struct {
		name          string
		option        wrapper.CtxOption[typedConfig]
		config, route string
		want, says    string
	}{
		{"global", whole, `{"text":"x"}`, "", "x 1s ", ""},
		{"rules alone", whole, `{` + rules + `}`, "a", "rule 1s ", ""},
		{"rules alone, no match", whole, `{` + rules + `}`, "c", "", ""},
		{"rule stands alone", whole, `{"text":"x","wait":"2s","token":"t-1",` + rules + `}`, "a", "rule 1s ", ""},
		{"rule overrides", override, `{"text":"x","wait":"2s","token":"t-1",` + rules + `}`, "a", "rule 2s t-1", ""},
		{"rule overrides more", override, `{"text":"x","wait":"2s","token":"t-1",` + rules + `}`, "b", "other 2s t-2", ""},
		{"nothing to override", override, `{` + rules + `}`, "b", "other 1s t-2", ""},
		{"required is inherited", override, `{"text":"x","_rules_":[{"_match_route_":["a"],"wait":"3s"}]}`, "a", "x 3s ", ""},
		{"id", whole, `{"_plugin_id_":"p1","text":"x"}`, "", "x 1s ", ""},
		{"not inherited", whole, `{"text":"x","_rules_":[{"_match_route_":["a"],"wait":"3s"}]}`, "a", "refused", "_rules_[0]: text: is required"},
		{"nobody has it", override, `{"_rules_":[{"_match_route_":["a"],"wait":"3s"}]}`, "a", "refused", "_rules_[0]: text: is required"},
		{"bounds", override, `{"text":"x","_rules_":[{"_match_route_":["a"],"wait":"3m"}]}`, "a", "refused", "_rules_[0]: wait: must be at most 1m, got 3m0s"},
		{"unknown", whole, `{"txet":"x"}`, "", "refused", `text: is required`},
		{"hint", whole, `{"txet":"x"}`, "", "refused", `txet: unknown key, did you mean "text"?`},
		{"empty", whole, ``, "", "refused", `configuration (top level): text: is required`},
		{"secret", whole, `{"text":"x","token":"hunter2"}`, "", "refused", "token: must match ^t- (the value is secret)"},
		{
			"duplicate", whole, `{"_rules_":[{"_match_route_":["a","b"],"text":"1"},{"_match_route_":["c"],"text":"2"},{"_match_route_":["b","a"],"text":"3"}]}`,
			"", "refused", "_rules_[2]: has the same match keys as _rules_[0]",
		},
		{"deep", whole, `{"text":` + strings.Repeat("[", 6000), "", "refused", "nested deeper than 512"},
		{"less deep", whole, `{"text":` + strings.Repeat("[", 200) + strings.Repeat("]", 200) + `}`, "", "refused", "nested deeper than 100"},
	} {
		got, log := typedAnswer(t, c.option, c.config, c.route)
		if got != c.want || !strings.Contains(log, c.says) {
			t.Errorf("%s: got %q, want %q and %q in the log:\n%s", c.name, got, c.want, c.says, log)
		}
		if strings.Contains(log, "hunter2") {
			t.Errorf("%s: the log shows a secret:\n%s", c.name, log)
		}
	}
}

type wrongTags struct {
	A string `json:"a" pattern:"("`
}

func TestTypedConfigWithWrongTags(t *testing.T) {
	for _, option := range []wrapper.CtxOption[wrongTags]{
		wrapper.ParseTypedConfig[wrongTags](), wrapper.ParseTypedOverrideConfig[wrongTags](),
	} {
		proxywasm.SetVMContext(wrapper.NewCommonVmCtx("wrong", option))
		h, err := plugintest.Start(t, plugintest.Options{Config: []byte(`{"a":"x"}`)})
		if err == nil {
			t.Fatal("the plugin started")
		}
		if log := h.Logs(); len(log) == 0 || !strings.Contains(log[len(log)-1].String(), `wrongTags.A: tag pattern:"("`) {
			t.Errorf("the log is %v", log)
		}
	}
}

// A plugin whose configuration is described by tags. Rules override what the
// top level says.
func ExampleParseTypedOverrideConfig() {
	wrapper.SetCtx("typed",
		wrapper.ParseTypedOverrideConfig[typedConfig](),
		wrapper.ProcessRequestHeaders(func(_ wrapper.HttpContext, c typedConfig) types.Action {
			proxywasm.AddHttpRequestHeader("x-text", c.Text)
			return types.HeaderContinue
		}))
}

func ExampleParseTypedConfig() {
	wrapper.SetCtx("typed", wrapper.ParseTypedConfig[typedConfig]())
}
