package plugin_test

import (
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/sdk/plugin"
	"github.com/sluiceproxy/sluice/sdk/plugin/internal/ops"
	"github.com/sluiceproxy/sluice/sdk/plugintest"
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
)

// native is the plugin natively, in front of the same upstream.
type native struct{ *plugintest.Host }

// register makes f's registrations the only ones.
func register(t testing.TB, f func()) {
	t.Helper()
	before := proxywasm.GetVMContext()
	proxywasm.SetVMContext(nil)
	f()
	t.Cleanup(func() { proxywasm.SetVMContext(before) })
}

func startOps(t *testing.T, options ...plugin.Option) native {
	t.Helper()
	register(t, func() { ops.Register(options...) })
	h := plugintest.New(t, plugintest.Options{Properties: map[string]string{"source.address": "127.0.0.1:999", "request.protocol": "HTTP/1.1"}})
	h.OnHTTPCall(func(c plugintest.HTTPCall) plugintest.HTTPAnswer {
		return plugintest.HTTPAnswer{Headers: [][2]string{{":status", "200"}}, Body: []byte(c.Headers.Get(":path")[1:])}
	})
	return native{h}
}

func (n native) ask(t *testing.T, q query) reply {
	t.Helper()
	in := plugintest.Input{Headers: [][2]string{{":method", q.method}, {":path", q.path}, {":authority", "a.test"}, {":scheme", "http"}}}
	for name, value := range q.headers {
		in.Headers = append(in.Headers, [2]string{strings.ToLower(name), value})
	}
	if q.body != "" || q.chunked {
		half := len(q.body) / 2
		in.Chunks = [][]byte{[]byte(q.body[:half]), []byte(q.body[half:])}
	}
	if q.body != "" && !q.chunked {
		in.Headers = append(in.Headers, [2]string{"content-length", strconv.Itoa(len(q.body))})
	}
	if q.trailer != "" {
		in.Trailers = [][2]string{{"x-sum", q.trailer}}
	}
	ex := n.Send(in)
	if ex.Upstream.Ended && ex.Reply == nil {
		up := toHeader(ex.Upstream.Headers)
		out := echo(up.Get(":method"), up.Get(":path"), up.Get(":authority"), up, ex.Upstream.Body, toTrailer(ex.Upstream.Trailers))
		in := plugintest.Input{Headers: [][2]string{{":status", strconv.Itoa(out.status)}}}
		for name, values := range out.header {
			in.Headers = append(in.Headers, [2]string{strings.ToLower(name), values[0]})
		}
		if out.body != "" && q.method != "HEAD" {
			in.Chunks = [][]byte{[]byte(out.body)}
		}
		ex.RespondWith(in)
	}
	defer ex.End()
	status, _ := strconv.Atoi(ex.Client.Headers.Get(":status"))
	if !ex.Client.Ended {
		t.Errorf("%s: the client has no complete answer; paused %v; log %v", q.path, ex.Paused(), n.Logs())
	}
	return reply{status, toHeader(ex.Client.Headers), string(ex.Client.Body)}
}

func toHeader(pairs [][2]string) http.Header {
	h := http.Header{}
	for _, p := range pairs {
		h[http.CanonicalHeaderKey(p[0])] = append(h[http.CanonicalHeaderKey(p[0])], p[1])
		if strings.HasPrefix(p[0], ":") {
			h.Add(p[0], p[1])
		}
	}
	return h
}

func toTrailer(pairs [][2]string) http.Header {
	if pairs == nil {
		return nil
	}
	return toHeader(pairs)
}

func TestNatively(t *testing.T) { runTable(t, startOps(t)) }

func TestNativelyWithBodiesAfterCalls(t *testing.T) {
	n := startOps(t, plugin.BodyAfterCalls())
	for _, op := range []string{"call-read", "read-call"} {
		got := n.ask(t, query{method: "POST", path: "/" + op, body: "text"})
		if got.status != 200 || !strings.Contains(got.body, "|TEXTa") {
			t.Errorf("%s: %d %q", op, got.status, got.body)
		}
	}
}

func TestNativeTrailers(t *testing.T) {
	n := startOps(t)
	for op, want := range map[string]string{"trailers": "sum=changed|text", "replace": "sum=sent|something else", "pass": "sum=sent|text"} {
		got := n.ask(t, query{method: "POST", path: "/" + op, body: "text", chunked: true, trailer: "sent"})
		if got.status != 200 || !strings.HasSuffix(got.body, want) {
			t.Errorf("%s: %d %q", op, got.status, got.body)
		}
	}
}

// What the gateway can't make a request of is the client's fault.
func TestPathsThatAreNone(t *testing.T) {
	n := startOps(t)
	for path, want := range map[string]int{
		"/%zz": 400, "": 400, "no-slash": 400, "/a%2Fb?c=%zz": 200, "*": 200, "//two/pass": 200, "http://b.test/pass": 200, "/a b": 200,
	} {
		got := n.ask(t, query{method: "GET", path: path})
		if got.status != want || want == 200 && !strings.Contains(got.body, "GET "+path+" ") {
			t.Errorf("%q: %d %q, want %d", path, got.status, got.body, want)
		}
	}
	if got := n.ask(t, query{method: "CONNECT", path: ""}); got.status != 200 {
		t.Errorf("CONNECT: %d %q", got.status, got.body)
	}
}

// A rule has handlers of its own.
func TestRules(t *testing.T) {
	register(t, func() {
		plugin.RegisterConfig("greeter", func(c Greeter) (plugin.Handler, error) { return &c, nil })
	})
	h := plugintest.New(t, plugintest.Options{Config: []byte(`{"greeting":"hi","_rules_":[{"_match_domain_":["b.test"],"greeting":"ho"}]}`)})
	for host, want := range map[string]string{"a.test": "hi", "b.test": "ho"} {
		ex := h.Request([][2]string{{":method", "GET"}, {":path", "/"}, {":authority", host}, {"x-user", "ann"}})
		if got := ex.Upstream.Headers.Get("x-greeting"); got != want {
			t.Errorf("%s: %q, want %q", host, got, want)
		}
	}
	register(t, func() {
		plugin.RegisterConfig("greeter", func(c Greeter) (plugin.Handler, error) { return &c, nil })
	})
	h = plugintest.New(t, plugintest.Options{Config: []byte(`{"_rules_":[{"_match_domain_":["b.test"]}]}`)})
	if ex := h.Request([][2]string{{":method", "GET"}, {":path", "/"}, {":authority", "a.test"}}); !ex.Upstream.Ended || ex.Reply != nil {
		t.Errorf("a request without a configuration: %+v", ex.Reply)
	}
}

// Time is up while a call has no answer: the host's clock decides.
func TestNativeTimeout(t *testing.T) {
	now := time.Now()
	register(t, func() { ops.Register() })
	h := plugintest.New(t, plugintest.Options{Now: func() time.Time { return now }})
	ex := h.Request([][2]string{{":method", "GET"}, {":path", "/slow-any"}, {":authority", "a.test"}})
	for range 15 {
		if ex.Reply != nil {
			t.Fatalf("answered early: %+v", ex.Reply)
		}
		now = now.Add(ops.Time / 15)
		h.Tick()
	}
	now = now.Add(400 * time.Millisecond) // what a call has on top
	h.Tick()
	if ex.Reply == nil || ex.Reply.Status != 504 || string(ex.Reply.Body) != `{"error":"plugin processing timeout"}` {
		t.Errorf("answered %+v", ex.Reply)
	}
}
