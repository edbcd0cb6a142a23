package main

import (
	"testing"

	"github.com/sluiceproxy/sluice/plugintest"
)

// A rule's parser gets the global configuration, parsed before it though it stands
// behind the rules, and a configuration of its own that is empty.
func TestOverrideParser(t *testing.T) {
	for name, config := range map[string]string{
		"global first": rules(rule("one", byHost) + "," + rule("two", `"_match_domain_":["b.test"]`)),
		"rules first":  `{"_rules_":[` + rule("one", byHost) + "," + rule("two", `"_match_domain_":["b.test"]`) + `],"name":"global"}`,
	} {
		t.Run(name, func(t *testing.T) {
			plugintest.Run(t, plugintest.Plugin{Config: config}, func(t *testing.T, gw *plugintest.Gateway) {
				for i, host := range []string{"a.test", "b.test"} {
					gw.Do(plugintest.Request{Host: host}).WantStatus(200)
					gw.Backend.Want(i + 1)[i].WantHeader("x-name", []string{"one", "two"}[i]).
						WantHeader("x-inherited", "global").WantHeader("x-began", "zero")
				}
				gw.Do(plugintest.Request{Host: "c.test"}).WantStatus(200)
				gw.Backend.Want(3)[2].WantHeader("x-name", "global").WantHeader("x-began")
			})
		})
	}
}

// Without a global configuration a rule's parser gets an empty one.
func TestOverrideParserWithoutGlobal(t *testing.T) {
	p := plugintest.Plugin{Config: `{"_rules_":[` + rule("one", byHost) + `]}`}
	plugintest.Run(t, p, func(t *testing.T, gw *plugintest.Gateway) {
		gw.Do(plugintest.Request{Host: "a.test"}).WantStatus(200)
		gw.Backend.Only().WantHeader("x-name", "one").WantHeader("x-inherited", "")
	})
}

// The parser sees the whole object, _rules_ too, and _plugin_id_ no more.
func TestKeysOfConfiguration(t *testing.T) {
	p := plugintest.Plugin{Config: `{"name":"g","_plugin_id_":"p","_rules_":[` + rule("one", byHost) + `],"more":1}`}
	plugintest.Run(t, p, func(t *testing.T, gw *plugintest.Gateway) {
		gw.Get("/").WantStatus(200)
		gw.Backend.Only().WantHeader("x-keys", "name _rules_ more")
		gw.Do(plugintest.Request{Host: "a.test"}).WantStatus(200)
		gw.Backend.Want(2)[1].WantHeader("x-keys", "name _match_domain_")
	})
}

// Without a configuration the parser gets an empty object, and the plugin runs.
func TestEmptyConfiguration(t *testing.T) {
	for name, config := range map[string]string{"none": "", "object": "{}"} {
		t.Run(name, func(t *testing.T) {
			plugintest.Run(t, plugintest.Plugin{Config: config}, func(t *testing.T, gw *plugintest.Gateway) {
				gw.Get("/").WantStatus(200)
				gw.Backend.Only().WantHeader("x-name", "").WantHeader("x-keys", "")
			})
		})
	}
}

func TestRefusedConfigurations(t *testing.T) {
	for name, c := range map[string]struct{ config, text string }{
		"not JSON":             {`{"name":`, "not valid JSON"},
		"no rules":             {`{"_rules_":[]}`, "_rules_ is empty"},
		"rule without a key":   {rules(`{"name":"one"}`), "_rules_[0]"},
		"bad global":           {`{"name":"bad"}`, "asked to refuse"},
		"bad global, good one": {`{"name":"bad","_rules_":[` + rule("one", byHost) + `]}`, "asked to refuse"},
		"bad rule":             {rules(rule("one", byHost) + "," + rule("bad", `"_match_domain_":["b.test"]`)), "_rules_[1]"},
		"hook":                 {`{"name":"refused early"}`, "the hook says no"},
	} {
		t.Run(name, func(t *testing.T) {
			plugintest.RunRefused(t, plugintest.Plugin{Config: c.config}, c.text)
		})
	}
}

// With isolation a broken rule keeps its last good form, or is left out, and the
// others hold.
func TestRuleIsolation(t *testing.T) {
	first := `{"name":"global","isolated":1,"_rules_":[` + rule("one", byHost) + `]}`
	second := `{"name":"global","isolated":1,"_rules_":[` + rule("bad", byHost) + "," +
		rule("bad", `"_match_domain_":["b.test"]`) + "," + rule("three", `"_match_domain_":["c.test"]`) + `]}`
	plugintest.Run(t, plugintest.Plugin{Config: first}, func(t *testing.T, gw *plugintest.Gateway) {
		if err := gw.Configure(second); err != nil {
			t.Fatal(err)
		}
		for i, want := range [][2]string{{"a.test", "one"}, {"b.test", "global"}, {"c.test", "three"}} {
			gw.Do(plugintest.Request{Host: want[0]}).WantStatus(200)
			gw.Backend.Want(i + 1)[i].WantHeader("x-name", want[1])
		}
		gw.WantLog(plugintest.Warn, "_rules_[0] keeps its last good form")
		gw.WantLog(plugintest.Error, "_rules_[1] is left out")
		wantCount(t, gw, "sluice_rules_kept_last_good", 1)
		wantCount(t, gw, "sluice_rules_left_out", 1)
	})
}

// A configuration that is refused leaves the one before in force.
func TestRefusedUpdate(t *testing.T) {
	p := plugintest.Plugin{Config: rules(rule("one", byHost))}
	plugintest.Run(t, p, func(t *testing.T, gw *plugintest.Gateway) {
		if err := gw.Configure(rules(rule("bad", byHost))); err == nil {
			t.Error("a bad configuration was taken")
		}
		gw.Do(plugintest.Request{Host: "a.test"}).WantStatus(200)
		gw.Backend.Only().WantHeader("x-name", "one")
		if err := gw.Configure(rules(rule("two", byHost))); err != nil {
			t.Fatal(err)
		}
		gw.Do(plugintest.Request{Host: "a.test"}).WantStatus(200)
		gw.Backend.Want(2)[1].WantHeader("x-name", "two")
	})
}
