package main

import (
	"net/url"
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
	page.Test[Config](t, page.Page{Name: "redirect", Rules: config.WholeRules})
}

// Unusual requests that no rule is for pass, and those for which one is do not.
func TestEdge(t *testing.T) {
	t.Run("no rule", func(t *testing.T) {
		edge.Run(t, edge.Suite{
			Plugin:  plugintest.Plugin{Config: `{"rules":[{"exact":"/never","to":"/"}]}`},
			Allowed: func(*plugintest.Request) {},
		})
	})
	t.Run("every path", func(t *testing.T) {
		edge.Run(t, edge.Suite{
			Plugin:   plugintest.Plugin{Config: `{"rules":[{"regex":"^/(.*)$","to":"https://b.test/$1"}]}`},
			Refused:  func(*plugintest.Request) {},
			Statuses: []int{302},
		})
	})
}

func parse(t testing.TB, text string) Config {
	t.Helper()
	c, err := config.Parse[Config]([]byte(text))
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return c
}

func TestLocations(t *testing.T) {
	for _, c := range []struct{ rule, path, want string }{
		{`"exact":"/a","to":"/b"`, "/a", "/b"},
		{`"exact":"/a","to":"/b"`, "/a?x=%zz#f", "/b?x=%zz"},
		{`"exact":"/a","to":"/b"`, "/a/", ""},
		{`"exact":"/a","to":"/b?c=d#top"`, "/a?x", "/b?c=d&x#top"},
		{`"exact":"/a","to":"/b","keep_query":false`, "/a?x", "/b"},
		{`"exact":"/a","to":"https://b.test"`, "/a?x", "https://b.test/?x"},
		{`"exact":"/a","to":"https://b.test?y=1"`, "/a?x", "https://b.test/?y=1&x"},
		{`"prefix":"/a/","to":"/b/","append_path":true`, "/a/c/d?x", "/b/c/d?x"},
		{`"prefix":"/a/","to":"/b/?k=v","append_path":true`, "/a/c", "/b/c?k=v"},
		{`"prefix":"/a/","to":"/b?k=v","append_path":true`, "/a/c", "/bc?k=v"},
		{`"prefix":"/a/","to":"/b"`, "/a/c", "/b"},
		{`"prefix":"/a/","to":"https://b.test?k=v","append_path":true`, "/a/c", "https://b.test/c?k=v"},
		{`"prefix":"/a/","to":"https://b.test","append_path":true`, "/a/c", "https://b.test/c"},
		{`"exact":"/a","to":"https://b.test/y"`, "/a", "https://b.test/y"},
		{`"exact":"/a","to":"https://b.test#top"`, "/a", "https://b.test/#top"},
		{`"regex":"^/a(.*)$","to":"/b$1"`, "/a~\x7f\x80", "/b~%7F%80"},
		{`"suffix":".php","to":"/gone"`, "/x.php?x", "/gone?x"},
		{`"contains":"wp-","to":"/gone"`, "/a/wp-login", "/gone"},
		{`"regex":"^/(\\w+)/(?P<id>\\d+)$","to":"http://b.test:81/${id}/$1"`, "/user/7", "http://b.test:81/7/user"},
		{`"regex":"^/a(.*)$","to":"/$$$1$2"`, "/ab", "/$b"},
		{`"prefix":"/a","to":"/","append_path":true`, "/a//evil.test", "/evil.test"},
		{`"prefix":"/a","to":"/","append_path":true`, "/a/\\evil.test", "/evil.test"},
		{`"prefix":"/a","to":"/","append_path":true`, "/a/\t/evil.test", "/%09/evil.test"},
		{`"regex":"^/a(.*)$","to":"/$1"`, "/a\\\\evil.test", "/evil.test"},
		{`"regex":"^/a(.*)$","to":"https://b.test/$1"`, "/a@evil.test", "https://b.test/@evil.test"},
		{`"regex":"^/a(.*)$","to":"https://b.test/$1"`, "/a.evil.test", "https://b.test/.evil.test"},
		{`"regex":"^/a(.*)$","to":"https://b.test/$1"`, "/a\rx: y\"<ü", "https://b.test/%0Dx:%20y%22%3C%C3%BC"},
	} {
		parsed := parse(t, `{"rules":[{`+c.rule+`}]}`)
		if got, ok := parsed.Rules[0].location(c.path); got != c.want || ok != (c.want != "") {
			t.Errorf("%s, %q: %q, want %q", c.rule, c.path, got, c.want)
		}
	}
}

// Requests to https: by scheme, header and host.
func TestHTTPS(t *testing.T) {
	const hosts = `{"http_to_https":true,"https_hosts":["a.test","*.A.test"],"https_port":8443,"https_status":301}`
	for _, c := range []struct{ config, scheme, proto, host, path, want string }{
		{`{"http_to_https":true}`, "http", "", "a.test", "/x?y", "308 https://a.test/x?y"},
		{`{"http_to_https":true}`, "https", "", "a.test", "/", ""},
		{`{"http_to_https":true}`, "http", "https", "a.test", "/", ""},
		{`{"http_to_https":true}`, "https", "http", "a.test", "/", "308 https://a.test/"},
		{`{"http_to_https":true}`, "http", "", "A.Test.:80", "//evil.test/x", "308 https://a.test/evil.test/x"},
		{`{"http_to_https":true}`, "http", "", "[::1]:80", "/", "308 https://[::1]/"},
		{`{"http_to_https":true}`, "http", "", "u@a.test", "/", "400 "},
		{`{"http_to_https":true}`, "http", "", "a.test/b", "/", "400 "},
		{`{"http_to_https":true}`, "http", "", "a test", "/", "400 "},
		{`{"http_to_https":true}`, "http", "", "", "/", "400 "},
		{`{"http_to_https":true}`, "http", "", "a.test", "*", ""},
		{hosts, "http", "", "www.a.test", "/cart?id=1", "301 https://www.a.test:8443/cart?id=1"},
		{hosts, "http", "", "a.test", "/", "301 https://a.test:8443/"},
		{hosts, "http", "", "B.a.test:80", "/", "301 https://b.a.test:8443/"},
		{hosts, "http", "", "evil.test", "/", "400 "},
		{hosts, "http", "", "xa.test", "/", "400 "},
		{`{"http_to_https":true}`, "http", "", "a.test:0", "/", "400 "},
		{`{"http_to_https":true}`, "http", "", "a.test:1", "/", "308 https://a.test/"},
		{`{"http_to_https":true}`, "http", "", "a.test:65535", "/", "308 https://a.test/"},
		{`{"http_to_https":true}`, "http", "", "a.test:65536", "/", "400 "},
		{`{"http_to_https":true}`, "http", "", ":80", "/", "400 "},
		{`{"http_to_https":true}`, "http", "", "::1", "/", "400 "},
		{`{"http_to_https":true}`, "http", "", "[::1]", "/", "308 https://[::1]/"},
		{`{"http_to_https":true}`, "http", "", "[::1", "/", "400 "},
		{`{"http_to_https":true}`, "http", "", "[]", "/", "400 "},
		{`{"http_to_https":true}`, "http", "", "[::z]", "/", "400 "},
		{`{"http_to_https":true}`, "http", "", "..", "/", "400 "},
		{`{"http_to_https":true}`, "http", "", "az-09_AZ.test", "/", "308 https://az-09_az.test/"},
		{`{"http_to_https":true}`, "http", "", "a/test", "/", "400 "},
		{`{"http_to_https":true}`, "http", "", strings.Repeat("a", 255), "/", "308 https://" + strings.Repeat("a", 255) + "/"},
		{`{"http_to_https":true}`, "http", "", strings.Repeat("a", 256), "/", "400 "},
		{`{"http_to_https":true,"https_hosts":["*.a.test"]}`, "http", "", "b.test", "/", "400 "},
		{`{"http_to_https":true,"https_hosts":["a.test"]}`, "http", "", "b.test", "/", "400 "},
		{`{}`, "http", "", "a.test", "/", ""},
	} {
		h := native.New(t, native.Options{Config: []byte(c.config)})
		r := [][2]string{{":method", "GET"}, {":path", c.path}, {":authority", c.host}, {":scheme", c.scheme}}
		if c.proto != "" {
			r = append(r, [2]string{"x-forwarded-proto", c.proto})
		}
		ex, got := h.Request(r), ""
		if ex.Reply != nil {
			got = strings.Join([]string{ex.Client.Headers.Get(":status"), ex.Client.Headers.Get("location")}, " ")
		}
		if got != c.want || (got == "") != ex.Upstream.Ended {
			t.Errorf("%+v: %q", c, got)
		}
	}
}

func TestRefusedConfigurations(t *testing.T) {
	for rule, says := range map[string]string{
		`"exact":"/a"`:                             "to: is required",
		`"to":"/a"`:                                "one of exact",
		`"exact":"/a","prefix":"/","to":"/b"`:      "one of exact",
		`"exact":"/a","to":""`:                     "must begin with",
		`"exact":"/a","to":"b"`:                    "must begin with",
		`"exact":"/a","to":"//b.test"`:             "leads to another host",
		`"exact":"/a","to":"/\\\\b.test"`:          "must be escaped",
		`"exact":"/a","to":"/a b"`:                 "must be escaped",
		`"exact":"/a","to":"/a\r\nb"`:              "must be escaped",
		`"exact":"/a","to":"javascript:x"`:         "must begin with",
		`"exact":"/a","to":"ftp://b.test"`:         "must begin with",
		`"exact":"/a","to":"https://"`:             "its host",
		`"exact":"/a","to":"https://u@b.test"`:     "its host",
		`"exact":"/a","to":"https://b.test:x"`:     "its host",
		`"regex":"(.*)","to":"https://$1"`:         "its host",
		`"regex":"(.*)","to":"https://b.$1/"`:      "its host",
		`"regex":"(.*)","to":"$1"`:                 "must begin with",
		`"exact":"/a","to":"/a\u007f"`:             "must be escaped",
		`"exact":"/a","to":"https:///b"`:           "its host",
		`"exact":"/a","to":"https://b.test:0"`:     "its host",
		`"exact":"/a","to":"https://b.test:65536"`: "its host",
		`"exact":"/a","to":"https://[::1"`:         "its host",
		`"exact":"/a","to":"https://:80"`:          "its host",
		`"regex":"(","to":"/"`:                     "regex",
		`"exact":"/a","to":"/","status":200`:       "status",
		`"exact":"/a","to":"/","append_path":true`: "append_path",
	} {
		if _, err := config.Parse[Config]([]byte(`{"rules":[{` + rule + `}]}`)); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v, want %q", rule, err, says)
		}
	}
}

// FuzzLocation looks for paths that lead to another host, or out of the header.
func FuzzLocation(f *testing.F) {
	c := parse(f, `{"rules":[{"regex":"^/a(.*)$","to":"/$1"},{"prefix":"/b","to":"https://b.test/","append_path":true}]}`)
	for _, seed := range []string{"/a//evil.test", "/a\\evil.test", "/b@evil.test", "/b.evil.test", "/a/\t/evil.test", "/a?//evil.test", "/a\r\n"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, path string) {
		for i := range c.Rules {
			to, ok := c.Rules[i].location(path)
			if !ok {
				continue
			}
			u, err := url.Parse("https://own.test/")
			if err != nil {
				t.Fatal(err)
			}
			next, err := u.Parse(to)
			if err != nil {
				continue // a broken escape of the client's: browsers stay on the host
			}
			if want := []string{"own.test", "b.test"}[i]; next.Host != want || next.User != nil || strings.ContainsAny(to, "\r\n\t\\") {
				t.Errorf("%q leads to %q", path, to)
			}
		}
	})
}

// BenchmarkRequest is a redirect by an expression, natively.
func BenchmarkRequest(b *testing.B) {
	h := native.New(b, native.Options{Config: []byte(`{"rules":[{"exact":"/x","to":"/y"},{"regex":"^/user/([0-9]+)$","to":"/users?id=$1"}]}`)})
	r := [][2]string{{":method", "GET"}, {":path", "/user/7"}, {":authority", "a.test"}, {":scheme", "http"}}
	for b.Loop() {
		h.Request(r)
	}
}
