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
		"/a/b/..":              "/a/b/.. /a/",
		"/a/.":                 "/a/. /a/",
		"/a/b":                 "/a/b",
		"/%61?":                "/%61? /%61 /a",
		"/a+b":                 "/a+b",
		"/a%252Bb?c%252Bd":     "/a%252Bb?c%252Bd /a%2Bb?c%2Bd /a+b?c+d",
		"/x/../%252e":          "/x/../%252e /x/../%2e /%2e /x/../. /",
		"/%2525252541":         "/%2525252541 /%25252541 /A",       // five times an escape
		"/%252525252541":       "/%252525252541 /%2525252541 /%41", // six times
		"*":                    "* /*",
		"http://a.test//b?c=d": "http://a.test//b?c=d /http:/a.test/b?c=d",
	} {
		if got := strings.Join(forms(path), " "); got != want {
			t.Errorf("%s:\n%s, want\n%s", path, got, want)
		}
	}
}

// Texts are found in a body that comes in three parts, wherever it is cut.
func TestScan(t *testing.T) {
	for _, c := range []struct {
		body  string
		form  bool
		found bool
	}{
		{"one two", false, true}, {"xone twox", false, true}, {"one%20two", false, false}, {"ONE TWO", false, false}, {"one tw", false, false},
		{"one+two", true, true}, {"one%20two", true, true}, {"%6fne tw%6F", true, true}, {"%6fne tw%6", true, false}, {"one tw%256f", true, false}, {"%%6fne two", true, true},
	} {
		contentType := map[bool]string{true: "application/x-www-form-urlencoded; charset=utf-8", false: "text/plain"}[c.form]
		for i := range len(c.body) + 1 {
			for j := i; j <= len(c.body); j++ {
				s := newScan(texts{list: []string{"one two"}, longest: 7}, contentType)
				found := s.found([]byte(c.body[:i]))
				found = s.found([]byte(c.body[i:j])) || found
				found = s.found([]byte(c.body[j:])) || found
				if found != c.found {
					t.Errorf("%q cut at %d and %d: %v", c.body, i, j, found)
				}
			}
		}
	}
}

func TestConfigurations(t *testing.T) {
	for text, ok := range map[string]bool{
		`{}`: false, `{"block_urls":[""],"block_regexp_urls":[""]}`: false, `{"block_regexp_urls":["("]}`: false,
		`{"block_urls":["a"],"block_exact_urls":["a"]}`: true, `{"block_urls":["a"],"block_headers":["a"]}`: true,
		`{"block_urls":["a"],"block_bodies":["a"]}`: true, `{"block_urls":["a"],"block_regexp_urls":["a"]}`: true, `{"block_bodys":["a"]}`: true,
		`{"block_urls":["a"],"blocked_code":199}`: false, `{"block_urls":["a"],"blocked_code":200}`: true,
		`{"block_urls":["a"],"blocked_code":599}`: true, `{"block_urls":["a"],"blocked_code":600}`: false,
	} {
		if _, err := config.Parse[Config]([]byte(text)); (err == nil) != ok {
			t.Errorf("%s: %v", text, err)
		}
	}
	c, err := config.Parse[Config]([]byte(`{"block_regexp_urls":["","^/b"],"blocked_code":0}`))
	if err != nil || c.Code != 403 || c.blockedURL("/a") != "" || c.blockedURL("/b") != "regexp" {
		t.Errorf("%+v, %v", c, err)
	}
}

// Case of A to Z, and of nothing else.
func TestCase(t *testing.T) {
	c, err := config.Parse[Config]([]byte(`{"block_urls":["/AmZ[@\u00c4"],"block_exact_urls":["/Q"],"block_regexp_urls":["^/R$"],"case_sensitive":false}`))
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		"/aMz[@\u00c4": "keyword", "/AMZ[@\u00c4": "keyword", "/amz{@\u00c4": "", "/amz[`\u00c4": "", "/amz[@\u00e4": "", "/q": "exact", "/qq": "", "/r": "regexp",
	} {
		if got := c.blockedURL(path); got != want {
			t.Errorf("%s: %q, want %q", path, got, want)
		}
	}
	names := texts{list: []string{"X-Key", "V"}}
	for _, c := range []struct {
		name, value string
		want        bool
	}{{"x-key", "", true}, {"a", "x-key", false}, {"a", "V", true}, {"a", "v", false}, {"v", "", true}} {
		if got := names.inHeader(c.name, c.value); got != c.want {
			t.Errorf("%s: %s: %v", c.name, c.value, got)
		}
	}
}

// Which requests wait for their body, and what of it reaches upstream.
func TestWaiting(t *testing.T) {
	get := func(method string, headers ...[2]string) [][2]string {
		return append([][2]string{{":method", method}, {":path", "/"}, {":authority", "a.test"}, {":scheme", "http"}}, headers...)
	}
	upgrade := [][2]string{{"connection", "Upgrade"}, {"upgrade", "websocket"}}
	for name, c := range map[string]struct {
		config  string
		headers [][2]string
		waits   bool
	}{
		"bodies":           {`{"block_bodies":["bad"]}`, get("POST"), true},
		"headers":          {`{"block_headers":["bad"]}`, get("POST"), false},
		"urls":             {`{"block_urls":["bad"]}`, get("POST"), false},
		"bodies, streamed": {`{"block_bodies":["bad"],"stream_bodies":true}`, get("POST"), false},
		"a WebSocket":      {`{"block_bodies":["bad"]}`, get("GET", upgrade...), false},
		"CONNECT":          {`{"block_bodies":["bad"]}`, get("CONNECT"), false},
	} {
		h := native.New(t, native.Options{Config: []byte(c.config)})
		ex := h.Send(native.Input{Headers: c.headers, Chunks: [][]byte{[]byte("good")}, Open: true})
		if got := !ex.Upstream.Sent(); got != c.waits {
			t.Errorf("%s: waits %v", name, got)
		}
		if c.waits != (len(ex.Upstream.Body) == 0) {
			t.Errorf("%s: upstream has %q", name, ex.Upstream.Body)
		}
		ex.More([]byte("ba"), false).More([]byte("d"), true)
		if blocked := ex.Reply != nil; blocked != strings.Contains(c.config, "bodies") {
			t.Errorf("%s: %+v", name, ex.Reply)
		}
	}
	h := native.New(t, native.Options{Config: []byte(`{"block_bodies":["bad"],"stream_bodies":true}`)})
	ex := h.Send(native.Input{Headers: get("POST"), Chunks: [][]byte{[]byte("good")}, Open: true})
	ex.More([]byte("bad"), false).More([]byte("after"), true)
	if string(ex.Upstream.Body) != "good" || ex.Reply == nil || ex.Reply.Status != 403 {
		t.Errorf("upstream has %q, %+v", ex.Upstream.Body, ex.Reply)
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
