package main

import (
	"strings"
	"testing"

	"github.com/sluiceproxy/sluice/sdk/config"
	"github.com/sluiceproxy/sluice/sdk/plugintest"
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
)

func start(t testing.TB, config string) *plugintest.Host {
	t.Helper()
	return plugintest.New(t, plugintest.Options{Config: []byte(config)})
}

// ask is a request; the path is /, the authority a.test, over http.
func ask(method string, headers ...[2]string) [][2]string {
	return append([][2]string{{":method", method}, {":path", "/"}, {":authority", "a.test"}, {":scheme", "http"}}, headers...)
}

func from(origin string) [2]string { return [2]string{"origin", origin} }

func wants(method string) [2]string { return [2]string{"access-control-request-method", method} }

func wantsHeaders(names string) [2]string { return [2]string{"access-control-request-headers", names} }

// Origins against lists and patterns: what must match, and what only looks so.
func TestOrigins(t *testing.T) {
	for text, c := range map[string]struct{ yes, no string }{
		`{}`: {"https://a http://b.c:8080 null chrome-extension://abc http://[::1]:80",
			"x https:// https://a/ https://a:b https://a:0 https://a:65536 https://u@a http://a/x https://a,https://b javascript:x http://[::1 http://[x]"},
		`{"allow_origins":["https://Example.com/","http://b.test:8080"]}`: {"https://example.com HTTPS://EXAMPLE.COM http://b.test:8080",
			"http://example.com https://example.com:8443 https://example.com.evil.test https://aexample.com null http://b.test http://b.test:80800"},
		`{"allow_origins":["https://a.test:443","null"]}`:                {"https://a.test null", "https://a.test:444 NULL nullx https://null"},
		`{"allow_origin_patterns":["*"]}`:                                {"https://a http://b:1", "null *"},
		`{"allow_origin_patterns":["*"],"allow_credentials":true}`:       {"https://a", "null"},
		`{"allow_origin_patterns":["http://*.example.com"]}`:             {"http://a.example.com http://a.b.example.com http://a.example.com:80", "http://example.com https://a.example.com http://a.example.com:8080 http://a.example.com.evil.test http://evil.test/.example.com http://evil.test#.example.com http://evil.test?.example.com http://x@a.example.com http://aexample.com"},
		`{"allow_origin_patterns":["http://*.example.com:[8080,9090]"]}`: {"http://a.example.com:8080 http://a.example.com:9090", "http://a.example.com http://a.example.com:80 http://a.example.com:80809090 http://a.example.com:808"},
		`{"allow_origin_patterns":["https://*.example.com:[*]/"]}`:       {"https://a.example.com https://a.example.com:1", "http://a.example.com https://a.example.com:x"},
		`{"allow_origin_patterns":["https://a-*-b.test:8443"]}`:          {"https://a-x-b.test:8443 https://a--b.test:8443", "https://a-b.test:8443 https://a-x-b.test"},
		`{"allow_origin_patterns":["*.example.com"]}`:                    {"http://a.example.com app://a.example.com", "http://example.com http://a.example.com:81"},
		`{"allow_origin_patterns":["http*://*"]}`:                        {"http://a https://b", "ftp://a http://a:8"},
		`{"allow_credentials":true}`:                                     {"", "https://a null"},
		`{"allow_origins":["a09+-.z://h-_.9:65535"]}`:                    {"a09+-.z://h-_.9:65535", "a09+-.z://h-_.9 a09+-.z://h-_.9:6553"},
		`{"allow_origins":["https://[::1]","https://b:1"]}`:              {"https://[::1] https://b:1", "https://[::1]:444 https://[::2] https://b"},
		`{"allow_origin_patterns":["https://a*b*c.test"]}`:               {"https://abc.test https://axbyc.test https://abbcc.test", "https://ac.test https://acb.test https://abc.testx https://axc.test https://xabc.test"},
		`{"allow_origin_patterns":["","https://a.test:[80, ,443]"]}`:     {"https://a.test https://a.test:80 https://a.test:443", "https://a.test:44 http://a.test:443 https://b.test"},
		`{"allow_origins":["","https://a.test"]}`:                        {"https://a.test", "https://b.test"},
		`{"allow_origins":["*"],"allow_credentials":true}`:               {"https://a null", ""},
	} {
		parsed, err := config.Parse[Config]([]byte(text))
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		for _, o := range strings.Fields(c.yes) {
			if !allowed(&parsed, o) {
				t.Errorf("%s refuses %s", text, o)
			}
		}
		for _, o := range strings.Fields(c.no) {
			if allowed(&parsed, o) {
				t.Errorf("%s allows %s", text, o)
			}
		}
		if allowed(&parsed, "https://a b") || allowed(&parsed, "https://"+strings.Repeat("a", 400)) || allowed(&parsed, "") {
			t.Errorf("%s allows what is no origin", text)
		}
		if parsed.any && parsed.AllowCredentials {
			t.Errorf("%s: * with credentials", text)
		}
	}
}

// What is an origin: a scheme, a host and perhaps a port, at their limits.
func TestParseOrigin(t *testing.T) {
	host := strings.Repeat("a", maxOrigin-len("http://"))
	for text, want := range map[string]string{
		"http://" + host: "http " + host + " ", "http://" + host + "a": "no", "a://b": "a b ", "z9+-.://b": "z9+-. b ", "9a://b": "no", "+a://b": "no", "-a://b": "no", ".a://b": "no",
		"://b": "no", "a_://b": "no", "a{://b": "no", "a/://b": "no", "a:://b": "no", "http://b": "http b ", "http://:80": "no", "http://b:1": "http b 1", "http://b:65535": "http b 65535",
		"http://b:65536": "no", "http://b:00": "no", "http://b:080": "no", "http://b:": "no", "http://az09-._": "http az09-._ ", "http://a/": "no", "http://a:80:81": "no",
		"http://{": "no", "http://`": "no", "http://\u00fc": "no", "http://[::1]:81": "http [::1] 81", "http://[]": "no", "http://[g]": "no", "http://[::1": "no", "http://::1": "no",
		"http://a:80": "http a ", "https://a:80": "https a 80", "https://a:443": "https a ", "ftp://a:80": "ftp a 80", "http://a:443": "http a 443",
	} {
		got := "no"
		if o, ok := parseOrigin(text); ok {
			got = o.scheme + " " + o.host + " " + o.port
		}
		if got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
	for _, c := range []struct {
		text, scheme, authority string
		want                    bool
	}{
		{"http://a.test", "http", "a.test", true}, {"http://a.test", "HTTP", "A.test:80", true}, {"https://a.test", "http", "a.test", false},
		{"http://a.test:81", "http", "a.test", false}, {"http://a.test:81", "http", "a.test:81", true}, {"http://a.test", "http", "a.test:x", false}, {"null", "http", "null", false},
	} {
		o, ok := parseOrigin(c.text)
		if got := ok && o.isSame(c.scheme, c.authority); got != c.want {
			t.Errorf("%+v: %v", c, got)
		}
	}
}

// What a token is (RFC 9110, section 5.6.2).
func TestIsToken(t *testing.T) {
	for text, want := range map[string]bool{"a": true, "!#$%&'*+-.^_`|~09AZaz": true, "": false, "a b": false, "a\x7f": false, "a\x1f": false, "\"a": false, "a{": false, "{": false, "\u00fc": false} {
		if got := isToken(text); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}

// Requests of an origin that is allowed, but for what the name says.
func TestRequests(t *testing.T) {
	h := start(t, `{"allow_origins":["https://ok.test"],"allow_methods":["get, put","patch"],"allow_headers":["X-A, content-type"]}`)
	ok := from("https://ok.test")
	for name, c := range map[string]struct {
		request [][2]string
		status  uint32 // of the plugin's answer; 0 is none
	}{
		"simple":                        {ask("GET", ok), 0},
		"HEAD comes with GET":           {ask("HEAD", ok), 0},
		"PUT":                           {ask("PUT", ok), 0},
		"POST":                          {ask("POST", ok), 403},
		"OPTIONS without a preflight":   {ask("OPTIONS", ok), 403},
		"OPTIONS without an origin":     {ask("OPTIONS", wants("PUT")), 0},
		"two origins":                   {ask("GET", ok, ok), 403},
		"an empty origin":               {ask("GET", from("")), 403},
		"own origin":                    {ask("POST", from("http://a.test")), 0},
		"own origin, with a port":       {ask("POST", from("http://A.test:80")), 0},
		"own origin, another port":      {ask("GET", from("http://a.test:81")), 403},
		"own origin behind TLS":         {ask("POST", from("https://a.test")), 0},
		"own host, another scheme":      {ask("POST", from("ftp://a.test")), 403},
		"preflight of own origin":       {ask("OPTIONS", from("http://a.test"), wants("PUT")), 0},
		"preflight behind TLS":          {ask("OPTIONS", from("https://a.test"), wants("PUT")), 403},
		"preflight":                     {ask("OPTIONS", ok, wants("PUT")), 200},
		"preflight, HEAD":               {ask("OPTIONS", ok, wants("HEAD")), 200},
		"preflight, method in capitals": {ask("OPTIONS", ok, wants("PATCH")), 200},
		"preflight, in lower case":      {ask("OPTIONS", ok, wants("patch")), 403},
		"preflight, another method":     {ask("OPTIONS", ok, wants("POST")), 403},
		"preflight, no method":          {ask("OPTIONS", ok, wants("")), 403},
		"preflight, two methods":        {ask("OPTIONS", ok, wants("PUT"), wants("PUT")), 403},
		"preflight, headers":            {ask("OPTIONS", ok, wants("PUT"), wantsHeaders("content-type,x-a")), 200},
		"preflight, headers and spaces": {ask("OPTIONS", ok, wants("PUT"), wantsHeaders(" x-a ,, Content-Type\t")), 200},
		"preflight, lines of headers":   {ask("OPTIONS", ok, wants("PUT"), wantsHeaders("x-a"), wantsHeaders("x-b")), 403},
		"preflight, another header":     {ask("OPTIONS", ok, wants("PUT"), wantsHeaders("x-a,x-b")), 403},
		"preflight, no header":          {ask("OPTIONS", ok, wants("PUT"), wantsHeaders("x a")), 403},
		"preflight, another origin":     {ask("OPTIONS", from("https://b.test"), wants("PUT")), 403},
		"GET that looks like one":       {ask("GET", ok, wants("DELETE"), wantsHeaders("x-b")), 0},
	} {
		ex := h.Request(c.request)
		got := uint32(0)
		if ex.Reply != nil {
			got = ex.Reply.Status
		}
		if got != c.status || (got == 0) != ex.Upstream.Ended {
			t.Errorf("%s: %d, want %d", name, got, c.status)
		}
		if got == 403 && (ex.Client.Headers.Get("access-control-allow-origin") != "" || ex.Client.Headers.Get("vary") == "") {
			t.Errorf("%s: headers %v", name, ex.Client.Headers)
		}
	}
}

// What a page asks for comes back in a header: only if it is one name or several.
func TestReflectedHeaders(t *testing.T) {
	h := start(t, `{"allow_headers":["*"],"allow_methods":["*"],"max_age":-1}`)
	ok := from("https://ok.test")
	ex := h.Request(ask("OPTIONS", ok, wants("GET"), wantsHeaders("x-a"), wantsHeaders("X-B,x-a")))
	if got := ex.Client.Headers.Get("access-control-allow-headers"); got != "x-a,X-B,x-a" {
		t.Errorf("headers %q", got)
	}
	if _, there := ex.Client.Headers.Lookup("access-control-max-age"); there {
		t.Error("max-age")
	}
	if ex := h.Request(ask("OPTIONS", ok, wants("GET"), wantsHeaders(strings.TrimSuffix(strings.Repeat("a,", 200), ",")))); ex.Reply == nil || ex.Reply.Status != 200 {
		t.Errorf("200 names: %+v", ex.Reply)
	}
	if got := start(t, `{"max_age":0,"allow_private_network":true}`).Request(ask("OPTIONS", ok, wants("GET"))).Client.Headers; got.Get("access-control-max-age") != "0" || got.Get("access-control-allow-private-network") != "" {
		t.Errorf("%v", got)
	}
	if got := start(t, `{}`).Request(ask("OPTIONS", ok, wants("GET"), [2]string{"access-control-request-private-network", "true"})).Client.Headers; got.Get("access-control-allow-private-network") != "" {
		t.Errorf("%v", got)
	}
	for _, r := range [][][2]string{
		ask("OPTIONS", ok, wants("A\r\nB")), ask("OPTIONS", ok, wants("GET, PUT")), ask("OPTIONS", ok, wants("GET"), wantsHeaders("a\x00")),
		ask("OPTIONS", ok, wants("GET"), wantsHeaders("a:b")), ask("OPTIONS", ok, wants("GET"), wantsHeaders(strings.Repeat("a,", 201))),
	} {
		if ex := h.Request(r); ex.Reply == nil || ex.Reply.Status != 403 {
			t.Errorf("%q: %+v", r[4:], ex.Reply)
		}
	}
}

// Upstream's own words about CORS don't reach the client, on no path.
func TestResponses(t *testing.T) {
	h := start(t, `{"allow_origins":["https://ok.test"],"expose_headers":["X-A","X-B"]}`)
	upstream := [][2]string{
		{":status", "200"}, {"Access-Control-Allow-Origin", "*"}, {"access-control-allow-credentials", "true"}, {"access-control-allow-methods", "X"},
		{"access-control-allow-headers", "X"}, {"access-control-expose-headers", "X"}, {"access-control-max-age", "1"},
		{"access-control-allow-private-network", "true"}, {"access-control-other", "stays"}, {"vary", "accept-encoding"}, {"x-a", "1"}, {"x-a", "2"},
	}
	for name, c := range map[string]struct {
		request [][2]string
		want    string
	}{
		"another site": {ask("GET", from("https://ok.test")), "https://ok.test||||X-A,X-B|||stays|accept-encoding,Origin|1,2"},
		"no origin":    {ask("GET"), "|||||||stays|accept-encoding,Origin|1,2"},
		"own origin":   {ask("POST", from("http://a.test")), "|||||||stays|accept-encoding,Origin|1,2"},
	} {
		got := h.Request(c.request).Respond(upstream).Client.Headers
		var all []string
		for _, n := range []string{"allow-origin", "allow-credentials", "allow-methods", "allow-headers", "expose-headers", "max-age", "allow-private-network", "other"} {
			all = append(all, strings.Join(got.Values("access-control-"+n), ","))
		}
		all = append(all, strings.Join(got.Values("vary"), ","), strings.Join(got.Values("x-a"), ","))
		if text := strings.Join(all, "|"); text != c.want {
			t.Errorf("%s:\n%s, want\n%s", name, text, c.want)
		}
	}
	if got := h.Request(ask("GET")).Respond([][2]string{{":status", "200"}, {"vary", "*"}}).Client.Headers.Values("vary"); len(got) != 1 {
		t.Errorf("vary %q", got)
	}
}

func TestConfigurations(t *testing.T) {
	for text, says := range map[string]string{
		`{"allow_origins":["a.test"]}`:                     "allow_origins[0]: not an origin",
		`{"allow_origins":["https://a.test/path"]}`:        "allow_origins[0]",
		`{"allow_origins":["https://*.a.test"]}`:           "allow_origins[0]",
		`{"allow_origin_patterns":["https://a.test:[x]"]}`: "allow_origin_patterns[0]",
		`{"allow_origin_patterns":["https://*:*"]}`:        "allow_origin_patterns[0]",
		`{"allow_origin_patterns":["https://*.a.test/x"]}`: "allow_origin_patterns[0]",
		`{"allow_origin_patterns":["ht tp://*"]}`:          "allow_origin_patterns[0]",
		`{"allow_methods":["GE T"]}`:                       "allow_methods",
		`{"allow_headers":["a:"]}`:                         "allow_headers",
		`{"expose_headers":["a\r\nb"]}`:                    "expose_headers",
		`{"max_age":"1"}`:                                  "max_age",
		`{"allow_origin":["*"]}`:                           "did you mean",
	} {
		if _, err := config.Parse[Config]([]byte(text)); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v, want %q", text, err, says)
		}
	}
	for _, text := range []string{ // of the field's documentation and examples
		`{"allow_origins":["*"],"allow_methods":["*"],"allow_headers":["*"],"expose_headers":["*"],"allow_credentials":false,"max_age":7200}`,
		`{"allow_origins":["http://httpbin.example.net",""],"allow_origin_patterns":["http://*.example.com:[*]","http://*.example.org:[9090,8080]"],"allow_methods":["GET","POST","PATCH"],"allow_headers":["Content-Type","Token","Authorization"],"expose_headers":["X-Custom-Header","X-Env-UTM"],"allow_credentials":true,"max_age":3600}`,
		`{"allow_origins":["*"],"allow_credentials":true,"max_age":0}`,
	} {
		if _, err := config.Parse[Config]([]byte(text)); err != nil {
			t.Errorf("%s: %v", text, err)
		}
	}
	h := start(t, `{"allow_origins":["*"],"allow_credentials":true}`)
	if log := strings.Join(h.LogsAt(proxywasm.LogLevelWarn), ""); !strings.Contains(log, "allow_credentials has no effect") {
		t.Errorf("log %q", log)
	}
}

// FuzzOrigin looks for origins that panic, and for one that a pattern for
// example.com takes although its host is another.
func FuzzOrigin(f *testing.F) {
	c, err := config.Parse[Config]([]byte(`{"allow_origin_patterns":["https://*.example.com:[*]"]}`))
	if err != nil {
		f.Fatal(err)
	}
	for _, seed := range []string{"https://a.example.com", "https://a.example.com:1", "https://evil.test/.example.com", "null", "https://[::1]", "https://x@a.example.com"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if !allowed(&c, text) {
			return
		}
		host, _, _ := strings.Cut(strings.TrimPrefix(strings.ToLower(text), "https://"), ":")
		if !strings.HasSuffix(host, ".example.com") || strings.ContainsAny(host, "/@?#\\ ") {
			t.Errorf("%q was accepted", text)
		}
	})
}

// BenchmarkRequest is a request of another origin and its response, natively.
func BenchmarkRequest(b *testing.B) {
	h := start(b, `{"allow_origin_patterns":["https://*.example.com"]}`)
	r := ask("GET", from("https://a.example.com"))
	response := [][2]string{{":status", "200"}, {"content-type", "text/plain"}}
	for b.Loop() {
		if ex := h.Request(r).Respond(response); ex.Reply != nil {
			b.Fatal(ex.Reply)
		}
	}
}
