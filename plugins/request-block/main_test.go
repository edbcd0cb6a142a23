package main

import (
	"strings"
	"testing"

	"github.com/sluiceproxy/sluice/plugins/internal/edge"
	"github.com/sluiceproxy/sluice/plugins/internal/page"
	"github.com/sluiceproxy/sluice/plugintest"
	"github.com/sluiceproxy/sluice/plugintest/cases"
	"github.com/sluiceproxy/sluice/sdk/config"
	native "github.com/sluiceproxy/sluice/sdk/plugintest"
)

func TestReadme(t *testing.T) {
	page.Test[Config](t, page.Page{Name: "request-block", Rules: config.WholeRules})
}

// The cases of cases.yaml.
func TestCases(t *testing.T) { cases.Test(t) }

func TestEdge(t *testing.T) {
	edge.Run(t, edge.Suite{
		Plugin:    plugintest.Plugin{Config: `{"block_headers":["x-forbidden"],"block_urls":["nowhere"],"block_bodies":["nothing"]}`},
		Allowed:   func(*plugintest.Request) {},
		Refused:   func(r *plugintest.Request) { edge.Set(r, "x-forbidden", "1") },
		Statuses:  []int{403},
		ReadsBody: true,
	})
	edge.Run(t, edge.Suite{
		Plugin:  plugintest.Plugin{Config: `{"block_urls":["nowhere"],"block_bodies":["nothing"],"stream_bodies":true}`},
		Allowed: func(*plugintest.Request) {},
		Refused: func(r *plugintest.Request) {
			before, after, found := strings.Cut(r.Path, "?")
			r.Path = strings.TrimSuffix(before, "/") + "/no%77here"
			if found {
				r.Path += "?" + after
			}
		},
		Statuses: []int{403},
	})
}

func TestForms(t *testing.T) {
	for path, want := range map[string]string{
		"/":                    "/",
		"/a?":                  "/a? /a",
		"/a#b":                 "/a#b /a",
		"/a/":                  "/a/",
		"/%61?%62=+c":          "/%61?%62=+c /a?b= c",
		"/a%252Fb":             "/a%252Fb /a%2Fb /a/b",
		"/a//b/./c/../d":       "/a//b/./c/../d /a/b/d",
		"/a/..;x/b;y=1/":       "/a/..;x/b;y=1/ /b/",
		`/a\b%5cc`:             `/a\b%5cc /a\b\c /a/b/c`,
		"/../../a":             "/../../a /a",
		"/%zz%41":              "/%zz%41 /%zzA",
		"/a%3Fb=1":             "/a%3Fb=1 /a?b=1",
		"/a/..":                "/a/.. /",
		"*":                    "* /*",
		"http://a.test//b?c=d": "http://a.test//b?c=d /http:/a.test/b?c=d",
	} {
		if got := strings.Join(forms(path), " "); got != want {
			t.Errorf("%s:\n%s, want\n%s", path, got, want)
		}
	}
}

// However a body is cut, what is found is what the whole body has.
func FuzzScan(f *testing.F) {
	f.Add("a=one%20two%2", uint64(0b1010101), true)
	f.Add("ONE tw%6f one two", uint64(1<<63), false)
	f.Fuzz(func(t *testing.T, body string, cuts uint64, form bool) {
		c := Config{Bodies: []string{"one two", "%20", "x", "%4"}, Sensitive: cuts%2 == 0}
		if err := c.Validate(); err != nil {
			t.Fatal(err)
		}
		contentType := map[bool]string{true: "application/X-WWW-form-urlencoded"}[form]
		want := newScan(c.bodies, contentType).found([]byte(body))
		s, got, from := newScan(c.bodies, contentType), false, 0
		for i := range body {
			if cuts>>(i%64)&1 == 1 {
				got = s.found([]byte(body[from:i])) || got
				from = i
			}
		}
		if got = s.found([]byte(body[from:])) || got; got != want {
			t.Errorf("%q cut by %b: %v, want %v", body, cuts, got, want)
		}
	})
}

func BenchmarkRequest(b *testing.B) {
	for name, config := range map[string]string{
		"urls":    `{"block_urls":["swagger.html","foo=bar","/actuator"]}`,
		"regexp":  `{"block_regexp_urls":["^/admin(/|$)"]}`,
		"headers": `{"block_headers":["example-key"]}`,
	} {
		b.Run(name, func(b *testing.B) {
			h := native.New(b, native.Options{Config: []byte(config)})
			b.ReportAllocs()
			for b.Loop() {
				h.Request([][2]string{{":method", "GET"}, {":path", "/a/b?c=d%20e"}, {":authority", "a.test"}, {":scheme", "http"}}).End()
			}
		})
	}
	b.Run("16 KiB of body", func(b *testing.B) {
		h := native.New(b, native.Options{Config: []byte(`{"block_bodies":["hello world","something else"],"case_sensitive":false}`)})
		body := []byte(strings.Repeat("hello there, world! ", 820))
		b.SetBytes(int64(len(body)))
		for b.Loop() {
			h.Request([][2]string{{":method", "POST"}, {":path", "/"}, {":authority", "a.test"}, {":scheme", "http"}}, body).End()
		}
	})
}
