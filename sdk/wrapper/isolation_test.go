package wrapper

import (
	"fmt"
	"testing"

	"github.com/sluiceproxy/sluice/sdk/internal/dispatch"
	"github.com/sluiceproxy/sluice/sdk/plugintest"
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
)

func isolated(ctx PluginContext) error { ctx.EnableRuleLevelConfigIsolation(); return nil }

// What a VM keeps is bounded by the rules of two versions of each configuration
// in force.
func TestKeptRulesAreBounded(t *testing.T) {
	h := start(t, plugintest.Options{Config: []byte(`{"name":"g"}`)}, PrePluginStartOrReload[settings](isolated), ProcessRequestHeaders(answerWith))
	var seen *vm
	for i := range 100 {
		config := fmt.Sprintf(`{"_plugin_id_":"id%d","name":"g","_rules_":[{"_match_domain_":["h%d"],"name":"a"},{"_match_route_":["r"],"name":"b"}]}`, i/10, i)
		if err := h.Configure([]byte(config)); err != nil {
			t.Fatal(err)
		}
		if i%10 == 0 {
			if err := h.Configure([]byte(`{"name":"bad"}`)); err == nil {
				t.Fatal("accepted")
			}
		}
		seen = startedVM(t)
		if len(seen.kept) != 1 {
			t.Fatalf("after %d configurations: rules of %d are kept", i+1, len(seen.kept))
		}
		for _, k := range seen.kept {
			if n := len(k.present) + len(k.previous); n > 4 || k.users != 1 {
				t.Fatalf("after %d configurations: %d rules are kept for %d contexts", i+1, n, k.users)
			}
		}
	}
	if err := h.Configure([]byte(`{"name":"g"}`)); err != nil || len(seen.kept) != 1 {
		t.Errorf("%v, %v", err, seen.kept)
	}
}

// startedVM returns the registered plugin.
func startedVM(t *testing.T) *vm {
	t.Helper()
	c, ok := dispatch.VMContext().(*CommonVmCtx[settings])
	if !ok {
		t.Fatal("another plugin is registered")
	}
	return &c.vm
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
		{`{"_match_domain_":["b"],"name":"bad"}`, "g", "2", 6, 0},
		{`{"_match_domain_":["a"],"name":"bad"},{"_match_domain_":["b"],"name":"bad"}`, "g", "2", 7, 1},
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
