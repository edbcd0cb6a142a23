package envoy

import (
	"strings"
	"testing"

	"github.com/sluiceproxy/sluice/deploy/envoy/envoytest"
)

func TestParseAddress(t *testing.T) {
	for in, want := range map[string]address{
		"127.0.0.1:80":         {"127.0.0.1", 80, false, false},
		"redis:6379":           {"redis", 6379, false, false},
		"[::1]:80":             {"::1", 80, false, false},
		"http://example.com":   {"example.com", 80, false, false},
		"http://example.com/":  {"example.com", 80, false, false},
		"https://example.com":  {"example.com", 443, true, false},
		"https://[::1]":        {"::1", 443, true, false},
		"h2c://127.0.0.1":      {"127.0.0.1", 80, false, true},
		"http://127.0.0.1:123": {"127.0.0.1", 123, false, false},
	} {
		if got, err := parseAddress(in); err != nil || got != want {
			t.Errorf("%q: got %+v, %v", in, got, err)
		}
	}
	for _, bad := range []string{"", "host", ":80", "host:", "host:0", "host:65536", "host:x", "ftp://host", "http://host/path",
		"http://host?q", "http://", "http://host:99999", "http://%zz"} {
		if got, err := parseAddress(bad); err == nil {
			t.Errorf("%q: got %+v", bad, got)
		}
	}
	if _, err := parseAddress("http://user:secret@host"); err == nil || strings.Contains(err.Error(), "secret") {
		t.Errorf("error is %v", err)
	}
}

func TestValidate(t *testing.T) {
	module := envoytest.Probe("a")
	up := Cluster{"up", "127.0.0.1:1"}
	plugin := func(name string) Plugin { return Plugin{Name: name, Code: module} }
	route := func(r Route) Config { r.Cluster = "up"; return Config{Clusters: []Cluster{up}, Routes: []Route{r}} }
	for want, c := range map[string]Config{
		"": {Plugins: []Plugin{plugin("a-b.C_1"), plugin("b")}, Clusters: []Cluster{up},
			Routes: []Route{{Name: "r", Domains: []string{"*", "*.b", "b.*", "b"}, Prefix: "/", Cluster: "up"}}},
		"has no name":                   {Clusters: []Cluster{{"", "127.0.0.1:1"}}},
		`cluster "up" is given twice`:   {Clusters: []Cluster{up, up}},
		`cluster "x": address "y"`:      {Clusters: []Cluster{{"x", "y"}}},
		`route 1 (r): no cluster`:       {Routes: []Route{{Name: "r"}}},
		`there is no cluster "z"`:       {Routes: []Route{{Name: "r", Cluster: "z"}}},
		"both a prefix and a path":      route(Route{Prefix: "/", Path: "/"}),
		`prefix "x" must begin with /`:  route(Route{Prefix: "x"}),
		`path "x" must begin with /`:    route(Route{Path: "x"}),
		"empty domain":                  route(Route{Domains: []string{""}}),
		`domain "a*b": one *`:           route(Route{Domains: []string{"a*b"}}),
		`domain "*a*": one *`:           route(Route{Domains: []string{"*a*"}}),
		`domain "http://a": only a`:     route(Route{Domains: []string{"http://a"}}),
		`plugin name "": use`:           {Plugins: []Plugin{plugin("")}},
		`plugin name "a/b": use`:        {Plugins: []Plugin{plugin("a/b")}},
		`plugin name ".a": use`:         {Plugins: []Plugin{plugin(".a")}},
		`plugin name "sluice-staging"`:  {Plugins: []Plugin{plugin("sluice-staging")}},
		`plugin "a" is given twice`:     {Plugins: []Plugin{plugin("a"), plugin("a")}},
		`plugin "a": the module is`:     {Plugins: []Plugin{{Name: "a"}}},
		`it begins with "package main"`: {Plugins: []Plugin{{Name: "a", Code: []byte("package main")}}},
	} {
		err := c.Validate()
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("want %q, got %v", want, err)
		}
	}
}

func FuzzParseAddress(f *testing.F) {
	for _, s := range []string{"127.0.0.1:80", "https://example.com", "http://[::1]:8", "x:y:z", "://"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if a, err := parseAddress(s); err == nil && (a.host == "" || a.port < 1 || a.port > 65535) {
			t.Errorf("%q: %+v", s, a)
		}
	})
}
