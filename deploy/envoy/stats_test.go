package envoy

import (
	"regexp"
	"strings"
	"testing"
)

// The rules are applied as Envoy does: the first group goes, the second is kept.
func TestStatsTags(t *testing.T) {
	tags := statsConfig([]string{"tenant", "plugin", "tenant"})["stats_tags"].([]obj)
	if len(tags) != len(metricLabels())+1 {
		t.Errorf("%d rules for %d labels", len(tags), len(metricLabels())+1)
	}
	name := "wasmcustom.requests;method=GET;plugin=my-plugin;tenant=a.b/c;unknown=1"
	got := map[string]string{}
	for _, tag := range tags {
		rule := regexp.MustCompile(tag["regex"].(string))
		for _, other := range []string{"cluster.x;plugin=a", "wasmcustom.plugin"} {
			if rule.MatchString(other) {
				t.Errorf("%s matches %s", rule, other)
			}
		}
		if m := rule.FindStringSubmatch(name); m != nil {
			got[tag["tag_name"].(string)] = m[2]
			name = strings.Replace(name, m[1], "", 1)
		}
	}
	if name != "wasmcustom.requests;unknown=1" || got["method"] != "GET" || got["plugin"] != "my-plugin" || got["tenant"] != "a.b/c" {
		t.Errorf("left %s, labels %v", name, got)
	}
}
