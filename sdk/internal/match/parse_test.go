package match

import (
	"reflect"
	"strings"
	"testing"

	"github.com/tidwall/gjson"
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
		{`{"_match_route_":[12]}`, Rule{Kind: Route, Routes: []string{"12"}}},
	} {
		got, err := Parse(gjson.Parse(c.json))
		if err != nil || !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %+v, %v; want %+v", c.json, got, err, c.want)
		}
	}
}

func TestParseErrors(t *testing.T) {
	for json, want := range map[string]string{
		`{"key":"s3cret"}`:                        "_match_route_prefix_",
		`{"_match_domain_":[]}`:                   "_match_domain_",
		`{"_match_domain_":[""]}`:                 "_match_domain_",
		`{"_match_route_":null,"x":1}`:            "_match_route_",
		`{"_match_domain_":[{"a":"s3cret"}]}`:     "_match_domain_: ",
		`{"_match_service_":[["s3cret"]],"x":[]}`: "_match_service_: ",
		`"s3cret"`:   "object",
		`["s3cret"]`: "object",
	} {
		_, err := Parse(gjson.Parse(json))
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
	for _, other := range []Rule{
		{Kind: RoutePrefix, Prefixes: []string{"x", "y"}},
		{Kind: Route, Routes: []string{`x""y`}},
		{Kind: Route, Routes: []string{"x,y"}},
		{Kind: Route, Routes: []string{"x", "y"}, Hosts: []string{"z"}},
		{Kind: RouteAndService, Routes: []string{"x", "y"}, Services: []string{"z"}},
	} {
		if a.Key() == other.Key() {
			t.Errorf("%+v and %+v have the same key", a, other)
		}
	}
}

func FuzzIndex(f *testing.F) {
	f.Add("*.a", "b*", "x.a:80", "r", "outbound|80||s")
	f.Add("a.", "*", "A.:1", "", "|||")
	f.Fuzz(func(t *testing.T, p1, p2, host, route, cluster string) {
		rules := []Rule{
			{Kind: Host, Hosts: []string{p1}}, {Kind: RoutePrefix, Prefixes: []string{p2, p1}},
			{Kind: Service, Services: []string{p2}}, {Kind: Host, Hosts: []string{p2}},
		}
		if got, want := New(rules).Find(host, route, cluster), naiveFind(rules, host, route, cluster); got != want {
			t.Errorf("rule %d, the loop says %d", got, want)
		}
	})
}
