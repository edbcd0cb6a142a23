package wrapper

import (
	"fmt"
	"strings"
	"testing"

	"github.com/tidwall/gjson"

	"github.com/sluiceproxy/sluice/sdk/plugintest"
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
)

func isolated(ctx PluginContext) error { ctx.EnableRuleLevelConfigIsolation(); return nil }

// What is kept is bounded by the rules of two versions of a configuration.
func TestKeptRulesAreBounded(t *testing.T) {
	h := start(t, plugintest.Options{Config: []byte(`{"name":"g"}`)}, PrePluginStartOrReload[settings](isolated), ProcessRequestHeaders(answerWith))
	for i := range 50 {
		config := fmt.Sprintf(`{"name":"g","_rules_":[{"_match_domain_":["h%d"],"name":"a"},{"_match_route_":["r\u00fc\"%d"],"name":"b"}]}`, i, i)
		for _, c := range []string{config, config, `{"name":"bad"}`} { // by two VMs, and one that is refused
			_ = h.Configure([]byte(c))
		}
		kept, _ := h.SharedData(keptRulesKey + "test:nil")
		versions := gjson.ParseBytes(kept).Array()
		if !gjson.ValidBytes(kept) || len(versions) != 2 || len(versions[0].Map()) != 2 || len(versions[1].Map()) != min(i, 1)*2 {
			t.Fatalf("after %d configurations: %s", i+1, kept)
		}
	}
}

// A new VM knows what an older one has kept; what is kept and broken itself
// harms nothing.
func TestKeptRulesOutliveTheVM(t *testing.T) {
	const good, bad = `{"name":"g","_rules_":[{"_match_domain_":["a"],"name":"one"}]}`, `{"name":"g","_rules_":[{"_match_domain_":["a"],"name":"bad"}]}`
	h := start(t, plugintest.Options{Config: []byte(good)}, PrePluginStartOrReload[settings](isolated), ProcessRequestHeaders(answerWith))
	kept, _ := h.SharedData(keptRulesKey + "test:nil")
	for _, c := range []struct {
		kept string
		want bool
	}{{string(kept), true}, {"", false}, {"[", false}, {"[{}]", false}, {`[{},{}]`, false}, {`["a",7]`, false}} {
		h = start(t, plugintest.Options{Config: []byte(`{"name":"g"}`)}, PrePluginStartOrReload[settings](isolated), ProcessRequestHeaders(answerWith))
		h.SetSharedData(keptRulesKey+"test:nil", []byte(c.kept))
		if err := h.Configure([]byte(bad)); (err == nil) != c.want {
			t.Errorf("kept %q: %v", c.kept, err)
		}
	}
}

// A rule that broke once is found again after one version without it; told of
// by a log line and a counter.
func TestBrokenRuleKeepsItsLastGoodForm(t *testing.T) {
	h := start(t, plugintest.Options{Config: []byte(`{"name":"g","_rules_":[
		{"_match_domain_":["a"],"name":"one"},{"_match_domain_":["b"],"name":"two"},{"_match_domain_":["c"],"name":"three"}]}`)},
		PrePluginStartOrReload[settings](isolated), ProcessRequestHeaders(answerWith))
	for step, c := range []struct {
		rules         string
		a, b          string
		kept, leftOut uint64
	}{
		{`{"_match_domain_":["a"],"name":"bad"},{"_match_domain_":["b"],"name":"2"},{"_match_domain_":["c"],"name":"3"}`, "one", "2", 1, 0},
		{`{"_match_domain_":["b"],"name":"bad"}`, "g", "2", 2, 0},
		{`{"_match_domain_":["a"],"name":"bad"},{"_match_domain_":["b"],"name":"bad"}`, "one", "2", 4, 0},
		{`{"_match_domain_":["b"],"name":"bad"}`, "g", "2", 5, 0},
		{`{"_match_domain_":["b"],"name":"3"}`, "g", "3", 5, 0},
		{`{"_match_domain_":["a"],"name":"bad"},{"_match_domain_":["b"],"name":"bad"}`, "g", "3", 6, 1},
	} {
		if err := h.Configure([]byte(`{"name":"g","_rules_":[` + c.rules + `]}`)); err != nil {
			t.Fatal(err)
		}
		for host, want := range map[string]string{"a": c.a, "b": c.b} {
			if ex := h.Request(requestTo("GET", host, "/")); ex.Reply == nil || string(ex.Reply.Body) != want {
				t.Errorf("step %d, host %s: %+v, want %s", step, host, ex.Reply, want)
			}
		}
		kept, _ := h.Counter(metricRulesKept)
		leftOut, _ := h.Counter(metricRulesLeftOut)
		if kept != c.kept || leftOut != c.leftOut {
			t.Errorf("step %d: %d rules kept, %d left out", step, kept, leftOut)
		}
	}
	if !contains(h.LogsAt(proxywasm.LogLevelWarn), "_rules_[0] keeps its last good form") ||
		!contains(h.LogsAt(proxywasm.LogLevelError), "_rules_[0] is left out") {
		t.Errorf("log %v", h.Logs())
	}
}

// A rule is named by its place in the text, also behind one that is left out.
func TestRepeatedRuleIsNamedByItsPlace(t *testing.T) {
	h := start(t, plugintest.Options{Config: []byte(`{"name":"g","_rules_":[{"_match_domain_":["z"],"name":"bad"},
		{"_match_domain_":["a"],"name":"one"},{"_match_domain_":["A."],"name":"two"}]}`)},
		PrePluginStartOrReload[settings](isolated), ProcessRequestHeaders(answerWith))
	if lines := h.LogsAt(proxywasm.LogLevelWarn); len(lines) != 1 || !strings.Contains(lines[0], "_rules_[2]: never used") {
		t.Errorf("warnings %q", lines)
	}
}
