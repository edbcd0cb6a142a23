package gateway

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/host"
	"github.com/sluiceproxy/sluice/host/internal/wasmtest"
)

func TestPlugin(t *testing.T) {
	for _, h2 := range []bool{false, true} {
		b := start(t, Options{Plugins: []Plugin{{Name: "tag", Code: tagger("v1"), Config: []byte("conf")}}}, echo)
		a := do(t, client(t, h2), b.request("POST", "/x", strings.NewReader("body")))
		if a.body != "body" || a.Header.Get("Got-X-Version") != "v1" || a.Header.Get("Got-X-Config") != "conf" || a.Header.Get("X-Served") != "v1" {
			t.Errorf("h2=%v: %q %v %v", h2, a.body, a.Header, a.err)
		}
	}
}

// The statuses through real VMs; the rules themselves are tested in package
// filter.
func TestStatusesThroughVMs(t *testing.T) {
	big := strings.Repeat("x", 3000)
	for _, c := range []struct {
		callback string
		action   int32
		send     string
		status   int
		length   int // of what comes back, the request's or the response's body
		hangs    bool
	}{
		{"on_request_headers", 0, big, 200, 3000, false},
		{"on_request_headers", 1, big, 200, 3000, false},
		{"on_request_headers", 2, big, 200, 3000, false},
		{"on_request_headers", 3, big, 413, 17, false},
		{"on_request_headers", 4, big, 0, 0, true},
		{"on_request_body", 1, big, 413, 17, false},
		{"on_request_body", 3, "", 200, 0, false},
		{"on_response_headers", 1, big, 200, 3000, false},
		{"on_response_headers", 2, big, 200, 3000, false},
		{"on_response_headers", 3, big, 500, 21, false},
		{"on_response_headers", 4, big, 0, 0, true},
	} {
		t.Run(fmt.Sprintf("%s=%d", c.callback, c.action), func(t *testing.T) {
			b := start(t, Options{BufferLimit: 1024, Plugins: []Plugin{{Name: "p", Code: answering(c.callback, c.action)}}}, echo)
			cl := client(t, false)
			if c.hangs {
				cl.Timeout = 100 * time.Millisecond
			}
			a := do(t, cl, b.request("POST", "/", strings.NewReader(c.send)))
			if c.hangs != (a.err != nil) || a.StatusCode != c.status || len(a.body) != c.length {
				t.Errorf("got %d with %d bytes, %v", a.StatusCode, len(a.body), a.err)
			}
		})
	}
}

// HTTP/1.0 is refused as on Envoy, with and without a host.
func TestHTTP10(t *testing.T) {
	b := start(t, Options{}, echo)
	for _, host := range []string{"", "Host: a.test\r\n"} {
		if got := b.raw("GET / HTTP/1.0\r\n"+host+"\r\n", 5*time.Second); !strings.Contains(got, " 426 ") {
			t.Errorf("%q: %q", host, got)
		}
	}
}

// A plugin may add trailers in the last body callback of a body without any, as
// on Envoy.
func TestAddedTrailers(t *testing.T) {
	p := newPlug()
	p.on("on_response_body", p.add(host.MapResponseTrailers, "x-sum", p.text("42")))
	b := start(t, Options{Plugins: []Plugin{{Name: "p", Code: p.bytes()}}}, echo)
	a := do(t, client(t, true), b.request("POST", "/", strings.NewReader("body")))
	if a.err != nil || a.body != "body" || a.Trailer.Get("X-Sum") != "42" {
		t.Errorf("got %q with trailers %v, %v", a.body, a.Trailer, a.err)
	}
}

func TestCalloutResumes(t *testing.T) {
	p := newPlug()
	p.on("on_request_headers", p.calls("up", "/callout"), ends(4))
	p.on("on_http_call_response", p.inStream(),
		p.add(host.MapRequestHeaders, "x-called", p.text("yes")), wasmtest.I32(0), wasmtest.Call(p.resume), wasmtest.Drop)
	b := start(t, Options{Plugins: []Plugin{{Name: "p", Code: p.bytes()}}}, echo)
	a := b.post("/", "hello")
	if a.StatusCode != 200 || a.body != "hello" || a.Header.Get("Got-X-Called") != "yes" {
		t.Errorf("%d %q %v %v", a.StatusCode, a.body, a.Header, a.err)
	}
}

// A reply after a callout goes out although nothing else happens.
func TestCalloutReplies(t *testing.T) {
	p := newPlug()
	p.on("on_request_headers", p.calls("up", "/callout"), ends(4))
	p.on("on_http_call_response", p.inStream(), p.replies(401, "who?"))
	b := start(t, Options{Plugins: []Plugin{{Name: "p", Code: p.bytes()}}}, echo)
	if a := b.get("/"); a.StatusCode != 401 || a.body != "who?" {
		t.Errorf("%d %q %v", a.StatusCode, a.body, a.err)
	}
	if e := b.entry(0); e.Details != "by_plugin" || e.Upstream != "" {
		t.Errorf("%+v", e)
	}
}

// A reply while the upstream works on the request ends that request.
func TestReplyWhileUpstreamWorks(t *testing.T) {
	ended := make(chan struct{})
	p := newPlug()
	p.on("on_request_headers", p.calls("up", "/callout"))
	p.on("on_http_call_response", p.inStream(), p.replies(403, "no"))
	b := start(t, Options{Plugins: []Plugin{{Name: "p", Code: p.bytes()}}}, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/callout" {
			time.Sleep(20 * time.Millisecond)
			return
		}
		<-r.Context().Done()
		close(ended)
	}))
	if a := b.get("/"); a.StatusCode != 403 || a.body != "no" {
		t.Errorf("%d %q %v", a.StatusCode, a.body, a.err)
	}
	select {
	case <-ended:
	case <-time.After(5 * time.Second):
		t.Error("the upstream's request goes on")
	}
}

// A response that is resumed while the upstream is silent goes out at once.
func TestResponseResumedWhileUpstreamIsSilent(t *testing.T) {
	release := make(chan struct{})
	p := newPlug()
	p.on("on_response_headers", p.calls("up", "/callout"), ends(4))
	p.on("on_http_call_response", p.inStream(), wasmtest.I32(1), wasmtest.Call(p.resume), wasmtest.Drop)
	b := start(t, Options{Plugins: []Plugin{{Name: "p", Code: p.bytes()}}}, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/callout" {
			time.Sleep(20 * time.Millisecond)
			return
		}
		fmt.Fprint(w, "first\n")
		_ = http.NewResponseController(w).Flush()
		<-release
		fmt.Fprint(w, "second\n")
	}))
	res, err := client(t, false).Do(b.request("GET", "/", nil))
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	buf := make([]byte, 6)
	if _, err := io.ReadFull(res.Body, buf); err != nil || string(buf) != "first\n" {
		t.Fatalf("%q, %v", buf, err)
	}
	close(release)
	rest, err := io.ReadAll(res.Body)
	if err != nil || string(rest) != "second\n" {
		t.Errorf("%q, %v", rest, err)
	}
}

// A client that leaves during a callout ends the plugin's stream, and the answer
// to the callout finds nothing to act on.
func TestClientLeavesDuringCallout(t *testing.T) {
	leaks(t)
	release := make(chan struct{})
	p := newPlug()
	p.on("on_request_headers", p.calls("up", "/callout"), ends(4))
	p.on("on_http_call_response", p.inStream(), wasmtest.I32(0), wasmtest.Call(p.resume), wasmtest.Drop)
	p.on("on_done", p.logs(host.LogWarn, "stream done"))
	b := start(t, Options{Concurrency: 1, Plugins: []Plugin{{Name: "p", Code: p.bytes()}}}, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		<-release
	}))
	c, err := net.Dial("tcp", b.addr)
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(c, "GET / HTTP/1.1\r\nHost: h\r\n\r\n")
	time.Sleep(20 * time.Millisecond)
	c.Close()
	if e := b.entry(0); e.Details != "downstream_remote_disconnect" || e.Status != 0 {
		t.Errorf("%+v", e)
	}
	close(release)
	if n := strings.Count(b.log(), "stream done"); n != 1 {
		t.Errorf("proxy_on_done ran %d times for the stream:\n%s", n, b.log())
	}
}

func TestTrap(t *testing.T) {
	for _, failOpen := range []bool{false, true} {
		b := start(t, Options{Concurrency: 1, restartPause: time.Hour, Plugins: []Plugin{{Name: "tag", Code: tagger("v1"), FailOpen: failOpen}}}, echo)
		if a := b.get("/", "X-Trap", "1"); a.StatusCode != 503 || a.body != "" {
			t.Errorf("fail open %v: the trap: %d %q", failOpen, a.StatusCode, a.body)
		}
		if e := b.entry(0); e.Details != "wasm_fail_stream" {
			t.Errorf("%+v", e)
		}
		a := b.get("/")
		if failOpen && (a.StatusCode != 200 || a.Header.Get("Got-X-Version") != "") || !failOpen && a.StatusCode != 503 {
			t.Errorf("fail open %v: the next one: %d, version %q", failOpen, a.StatusCode, a.Header.Get("Got-X-Version"))
		}
	}
}

// A plugin whose VM trapped gets a new one.
func TestRestart(t *testing.T) {
	b := start(t, Options{Concurrency: 1, restartPause: time.Nanosecond, Plugins: []Plugin{{Name: "tag", Code: tagger("v1")}}}, echo)
	for range 3 {
		if a := b.get("/", "X-Trap", "1"); a.StatusCode != 503 {
			t.Errorf("the trap: %d", a.StatusCode)
		}
		if a := b.get("/"); a.StatusCode != 200 || a.Header.Get("Got-X-Version") != "v1" {
			t.Errorf("after the restart: %d %v", a.StatusCode, a.Header)
		}
	}
	if n := strings.Count(b.log(), "restarted after: "); n != 3 {
		t.Errorf("%d restarts in the log:\n%s", n, b.log())
	}
}

func TestBodyLongerThanItsLength(t *testing.T) {
	b := start(t, Options{Plugins: []Plugin{{Name: "p", Code: growBody()}}}, echo)
	a := b.post("/", "hello")
	if a.StatusCode != 200 || a.body != "hello" {
		t.Errorf("%d %q %v", a.StatusCode, a.body, a.err)
	}
	for _, which := range []string{"request", "response"} {
		if !strings.Contains(b.log(), which+" body is longer than its content-length") {
			t.Errorf("no warning of the %s:\n%s", which, b.log())
		}
	}
}

func TestProperties(t *testing.T) {
	p := newPlug()
	prop := func(name, path string) []byte {
		return cat(p.text(strings.ReplaceAll(path, ".", "\x00")), wasmtest.I32(scratch), wasmtest.I32(scratch+4), wasmtest.Call(p.property),
			[]byte{0x45}, wasmtest.If,
			p.add(host.MapRequestHeaders, name, cat(wasmtest.I32(scratch), wasmtest.Load(0), wasmtest.I32(scratch), wasmtest.Load(4))), wasmtest.End)
	}
	paths := map[string]string{
		"request.path": "/p?q=1", "request.url_path": "/p", "request.query": "q=1", "request.method": "GET",
		"request.scheme": "https", "request.protocol": "HTTP/1.1", "request.useragent": "me", "request.headers.x-q": "v",
		"xds.route_name": "root", "xds.cluster_name": "up", "xds.virtual_host_name": "vh", "plugin_name": "p", "plugin_root_id": "r",
		"xds.node.id": "sluice", "route_name": "", "cluster_name": "", "response.code": "", "upstream.address": "", "request.referer": "", "nothing": "",
	}
	for path := range paths {
		p.on("on_request_headers", prop("x-"+strings.ReplaceAll(path, ".", "-"), path))
	}
	b := start(t, Options{Plugins: []Plugin{{Name: "p", RootID: "r", Code: p.bytes()}}}, echo)
	a := b.get("/p?q=1", "User-Agent", "me", "X-Q", "v")
	for path, want := range paths {
		k := http.CanonicalHeaderKey("got-x-" + strings.ReplaceAll(path, ".", "-"))
		got, found := a.Header[k]
		if (want != "") != found || found && got[0] != want {
			t.Errorf("%s: got %q, want %q", path, got, want)
		}
	}
}

// CR and LF that a plugin puts into a header divide no message.
func TestHeaderInjection(t *testing.T) {
	evil := func(callback string, m host.MapType) []byte {
		p := newPlug()
		return p.on(callback, p.add(m, "x-inj", p.text("a\r\nx-evil: 1"))).bytes()
	}
	b := start(t, Options{Plugins: []Plugin{{Name: "p", Code: evil("on_request_headers", host.MapRequestHeaders)}}}, echo)
	if a := b.get("/"); a.StatusCode != 503 || a.body != "invalid header value for: x-inj" {
		t.Errorf("request: %d %q", a.StatusCode, a.body)
	}
	b = start(t, Options{Plugins: []Plugin{{Name: "p", Code: evil("on_response_headers", host.MapResponseHeaders)}}}, echo)
	if a := b.get("/"); a.StatusCode != 200 || a.Header.Get("X-Evil") != "" {
		t.Errorf("response: %d %v", a.StatusCode, a.Header)
	}
}

// A response that is shorter than it says is not left hanging.
func TestBodyShorterThanItsLength(t *testing.T) {
	for _, h2 := range []bool{false, true} {
		p := newPlug()
		b := start(t, Options{Plugins: []Plugin{{Name: "p", Code: p.on("on_response_body", ends(int32(host.DataStopNoBuffer))).bytes()}}},
			http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Content-Length", "5")
				fmt.Fprint(w, "hello")
			}))
		c := client(t, h2)
		c.Timeout = 300 * time.Millisecond // data 3 to the end holds the end back
		if a := do(t, c, b.request("GET", "/", nil)); a.err == nil {
			t.Errorf("h2=%v: %q looks complete", h2, a.body)
		}
	}
}

// growBody is a plugin that puts text behind each body it sees.
func growBody() []byte {
	m := wasmtest.New(4)
	set := m.Import("env", "proxy_set_buffer_bytes", "iiiii:i")
	m.Data(1024, []byte("TAIL"))
	list := wasmtest.Callbacks()
	for i := range list {
		for t, name := range []string{"on_request_body", "on_response_body"} {
			if list[i].Name == name {
				list[i].Code = cat(wasmtest.I32(int32(t)), wasmtest.I32(1<<30), wasmtest.I32(0), wasmtest.I32(1024), wasmtest.I32(4),
					wasmtest.Call(set), wasmtest.Drop)
			}
		}
	}
	wasmtest.AddPlugin(m, "0_2_1", list)
	return m.Bytes()
}
