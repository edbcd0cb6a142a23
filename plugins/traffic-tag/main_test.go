package main

import (
	"fmt"
	"strings"
	"testing"

	"github.com/sluiceproxy/sluice/plugintest"
	"github.com/sluiceproxy/sluice/sdk/config"
	native "github.com/sluiceproxy/sluice/sdk/plugintest"

	"github.com/sluiceproxy/sluice/plugins/internal/edge"
	"github.com/sluiceproxy/sluice/plugins/internal/page"
)

// The README and spec.yaml say what the plugin does.
func TestReadme(t *testing.T) {
	page.Test[Config](t, page.Page{Name: "traffic-tag", Rules: config.WholeRules})
}

// Unusual requests all pass, with their tag.
func TestEdge(t *testing.T) {
	edge.Run(t, edge.Suite{
		Plugin: plugintest.Plugin{Config: `{"overwrite":true,"defaultTagKey":"x-tag","defaultTagVal":"base","conditionGroups":[{"headerName":"x-tag","headerValue":"none","logic":"or",` +
			`"conditions":[{"conditionType":"parameter","key":"nobody","operator":"regex","value":[".*"]},{"conditionType":"cookie","key":"nobody","operator":"not_in","value":["a"]}]}]}`},
		Allowed: func(*plugintest.Request) {},
		Trusted: map[string]string{"x-tag": "base"},
	})
}

func parse(t *testing.T, text string) Config {
	t.Helper()
	c, err := config.Parse[Config]([]byte(text))
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return c
}

// Each operator against a header, a parameter or a cookie that is this, or absent.
func TestOperators(t *testing.T) {
	for _, c := range []struct{ operator, value, yes, no string }{
		{"equal", `["a"]`, "a", "b A ab -"},
		{"equal", `[7]`, "7", "70"},
		{"not_equal", `["a"]`, "b A ab", "a -"},
		{"prefix", `["ab"]`, "ab abc", "a xab -"},
		{"in", `["a","b"]`, "a b", "c ab -"},
		{"not_in", `["a","b"]`, "c ab", "a b -"},
		{"regex", `["^a+$"]`, "a aa", "b ab -"},
		{"regex", `["a"]`, "xax", "x -"},
		{"percentage", `["100"]`, "a b c", "-"},
		{"percentage", `[0]`, "", "a b c -"},
		{"percentage", `[70]`, "u4", "ann -"}, // of which ann is the 71st
		{"percentage", `[71]`, "u4 ann", "-"},
	} {
		for _, kind := range []string{"header", "parameter", "cookie"} {
			parsed := parse(t, fmt.Sprintf(`{"conditionGroups":[{"headerName":"x","headerValue":"y","logic":"and","conditions":[{"conditionType":%q,"key":"k","operator":%q,"value":%s}]}]}`, kind, c.operator, c.value))
			for _, list := range []struct {
				values string
				want   bool
			}{{c.yes, true}, {c.no, false}} {
				for _, v := range strings.Fields(list.values) {
					r := map[string]request{"header": {{"K", v}}, "parameter": {{":path", "/?a=1&k=" + v + "&k=other"}}, "cookie": {{"cookie", "a=1"}, {"Cookie", "b=2; k=" + v}}}[kind]
					if v == "-" {
						r = request{{":path", "/?kk=a"}, {"cookie", "kk=a; k"}, {"other", "k=a"}}
					}
					if got, _ := parsed.tag(r, nil); (got.value == "y") != list.want {
						t.Errorf("%s %s %s of %q: %v", kind, c.operator, c.value, v, got)
					}
				}
			}
		}
	}
}

func TestLogicAndOrder(t *testing.T) {
	is := func(key string) string {
		return fmt.Sprintf(`{"conditionType":"header","key":%q,"operator":"equal","value":["1"]}`, key)
	}
	c := parse(t, `{"conditionGroups":[{"headerName":"t","headerValue":"and","logic":"and","conditions":[`+is("a")+","+is("b")+`]},`+
		`{"headerName":"t","headerValue":"or","logic":"or","conditions":[`+is("a")+","+is("c")+`]},{"headerName":"t","headerValue":"never","logic":"and","conditions":[]}],`+
		`"weightGroups":[{"headerName":"t","headerValue":"w","weight":50}],"defaultTagKey":"t","defaultTagVal":"default"}`)
	for _, test := range []struct {
		headers string
		drawn   int
		want    string
	}{{"ab", 0, "and"}, {"abc", 0, "and"}, {"a", 0, "or"}, {"c", 99, "or"}, {"b", 49, "w"}, {"", 50, "default"}, {"", 0, "w"}} {
		var r request
		for _, name := range test.headers {
			r = append(r, [2]string{string(name), "1"})
		}
		if got, _ := c.tag(r, func() int { return test.drawn }); got.value != test.want {
			t.Errorf("%+v: %v", test, got)
		}
	}
}

// Shares: 20,000 values and 20,000 draws. A value never changes its tag.
func TestShares(t *testing.T) {
	weights := `"weightGroups":[{"headerName":"t","headerValue":"a","weight":30},{"headerName":"t","headerValue":"b","weight":0},{"headerName":"t","headerValue":"c","weight":20}]`
	for name, c := range map[string]Config{
		"by key":    parse(t, `{`+weights+`,"weightKey":{"conditionType":"header","key":"u"}}`),
		"by chance": parse(t, `{`+weights+`}`),
	} {
		seen := map[string]int{}
		for i := range 20000 {
			r := request{{"u", fmt.Sprint("user-", i)}}
			draws := 0
			got, _ := c.tag(r, func() int { draws++; return i % 100 })
			seen[got.value]++
			if again, _ := c.tag(r, func() int { return i % 100 }); again != got || (draws == 0) != (name == "by key") {
				t.Fatalf("%s: %v, then %v", name, got, again)
			}
		}
		for tag, share := range map[string]int{"a": 6000, "b": 0, "c": 4000, "": 10000} {
			if d := seen[tag] - share; d > 300 || d < -300 {
				t.Errorf("%s: %q has %d of 20000, want about %d", name, tag, seen[tag], share)
			}
		}
	}
}

// The numbers of the field's plugin: a canary keeps its users.
func TestPercentile(t *testing.T) {
	for value, want := range map[string]int{"": 52, "ann": 70, "u4": 9} {
		if got := percentile(value); got != want {
			t.Errorf("%q: %d, want %d", value, got, want)
		}
	}
}

func TestRefusedConfigurations(t *testing.T) {
	group := func(more string) string {
		return `{"conditionGroups":[{"headerName":"x","headerValue":"y",` + more + `}]}`
	}
	condition := func(more string) string {
		return group(`"logic":"and","conditions":[{"conditionType":"header","key":"k",` + more + `}]`)
	}
	for text, says := range map[string]string{
		`{"weightGroups":[{"headerName":"x","headerValue":"y","weight":101}]}`:     "weight",
		`{"weightGroups":[{"headerName":"x","headerValue":"y","weight":-1}]}`:      "weight",
		`{"weightGroups":[{"headerName":"","headerValue":"y","weight":1}]}`:        "not a header's name",
		`{"weightGroups":[{"headerName":"x","headerValue":"a\r\nb","weight":1}]}`:  "not a header's value",
		`{"weightGroups":[{"headerName":":path","headerValue":"/","weight":1}]}`:   "not a header's name",
		`{"weightGroups":[{"headerName":"a b","headerValue":"y","weight":1}]}`:     "not a header's name",
		`{"weightGroups":[{"headerName":"a\u007f","headerValue":"y","weight":1}]}`: "not a header's name",
		`{"weightGroups":[{"headerName":"a\u001f","headerValue":"y","weight":1}]}`: "not a header's name",
		`{"weightGroups":[{"headerName":"a","headerValue":"y\u007f","weight":1}]}`: "not a header's value",
		`{"weightGroups":[{"headerName":"a","headerValue":"y\u001f","weight":1}]}`: "not a header's value",
		`{"weightGroups":[{"headerName":"a","headerValue":"","weight":1}]}`:        "not a header's value",
		`{"defaultTagKey":"Host","defaultTagVal":"a"}`:                             "can't be a tag",
		group(`"logic":"xor"`):                               "logic",
		group(`"conditions":[]`):                             "logic: is required",
		condition(`"operator":"like","value":["a"]`):         "operator",
		condition(`"operator":"equal","value":[]`):           "value",
		condition(`"operator":"equal","value":["a","b"]`):    "takes one value",
		condition(`"operator":"regex","value":["("]`):        "missing closing",
		condition(`"operator":"percentage","value":["101"]`): "from 0 to 100",
		condition(`"operator":"percentage","value":["x"]`):   "from 0 to 100",
		group(`"logic":"and","conditions":[{"conditionType":"body","key":"k","operator":"in","value":["a"]}]`): "conditionType",
	} {
		if _, err := config.Parse[Config]([]byte(text)); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v, want %q", text, err, says)
		}
	}
	parse(t, `{}`)
	parse(t, `{"weightGroups":[{"headerName":"a!~","headerValue":"a b\t\u00fc~","weight":1}]}`)
	for _, half := range []string{`{"defaultTagKey":"x"}`, `{"defaultTagVal":"x"}`} {
		c := parse(t, half)
		if got, ok := c.tag(nil, nil); ok {
			t.Errorf("%s: %v", half, got)
		}
	}
}

// BenchmarkRequest is a request that two conditions match, natively.
func BenchmarkRequest(b *testing.B) {
	h := native.New(b, native.Options{Config: []byte(`{"conditionGroups":[{"headerName":"x-tag","headerValue":"gray","logic":"and","conditions":[` +
		`{"conditionType":"header","key":"role","operator":"in","value":["user"]},{"conditionType":"parameter","key":"foo","operator":"equal","value":["bar"]}]}]}`)})
	r := [][2]string{{":method", "GET"}, {":path", "/?foo=bar"}, {":authority", "a.test"}, {":scheme", "http"}, {"role", "user"}}
	for b.Loop() {
		h.Request(r)
	}
}
