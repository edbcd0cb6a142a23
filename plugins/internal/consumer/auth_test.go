package consumer

import (
	"strings"
	"testing"

	"github.com/sluiceproxy/sluice/sdk/config"
)

type typed struct {
	Auth
}

func (c *typed) Validate() error { return c.Prepare() }

// prepared parses a global configuration and its rules as package wrapper does.
func prepared(t *testing.T, global string, rules ...string) (typed, []typed) {
	t.Helper()
	g, err := config.Parse[typed]([]byte(global))
	if err != nil {
		t.Fatal(err)
	}
	var all []typed
	for _, r := range rules {
		c, err := config.Override(g, []byte(r))
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, c)
	}
	return g, all
}

func TestThreeWayTable(t *testing.T) {
	rule := `{"allow":["a"]}`
	for _, c := range []struct {
		global string
		rules  []string
		want   bool
	}{
		{`{"global_auth":true}`, nil, true}, {`{"global_auth":true}`, []string{rule}, true},
		{`{"global_auth":false}`, nil, false}, {`{"global_auth":false}`, []string{rule}, false},
		{`{}`, nil, true}, {`{}`, []string{rule}, false},
	} {
		g, rules := prepared(t, c.global, c.rules...)
		if g.Required() != c.want {
			t.Errorf("%s with %d rules: required %v, want %v", c.global, len(c.rules), g.Required(), c.want)
		}
		for _, r := range rules {
			if !r.Required() || !r.Allows("a") || r.Allows("b") || r.Allows("") || r.Allows("A") {
				t.Errorf("%s, in a rule: %+v", c.global, r)
			}
		}
		if !g.Allows("b") {
			t.Errorf("%s: a rule's allow reaches the global configuration", c.global)
		}
	}
}

// Two plugins in one VM, and a configuration that replaces another, know nothing
// of each other.
func TestConfigurationsAreApart(t *testing.T) {
	g1, _ := prepared(t, `{}`, `{"allow":["a"]}`)
	g2, _ := prepared(t, `{}`)
	if g1.Required() || !g2.Required() {
		t.Error(g1.Required(), g2.Required())
	}
}

func TestNeverPrepared(t *testing.T) {
	if a := (Auth{}); !a.Required() {
		t.Error("a configuration that was never prepared lets everybody pass")
	}
}

func TestRulesThatAreRefused(t *testing.T) {
	g, _ := prepared(t, `{"global_auth":false}`)
	for rule, says := range map[string]string{
		`{}`:                                  "allow: is required",
		`{"allow":[]}`:                        "at least 1 element",
		`{"allow":[null]}`:                    "allow[0]",
		`{"allow":["a"],"global_auth":true}`:  "global_auth: belongs to the top level",
		`{"allow":["a"],"global_auth":false}`: "global_auth: belongs to the top level",
	} {
		if _, err := config.Override(g, []byte(rule)); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v, want %q", rule, err, says)
		}
	}
}

func TestTopLevelAllow(t *testing.T) {
	g, _ := prepared(t, `{"allow":["a"]}`)
	if !g.Required() || !g.Allows("a") || g.Allows("b") {
		t.Errorf("%+v", g)
	}
}

func TestCheckName(t *testing.T) {
	for name, ok := range map[string]bool{"a": true, "consumer 1": true, "größe": true, "": false, " a": false, "a\n": false, "a,b": false, "a\x00": false, "a\x7f": false} {
		if err := CheckName(name); (err == nil) != ok {
			t.Errorf("%q: %v", name, err)
		}
	}
}

func TestSame(t *testing.T) {
	a, b := []int{1, 2}, []int{1, 2}
	if !Same(a, a) || Same(a, b) || Same(a, a[:1]) || Same(a, nil) || !Same[int](nil, []int{}) {
		t.Error("lists are compared by what is in them")
	}
}
