package main

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/sdk/config"
	"github.com/sluiceproxy/sluice/sdk/plugintest"
)

const endpoint = `"endpoint":{"service_name":"ext-auth.static","service_port":8090,"path_prefix":"/auth"}`

// ask is a request; of other pseudo headers it has GET, a.test and http.
func ask(path string, headers ...[2]string) [][2]string {
	return append([][2]string{{":method", "GET"}, {":path", path}, {":authority", "a.test"}, {":scheme", "http"}}, headers...)
}

// start runs the plugin with a service that gives one answer, and counts.
func start(t testing.TB, config string, status string, headers ...[2]string) (h *plugintest.Host, calls *[]plugintest.HTTPCall) {
	t.Helper()
	h = plugintest.New(t, plugintest.Options{Config: []byte(config)})
	calls = new([]plugintest.HTTPCall)
	h.OnHTTPCall(func(c plugintest.HTTPCall) plugintest.HTTPAnswer {
		*calls = append(*calls, c)
		if status == "" {
			return plugintest.HTTPAnswer{}
		}
		return plugintest.HTTPAnswer{Headers: append([][2]string{{":status", status}, {"server", "x"}}, headers...), Body: []byte("says " + status)}
	})
	return h, calls
}

// Which requests need a decision: lists against hosts, methods and paths.
func TestLists(t *testing.T) {
	const public = `[{"match_rule_domain":"api.example.com","match_rule_path":"/public","match_rule_type":"prefix"},` +
		`{"match_rule_domain":"images.*","match_rule_method":["GET"]},{"match_rule_method":["HEAD"],"match_rule_path":"/health-check","match_rule_type":"exact"},{}]`
	const secret = `[{"match_rule_domain":"*.example.com","match_rule_path":"/secret","match_rule_type":"prefix"},` +
		`{"match_rule_method":["DELETE"],"match_rule_path":"^/user$","match_rule_type":"regex"}]`
	for _, c := range []struct {
		kind, list, request string // method host path
		guarded             bool
	}{
		{"whitelist", public, "GET api.example.com /public/a", false},
		{"whitelist", public, "POST api.example.com /public?x=/../..", false},
		{"whitelist", public, "GET API.example.com.:8443 /public", false},
		{"whitelist", public, "GET xapi.example.com /public", true},
		{"whitelist", public, "GET api.example.com.evil /public", true},
		{"whitelist", public, "GET api.example.com /Public", true},
		{"whitelist", public, "GET api.example.com /private", true},
		{"whitelist", public, "GET api.example.com /public/../private", true},
		{"whitelist", public, "GET api.example.com /public/%2e%2e/private", true},
		{"whitelist", public, "GET api.example.com /public/..%2fprivate", true},
		{"whitelist", public, "GET api.example.com /public/..;/private", true},
		{"whitelist", public, "GET api.example.com /public/..\\private", true},
		{"whitelist", public, "GET api.example.com /public%252f..", true},
		{"whitelist", public, "GET api.example.com /private/../public", true}, // upstream may read /private
		{"whitelist", public, "GET api.example.com //public", true},
		{"whitelist", public, "GET api.example.com /public/a//b", false},
		{"whitelist", public, "GET api.example.com /public/%41", false},
		{"whitelist", public, "GET api.example.com /private#/public", true},
		{"whitelist", public, "GET images.test /x%2f", false}, // no path in the rule
		{"whitelist", public, "get images.test /", true},
		{"whitelist", public, "HEAD a.test /health-check?a", false},
		{"whitelist", public, "HEAD a.test /health-check/", true},
		{"whitelist", public, "GET a.test /health-check", true},
		{"whitelist", `[{"match_rule_domain":"a.test:80"}]`, "GET A.test:80 /", false},
		{"whitelist", `[{"match_rule_domain":"a.test:80"}]`, "GET a.test:81 /", true},
		{"whitelist", `[{"match_rule_domain":"a.test:*"}]`, "GET a.test:81 /", false},
		{"whitelist", `[{"match_rule_domain":"*.a.test"}]`, "GET b.a.test:80 /", false},
		{"whitelist", `[{"match_rule_domain":"*80"}]`, "GET a.test:80 /", true}, // without a colon: no port
		{"whitelist", `[]`, "GET a.test /", true},
		{"blacklist", secret, "GET a.example.com /secret/a", true},
		{"blacklist", secret, "GET A.Example.Com:80 /x/../secret", true},
		{"blacklist", secret, "GET a.example.com. /%73ecret", true},
		{"blacklist", secret, "GET a.example.com //secret", true},
		{"blacklist", secret, "GET a.example.com /secret/../x", true},
		{"blacklist", secret, "GET a.example.com /a%2f..%2fsecret", true},
		{"blacklist", secret, "GET a.example.com /%zz", true},
		{"blacklist", secret, "GET a.example.com /x", false},
		{"blacklist", secret, "GET example.com /secret", false},
		{"blacklist", secret, "delete a.test /user", true},
		{"blacklist", secret, "DELETE a.test /user/", false},
		{"blacklist", secret, "DELETE a.test /./user", true},
		{"blacklist", `[]`, "GET a.test /", false},
	} {
		parsed, err := config.Parse[Config]([]byte(`{"http_service":{` + endpoint + `},"match_type":"` + c.kind + `","match_list":` + c.list + `}`))
		if err != nil {
			t.Fatal(err)
		}
		f := strings.SplitN(c.request, " ", 3)
		if got := parsed.guards(f[1], f[0], f[2]); got != c.guarded {
			t.Errorf("%s %s: %v, want %v", c.kind, c.request, got, c.guarded)
		}
	}
	for _, kind := range []string{"", `,"match_type":"blacklist"`} {
		if parsed, err := config.Parse[Config]([]byte(`{"http_service":{` + endpoint + `}` + kind + `}`)); err != nil || !parsed.guards("a", "GET", "/") {
			t.Errorf("without a list all need a decision: %v", err)
		}
	}
}

// Every status of the service, and what the client gets.
func TestStatuses(t *testing.T) {
	for status, want := range map[string]struct{ closed, open uint32 }{ // 0: it passes
		"200": {0, 0}, "201": {201, 201}, "204": {204, 204}, "301": {301, 301}, "400": {400, 400}, "401": {401, 401}, "403": {403, 403},
		"404": {404, 404}, "429": {429, 429}, "499": {499, 499}, "500": {418, 0}, "503": {418, 0}, "599": {418, 0}, "": {418, 0}, "600": {418, 0}, "99": {403, 403},
	} {
		for _, open := range []bool{false, true} {
			h, calls := start(t, fmt.Sprintf(`{"http_service":{%s},"status_on_error":418,"failure_mode_allow":%v}`, endpoint, open), status)
			ex := h.Request(ask("/a"))
			got, wanted := uint32(0), want.closed
			if open {
				wanted = want.open
			}
			if ex.Reply != nil {
				got = ex.Reply.Status
			}
			if got != wanted || ex.Upstream.Ended != (wanted == 0) || len(*calls) != 1 {
				t.Errorf("%q, failure_mode_allow %v: %d, want %d; upstream %v, %d calls", status, open, got, wanted, ex.Upstream.Ended, len(*calls))
			}
			if ex.Reply != nil && status != "" && status != "204" && string(ex.Reply.Body) != "says "+status {
				t.Errorf("%s: body %q", status, ex.Reply.Body)
			}
		}
	}
	for _, status := range []int{200, 403, 599} {
		h, _ := start(t, fmt.Sprintf(`{"http_service":{%s},"status_on_error":%d}`, endpoint, status), "")
		if ex := h.Request(ask("/")); ex.Reply == nil || ex.Reply.Status != uint32(status) {
			t.Errorf("status_on_error %d: %+v", status, ex.Reply)
		}
	}
	h, calls := start(t, `{"http_service":{`+endpoint+`}}`, "200")
	if h.Request(ask("/")); (*calls)[0].Timeout != time.Second {
		t.Errorf("it may take %v", (*calls)[0].Timeout)
	}
	h, _ = start(t, `{"http_service":{`+endpoint+`,"authorization_response":{"success_status":[200,202]}}}`, "202")
	if ex := h.Request(ask("/")); ex.Reply != nil {
		t.Errorf("202: %+v", ex.Reply)
	}
}

// Requests that the service is never asked about, so that failure_mode_allow
// can't be provoked.
func TestRequestsThatAreNotSent(t *testing.T) {
	h, calls := start(t, `{"http_service":{`+endpoint+`},"failure_mode_allow":true}`, "200")
	for _, r := range [][][2]string{
		ask("/%zz"), ask("/a%"), ask("/a%4"), ask("/../admin"), ask("/a/../../admin"), ask("/%2e%2e/admin"), ask("/a%2f..%2f..%2fadmin"),
		ask("/..;/admin"), ask("/..\\admin"), ask("/%252e%252e/admin"), ask("/a#b"), ask("/a\x01"),
		ask("/a\x1f"), ask("/a\x7f"), ask("/a HTTP/1.1"), ask("/%4z"), ask("/%z4"), ask("/%4g"), ask("/%:0"),
		ask("/", [2]string{"authorization", "a"}, [2]string{"Authorization", "b"}),
	} {
		if ex := h.Request(r); ex.Reply == nil || ex.Reply.Status != 400 || len(*calls) != 0 {
			t.Errorf("%q: %+v, %d calls", r, ex.Reply, len(*calls))
			*calls = nil
		}
	}
}

// The request line that the service gets.
func TestTargets(t *testing.T) {
	for _, c := range []struct{ prefix, path, want string }{
		{"/auth", "/a?b=c", "/auth/a?b=c"}, {"/auth/", "/a", "/auth/a"}, {"", "/a", "/a"}, {"/", "//evil.test/a", "//evil.test/a"}, {"auth", "/", "/auth/"},
		{"/auth", "/a?x=/../..&y=%zz", "/auth/a?x=/../..&y=%zz"}, {"/auth", "/a/../b", "/auth/a/../b"}, {"/auth", "/a%20b/%C3%BC", "/auth/a%20b/%C3%BC"},
		{"/auth", "/%90%aa%ff%AA%FF~\x80", "/auth/%90%aa%ff%AA%FF~%80"},
	} {
		h, calls := start(t, `{"http_service":{"endpoint":{"service_name":"s.dns","path_prefix":"`+c.prefix+`"}}}`, "200")
		h.Request(ask(c.path))
		if len(*calls) != 1 || (*calls)[0].Headers.Get(":path") != c.want || (*calls)[0].Headers.Get(":authority") != "s.dns" || (*calls)[0].Cluster != "outbound|80||s.dns" {
			t.Errorf("%s and %s: %v, want %s", c.prefix, c.path, *calls, c.want)
		}
	}
}

// Headers for one connection stay behind.
func TestRequestHeaders(t *testing.T) {
	h, calls := start(t, `{"http_service":{`+endpoint+`,"authorization_request":{"allowed_headers":[{"regex":"."}],"headers_to_add":{"X-N":1}}}}`, "200")
	h.Request(ask("/", [2]string{"connection", "keep-alive, X-Hop"}, [2]string{"x-hop", "1"}, [2]string{"te", "trailers"}, [2]string{"upgrade", "x"},
		[2]string{"content-length", "0"}, [2]string{"proxy-authorization", "p"}, [2]string{"x-n", "2"}, [2]string{"Cookie", "a"}, [2]string{"x-twice", "1"}, [2]string{"x-twice", "2"}, [2]string{"x-names", "x-kept"}, [2]string{"x-kept", "1"}))
	got := (*calls)[0].Headers
	for name, want := range map[string]string{
		"connection": "[]", "x-hop": "[]", "te": "[]", "upgrade": "[]", "proxy-authorization": "[]", "x-n": "[1]", "cookie": "[a]", "x-twice": "[1 2]", ":method": "[GET]",
		"x-kept": "[1]",
	} {
		if v := fmt.Sprint(got.Values(name)); v != want {
			t.Errorf("%s is %s, want %s", name, v, want)
		}
	}
}

// Headers of the configuration are in one order, whatever the map's.
func TestOrderOfHeaders(t *testing.T) {
	h, calls := start(t, `{"http_service":{`+endpoint+`,"authorization_request":{"headers_to_add":{"X-F":1,"x-b":2,"x-e":3,"x-a":4,"x-d":5,"x-c":6}}}}`, "200")
	h.Request(ask("/"))
	var names string
	for _, h := range (*calls)[0].Headers {
		if name, ok := strings.CutPrefix(h[0], "x-"); ok {
			names += name
		}
	}
	if names != "abcdef" {
		t.Errorf("they are in the order %s", names)
	}
}

// What the service is shown of bodies, and which requests wait for theirs.
func TestBodies(t *testing.T) {
	body := func(n int, length string) plugintest.Input {
		in := plugintest.Input{Headers: ask("/")}
		in.Headers[0][1] = "POST"
		if length != "" {
			in.Headers = append(in.Headers, [2]string{"content-length", length})
		}
		if n > 0 {
			in.Chunks = [][]byte{[]byte(strings.Repeat("b", n))}
		}
		return in
	}
	with := func(in plugintest.Input, method string) plugintest.Input {
		in.Headers[0][1] = method
		return in
	}
	const limited = `,"authorization_request":{"with_request_body":true,"max_request_body_bytes":10}`
	for name, c := range map[string]struct {
		request string
		in      plugintest.Input
		shown   int
		status  uint32
	}{
		"not wanted":          {"", body(10, ""), 0, 0},
		"wanted":              {limited, body(9, ""), 9, 0},
		"wanted, none there":  {limited, body(0, ""), 0, 0},
		"as long as may be":   {limited, body(10, "10"), 10, 0},
		"too long":            {limited, body(11, ""), 0, 413},
		"too long, announced": {limited, body(1, "11"), 0, 413},
		"no length":           {limited, body(1, "x"), 0, 413},
		"more than numbers":   {limited, body(1, "18446744073709551616"), 0, 413},
		"a negative length":   {limited, body(1, "-1"), 0, 413},
		"GET":                 {limited, with(body(5, ""), "GET"), 0, 0},
		"HEAD":                {limited, with(body(5, ""), "HEAD"), 0, 0},
		"OPTIONS":             {limited, with(body(5, ""), "OPTIONS"), 0, 0},
		"PUT":                 {limited, with(body(5, ""), "PUT"), 5, 0},
	} {
		h, calls := start(t, `{"http_service":{`+endpoint+c.request+`}}`, "200")
		ex, status := h.Send(c.in), uint32(0)
		if ex.Reply != nil {
			status = ex.Reply.Status
		}
		if asked := len(*calls) == 1; status != c.status || asked != (c.status == 0) || asked && len((*calls)[0].Body) != c.shown {
			t.Errorf("%s: status %d, want %d; %d calls %q", name, status, c.status, len(*calls), *calls)
		}
	}
}

// Names that allowed_upstream_headers covers with a prefix, but that are the
// gateway's; and a header that the service has seen and replaces.
func TestHeadersOfClients(t *testing.T) {
	h, _ := start(t, `{"http_service":{`+endpoint+`,"authorization_request":{"allowed_headers":[{"exact":"x-user"}]},`+
		`"authorization_response":{"allowed_upstream_headers":[{"prefix":"x-"},{"exact":"te"}]}}}`, "200", [2]string{"x-user", "ann"})
	up := h.Request(ask("/", [2]string{"x-request-id", "1"}, [2]string{"x-forwarded-for", "192.0.2.1"}, [2]string{"te", "trailers"},
		[2]string{"x-user", "root"}, [2]string{"x-user", "ben"}, [2]string{"x-forged", "1"})).Upstream.Headers
	got := fmt.Sprint(up.Values("x-request-id"), up.Values("x-forwarded-for"), up.Values("te"), up.Values("x-user"), up.Values("x-forged"))
	if want := "[1] [192.0.2.1] [trailers] [ann] []"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

// What goes from the service's answer to upstream and to clients.
func TestAnswerHeaders(t *testing.T) {
	answer := [][2]string{
		{"X-User", "ann"}, {"x-role", "a"}, {"X-Role", "b"}, {"connection", "x-hop"}, {"x-hop", "1"}, {"transfer-encoding", "chunked"}, {"content-length", "9"},
		{"location", "/l"}, {"www-authenticate", "Basic"}, {"set-cookie", "a=1"}, {"set-cookie", "b=2"}, {"content-encoding", "gzip"},
	}
	const response = `,"authorization_response":{"allowed_upstream_headers":[{"exact":"x-user"},{"prefix":"X-R"},{"contains":"hop"},{"regex":"^content"},{"suffix":"encoding"}]%s}`
	h, _ := start(t, `{"http_service":{`+endpoint+fmt.Sprintf(response, "")+`}}`, "200", answer...)
	ex := h.Request(ask("/", [2]string{"x-user", "root"}, [2]string{"X-Role", "root"}, [2]string{"x-other", "o"}, [2]string{"x-rest", "r"}, [2]string{"content-type", "t"}))
	up := ex.Upstream.Headers
	got := fmt.Sprint(up.Values("x-user"), up.Values("x-role"), up.Values("x-other"), up.Values("x-rest"), up.Values("x-hop"), up.Values("content-length"), up.Values("content-type"))
	if want := "[ann] [a b] [o] [] [] [] [t]"; got != want {
		t.Errorf("upstream: %s, want %s", got, want)
	}
	for list, want := range map[string]string{
		``:                             "[ann] [a b] [] [] [a=1 b=2] [Basic] [/l] [gzip]",
		`,"allowed_client_headers":[]`: "[] [] [] [] [] [Basic] [/l] [gzip]",
		`,"allowed_client_headers":[{"exact":"x-user"},{"regex":"."}]`: "[ann] [a b] [] [] [a=1 b=2] [Basic] [/l] [gzip]",
		`,"allowed_client_headers":[{"exact":"X-USER"}]`:               "[ann] [] [] [] [] [Basic] [/l] [gzip]",
	} {
		h, _ := start(t, `{"http_service":{`+endpoint+fmt.Sprintf(response, list)+`}}`, "401", answer...)
		c := h.Request(ask("/")).Reply.Headers
		var all []string
		for _, n := range []string{"x-user", "x-role", "x-hop", "transfer-encoding", "set-cookie", "www-authenticate", "location", "content-encoding"} {
			all = append(all, fmt.Sprint(c.Values(n)))
		}
		if got := strings.Join(all, " "); got != want {
			t.Errorf("client, %s: %s, want %s", list, got, want)
		}
	}
}

// A client that goes while the service thinks: nothing passes later.
func TestClientThatGoes(t *testing.T) {
	h := plugintest.New(t, plugintest.Options{Config: []byte(`{"http_service":{` + endpoint + `},"failure_mode_allow":true}`)})
	ex := h.Request(ask("/"))
	if !ex.Paused() || len(h.PendingHTTPCalls()) != 1 {
		t.Fatal("the request does not wait")
	}
	ex.Abort()
	h.OnHTTPCall(func(plugintest.HTTPCall) plugintest.HTTPAnswer {
		return plugintest.HTTPAnswer{Headers: [][2]string{{":status", "200"}}}
	})
	if ex.Upstream.Sent() {
		t.Error("it went on")
	}
}

func TestConfigurations(t *testing.T) {
	for text, says := range map[string]string{
		`{}`:                  "http_service: is required",
		`{"http_service":{}}`: "endpoint: is required",
		`{"http_service":{"endpoint":{"service_name":"a"}}}`:                                                                                              "path_prefix: is required",
		`{"http_service":{"endpoint":{"service_name":"","path_prefix":"/"}}}`:                                                                             "service_name",
		`{"http_service":{"endpoint_mode":"forward_auth","endpoint":{"service_name":"a","path_prefix":"/"}}}`:                                             "path: is required",
		`{"http_service":{"endpoint_mode":"x","endpoint":{"service_name":"a","path_prefix":"/"}}}`:                                                        "endpoint_mode",
		`{"http_service":{"endpoint_mode":"forward_auth","endpoint":{"service_name":"a","path":"/"},"authorization_request":{"with_request_body":true}}}`: "have no body",
		`{"http_service":{` + endpoint + `,"authorization_request":{"allowed_headers":[{}]}}}`:                                                            "one of exact",
		`{"http_service":{` + endpoint + `,"authorization_response":{"allowed_client_headers":[{"regex":"("}]}}}`:                                         "regex",
		`{"http_service":{` + endpoint + `},"status_on_error":100}`:                                                                                       "status_on_error",
		`{"http_service":{` + endpoint + `},"status_on_error":199}`:                                                                                       "status_on_error",
		`{"http_service":{` + endpoint + `},"match_type":"greylist"}`:                                                                                     "match_type",
		`{"http_service":{` + endpoint + `},"match_list":[{}]}`:                                                                                           "match_type: is required",
		`{"http_service":{` + endpoint + `},"match_type":"whitelist","match_list":[{"match_rule_path":"/a"}]}`:                                            "match_rule_type: is required",
		`{"http_service":{` + endpoint + `},"match_type":"whitelist","match_list":[{"match_rule_path":"(","match_rule_type":"regex"}]}`:                   "regex",
	} {
		if _, err := config.Parse[Config]([]byte(text)); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v, want %q", text, err, says)
		}
	}
	zeros := `{"http_service":{"endpoint":{"service_name":"a","service_port":0,"path_prefix":""},"timeout":0,"authorization_request":{"max_request_body_bytes":0}},"status_on_error":0}`
	if c, err := config.Parse[Config]([]byte(zeros)); err != nil || c.StatusOnError != 403 || c.HTTPService.Timeout != 1000 || c.HTTPService.Endpoint.ServicePort != 80 || c.HTTPService.Request.MaxRequestBodyBytes != 10<<20 {
		t.Errorf("%+v, %v", c, err)
	}
}

// BenchmarkRequest is a request with its decision, natively.
func BenchmarkRequest(b *testing.B) {
	h := plugintest.New(b, plugintest.Options{Config: []byte(`{"http_service":{` + endpoint + `}}`)})
	h.OnHTTPCall(func(plugintest.HTTPCall) plugintest.HTTPAnswer {
		return plugintest.HTTPAnswer{Headers: [][2]string{{":status", "200"}}}
	})
	r := ask("/", [2]string{"authorization", "Bearer t"})
	for b.Loop() {
		if ex := h.Request(r); ex.Reply != nil {
			b.Fatal(ex.Reply)
		}
	}
}
