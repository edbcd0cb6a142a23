package match

import (
	"reflect"
	"strconv"
	"strings"
	"testing"

	"github.com/sluiceproxy/sluice/sdk/jsonscan"
)

func TestParse(t *testing.T) {
	for _, c := range []struct {
		json string
		want Rule
	}{
		{`{"_match_route_":["a","b"],"content":1}`, Rule{Kind: Route, Routes: []string{"a", "b"}}},
		{`{"_match_route_":"a"}`, Rule{Kind: Route, Routes: []string{"a"}}},
		{`{"_match_route_":["a"],"_match_service_":["s"]}`, Rule{Kind: RouteAndService, Routes: []string{"a"}, Services: []string{"s"}}},
		{`{"_match_route_":["a"],"_match_domain_":["d"]}`, Rule{Kind: Route, Routes: []string{"a"}, Hosts: []string{"d"}}},
		{`{"_match_domain_":["d"],"_match_service_":["s"]}`, Rule{Kind: Host, Hosts: []string{"d"}, Services: []string{"s"}}},
		{`{"_match_service_":["s"],"_match_route_prefix_":["p"]}`, Rule{Kind: Service, Services: []string{"s"}, Prefixes: []string{"p"}}},
		{`{"_match_route_prefix_":["p",""]}`, Rule{Kind: RoutePrefix, Prefixes: []string{"p"}}},
		{`{"_match_route_":[],"_match_route_prefix_":["p"]}`, Rule{Kind: RoutePrefix, Prefixes: []string{"p"}}},
		{`{"_match_consumer_":["vip"]}`, Rule{Kind: Consumer, Consumers: []string{"vip"}}},
		{`{"_match_consumer_":"vip","_match_route_":["a"]}`, Rule{Kind: Route, Routes: []string{"a"}, Consumers: []string{"vip"}}},
		{`{"_match_route_":[12]}`, Rule{Kind: Route, Routes: []string{"12"}}},
	} {
		got, err := Parse(parse(c.json))
		if err != nil || !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %+v, %v; want %+v", c.json, got, err, c.want)
		}
	}
}

func TestParseErrors(t *testing.T) {
	for json, want := range map[string]string{
		`{"key":"s3cret"}`:                                            "_match_route_prefix_",
		`{"_match_domain_":[]}`:                                       "_match_domain_",
		`{"_match_domain_":[""]}`:                                     "_match_domain_",
		`{"_match_route_":null,"x":1}`:                                "_match_route_",
		`{"_match_domain_":[{"a":"s3cret"}]}`:                         "_match_domain_: ",
		`{"_match_consumer_":[]}`:                                     "_match_consumer_",
		`{"_match_consumer_":[""],"_match_service_":["s3cret"]}`:      "names nobody",
		`{"_match_consumer_":[],"_match_route_":["s3cret"]}`:          "names nobody",
		`{"_match_consumer_":null,"_match_route_":["s3cret"]}`:        "names nobody",
		`{"_match_consumers_":["s3cret"],"_match_route_":["s3cret"]}`: `"_match_consumers_"`,
		`{"_match_consumer":["s3cret"],"_match_route_":["s3cret"]}`:   `"_match_consumer"`,
		`{"_match_consumer_":[{"a":"s3cret"}]}`:                       "_match_consumer_: ",
		`{"_match_domain_":["a","s3cret:80"]}`:                        "_match_domain_[1]: a port",
		`{"_match_service_":[["s3cret"]],"x":[]}`:                     "_match_service_: ",
		`"s3cret"`:   "object",
		`["s3cret"]`: "object",
	} {
		_, err := Parse(parse(json))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want one with %q", json, err, want)
		} else if strings.Contains(err.Error(), "s3cret") {
			t.Errorf("%s: the error shows a value: %v", json, err)
		}
	}
}

func TestKey(t *testing.T) {
	a := Rule{Kind: Route, Routes: []string{"x", "y", "x"}}
	b := Rule{Kind: Route, Routes: []string{"y", "x"}}
	if a.Key() != b.Key() {
		t.Errorf("order and repetition must not count: %s, %s", a.Key(), b.Key())
	}
	hosts := func(names ...string) *Rule { return &Rule{Kind: Host, Hosts: names} }
	for _, same := range [][2]*Rule{
		{hosts("a.example", "*.B.example."), hosts("*.b.example", "A.EXAMPLE.")},
		{hosts("bücher.example"), hosts("xn--bcher-kva.example", "BÜCHER.example")},
		{hosts("[2001:db8::1]"), hosts("2001:DB8:0::1")},
		{hosts("a.*"), hosts("A.*")},
	} {
		if same[0].Key() != same[1].Key() {
			t.Errorf("spelling must not count: %s, %s", same[0].Key(), same[1].Key())
		}
	}
	for _, other := range []string{"a.example", "*a.example", "a.example*", "*.a.example", "b.example", "*"} {
		if k := hosts("*.example").Key(); k == hosts(other).Key() {
			t.Errorf("%s has the same key %s", other, k)
		}
	}
	for _, other := range []Rule{
		{Kind: RoutePrefix, Prefixes: []string{"x", "y"}},
		{Kind: Route, Routes: []string{`x""y`}},
		{Kind: Route, Routes: []string{"x,y"}},
		{Kind: Route, Routes: []string{"x", "y"}, Hosts: []string{"z"}},
		{Kind: RouteAndService, Routes: []string{"x", "y"}, Services: []string{"z"}},
		{Kind: Route, Routes: []string{"x", "y"}, Consumers: []string{"z"}},
	} {
		if a.Key() == other.Key() {
			t.Errorf("%+v and %+v have the same key", a, other)
		}
	}
}

func TestTooManyPairs(t *testing.T) {
	list := func(n int) []string {
		out := make([]string, n)
		for i := range out {
			out[i] = strconv.Itoa(i)
		}
		return out
	}
	for _, c := range []struct {
		rule Rule
		ok   bool
	}{
		{Rule{Kind: Consumer, Consumers: list(1 << 17)}, true},
		{Rule{Kind: Route, Routes: list(1 << 17)}, true},
		{Rule{Kind: Route, Routes: list(1 << 17), Consumers: list(1)}, true},
		{Rule{Kind: Route, Routes: list(1 << 8), Consumers: list(1 << 8)}, true},
		{Rule{Kind: Route, Routes: list(1 << 8), Consumers: list(1<<8 + 1)}, false},
		{Rule{Kind: RouteAndService, Routes: list(1 << 8), Services: list(1 << 8)}, true},
		{Rule{Kind: RouteAndService, Routes: list(1 << 8), Services: list(1<<8 + 1)}, false},
		{Rule{Kind: RouteAndService, Routes: list(1 << 8), Services: list(1 << 8), Consumers: list(2)}, false},
	} {
		if err := c.rule.check(); (err == nil) != c.ok {
			t.Errorf("kind %d, %d routes, %d services, %d consumers: %v",
				c.rule.Kind, len(c.rule.Routes), len(c.rule.Services), len(c.rule.Consumers), err)
		}
	}
}

func FuzzIndex(f *testing.F) {
	f.Add("*.a", "b*", "x.a:80", "r", "outbound|80||s", "c")
	f.Add("a.", "*", "A.:1", "", "|||", "")
	f.Add("[::1]", "::2", "[0::1]:1", "", "|||", "")
	f.Fuzz(func(t *testing.T, p1, p2, host, route, cluster, consumer string) {
		rules := []Rule{
			{Kind: Host, Hosts: []string{p1}},
			{Kind: RoutePrefix, Prefixes: []string{p2, p1}},
			{Kind: Service, Services: []string{p2}, Consumers: []string{p1, consumer}},
			{Kind: Host, Hosts: []string{p2}},
			{Kind: Consumer, Consumers: []string{p2}},
		}
		req := Request{Host: host, Route: route, Cluster: cluster, Consumer: consumer}
		x := New(rules)
		if !isASCII(p1+p2+host) || strings.ContainsAny(p1+p2+host, ":[%") {
			x.Find(req) // spellings that the loop knows less well
			return
		}
		if got, want := x.Find(req), naiveFind(rules, req); got != want {
			t.Errorf("rule %d, the loop says %d", got, want)
		}
	})
}

func parse(json string) jsonscan.Value { return jsonscan.Get([]byte(json)) }
