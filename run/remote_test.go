package run

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/build/native"
	"github.com/sluiceproxy/sluice/test/e2e/harness"
)

// guestOf is a plugin's program, outside of a debugger, and where it calls.
func guestOf(t *testing.T, dir string) *debugSocket {
	t.Helper()
	tmp, err := os.MkdirTemp("", "") // that of a test is too long for a socket
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(tmp) })
	program := filepath.Join(tmp, "plugin")
	if err := native.Build(t.Context(), native.Options{Dir: filepath.Join(harness.Root(t), dir), Output: program}); err != nil {
		t.Fatal(err)
	}
	s, err := listenDebug(tmp)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.hangUp)
	cmd := exec.Command(program)
	cmd.Env = append(os.Environ(), native.Variable+"="+s.path)
	p := harness.Start(t, cmd)
	t.Cleanup(func() { // it has been told to end
		if code := p.Wait(10 * time.Second); code != 0 {
			t.Errorf("the plugin's program ends with %d: %s", code, p.Output())
		}
	})
	return s
}

// moduleOf is the plugin as Wasm.
func moduleOf(t *testing.T, dir string) []byte {
	t.Helper()
	code, err := os.ReadFile(harness.BuildPlugin(t, dir))
	if err != nil {
		t.Fatal(err)
	}
	return code
}

// transcript is a gateway with a plugin, and all that can be seen of it.
type transcript struct {
	t      *testing.T
	url    string
	mu     sync.Mutex
	lines  []string
	sent   []string      // what the upstream got: by itself, since it comes when it likes
	pieces chan string   // what came to the upstream, one at a time
	next   chan struct{} // lets the upstream send its next piece
}

func (r *transcript) note(format string, args ...any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.lines = append(r.lines, fmt.Sprintf(format, args...))
}

var (
	requestID = regexp.MustCompile(`[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}`)
	stack     = regexp.MustCompile(`; stack: .*`)
)

func (r *transcript) event(e Event) {
	switch e := e.(type) {
	case Log:
		r.note("log %s %s: %s", e.Level, e.Plugin, stack.ReplaceAllString(requestID.ReplaceAllString(e.Text, "ID"), ""))
	case Request:
		r.note("access %s %s %d %s %s %q %d", e.Method, e.Path, e.Status, e.Route, e.Cluster, e.Details, e.Sent)
	}
}

// headers renders those that are not of the moment. The one of the timeout is not
// there with a debugger.
func headers(h http.Header) string {
	var list []string
	for name, values := range h {
		switch name {
		case "Date", "X-Request-Id", "X-Envoy-Upstream-Service-Time", "X-Envoy-Expected-Rq-Timeout-Ms":
		default:
			list = append(list, name+": "+strings.Join(values, ", "))
		}
	}
	slices.Sort(list)
	return strings.Join(list, "; ")
}

// ServeHTTP is the upstream, and what the plugin calls.
func (r *transcript) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	var body []byte
	b := make([]byte, 1<<20)
	for {
		n, err := req.Body.Read(b)
		if body = append(body, b[:n]...); req.URL.Path == "/pieces" && n > 0 {
			r.pieces <- string(b[:n])
		}
		if err != nil {
			break
		}
	}
	r.mu.Lock()
	r.sent = append(r.sent, fmt.Sprintf("upstream %s %s {%s} %q {%s}", req.Method, req.RequestURI, headers(req.Header), body, headers(req.Trailer)))
	r.mu.Unlock()
	switch req.URL.Path {
	case "/side":
		w.WriteHeader(201)
	case "/pieces":
		for i := range 3 {
			fmt.Fprintf(w, "answer %d", i)
			_ = http.NewResponseController(w).Flush()
			<-r.next
		}
		return
	}
	fmt.Fprintf(w, "%s of %d bytes", req.URL.Path, len(body))
}

// send makes a request and notes what the client gets.
func (r *transcript) send(method, path string, body io.Reader, h ...string) {
	r.t.Helper()
	req, err := http.NewRequest(method, r.url+path, body)
	if err != nil {
		r.t.Fatal(err)
	}
	for i := 0; i+1 < len(h); i += 2 {
		req.Header.Set(h[i], h[i+1])
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		r.t.Fatal(err)
	}
	defer res.Body.Close()
	var content []byte
	b := make([]byte, 1<<20)
	for {
		n, err := res.Body.Read(b)
		if content = append(content, b[:n]...); path == "/pieces" && n > 0 {
			r.note("client piece %q", b[:n])
			r.next <- struct{}{}
		}
		if err != nil {
			break
		}
	}
	r.wait("access " + method + " " + path + " ")
	r.note("client %d {%s} %q", res.StatusCode, headers(res.Header), content)
}

// wait waits for the end of an exchange, which comes after its answer.
func (r *transcript) wait(line string) {
	r.t.Helper()
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); time.Sleep(time.Millisecond) {
		r.mu.Lock()
		n := len(r.lines)
		last := n > 0 && slices.ContainsFunc(r.lines[max(0, n-3):], func(l string) bool { return strings.HasPrefix(l, line) })
		r.mu.Unlock()
		if last {
			return
		}
	}
	r.t.Errorf("no line %q at the end of\n%s", line, strings.Join(r.lines, "\n"))
}

// play runs steps against a plugin, as Wasm or as a program, and returns what was
// seen.
func play(t *testing.T, dir, config string, guest bool, steps func(r *transcript)) string {
	t.Helper()
	r := &transcript{t: t, pieces: make(chan string), next: make(chan struct{})}
	up := httptest.NewServer(r)
	defer up.Close()
	address := strings.TrimPrefix(up.URL, "http://")
	p := Plugin{Name: filepath.Base(dir), Config: []byte(config)}
	e := EmbeddedWithAdmin("127.0.0.1:0").(*embeddedEngine)
	if guest {
		e.guest = guestOf(t, dir).connect
	} else {
		p.Code = moduleOf(t, dir)
	}
	err := e.Start(t.Context(), Setup{Listen: "127.0.0.1:0", Workers: 1, LogLevel: "debug", OnEvent: r.event, State: State{
		Plugins:  []Plugin{p},
		Routes:   []Route{{Name: "first", Prefix: "/first", Cluster: "up"}, {Name: "rest", Prefix: "/", Cluster: "up"}},
		Clusters: []Cluster{{"up", address}, {"side", address}, {"outbound|80||httpbin.static", address}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	r.url = "http://" + e.Addr()
	steps(r)
	_, stats := page(t, e.admin.url()+"/stats")
	_ = e.Close()
	r.note("stats\n%s", stats)
	return strings.Join(append(r.lines, r.sent...), "\n")
}

// same runs steps on both, and compares.
func same(t *testing.T, dir, config string, steps func(r *transcript), want ...string) {
	t.Helper()
	wasm, remote := play(t, dir, config, false, steps), play(t, dir, config, true, steps)
	if wasm == remote {
		for _, text := range want {
			if !strings.Contains(wasm, text) {
				t.Errorf("nothing of %q in\n%s", text, wasm)
			}
		}
		return
	}
	a, b := strings.Split(wasm, "\n"), strings.Split(remote, "\n")
	for i := range max(len(a), len(b)) {
		if i >= len(a) || i >= len(b) || a[i] != b[i] {
			t.Fatalf("they differ from line %d on\nthe module:\n%s\nthe program:\n%s", i,
				strings.Join(a[min(i, len(a)):min(i+5, len(a))], "\n"), strings.Join(b[min(i, len(b)):min(i+5, len(b))], "\n"))
		}
	}
}

// TestRemoteIsTheSame: what a plugin does as a program is what it does as a module.
func TestRemoteIsTheSame(t *testing.T) {
	same(t, "run/testdata/debugged", `{"a": 1}`, func(r *transcript) {
		r.send("GET", "/first/of", nil)
		r.send("POST", "/whole", strings.NewReader("a body"))
		in, out := io.Pipe()
		go func() {
			for _, piece := range []string{"one", "two", strings.Repeat("three", 20000)} {
				io.WriteString(out, piece)
				for got := ""; len(got) < len(piece); got += <-r.pieces {
				}
			}
			out.Close()
		}()
		r.send("POST", "/pieces", in)
		for range 2 {
			r.send("GET", "/shared", nil)
		}
		r.send("GET", "/reply", nil)
		r.send("GET", "/call", nil)
		r.send("GET", "/nowhere", nil)
		r.send("GET", "/held", nil)
		r.send("GET", "/panic", nil)
		r.send("GET", "/after", nil)
	},
		`configured with {"a": 1}`, "by route first", `"A BODY"`, `request body 3, false: "two"`, `X-Count: 2`,
		`client 418 {`, `a_teapot`, `X-Side: 201 /side of 5 bytes`, "no call: ", "on with it", "plugin panicked in request_headers",
		`client piece "<answer 2>"`, "debugged_requests: 11", "sluice_plugin_panics", "access GET /panic 500")
}

// TestRemoteHub: the same for plugins of the hub.
func TestRemoteHub(t *testing.T) {
	config := func(dir string) string {
		c, err := ReadConfig(filepath.Join(harness.Root(t), dir, "config.yaml"))
		if err != nil {
			t.Fatal(err)
		}
		return string(c)
	}
	for dir, c := range map[string]struct {
		steps func(r *transcript)
		want  []string
	}{
		"plugins/hello-world": {func(r *transcript) { r.send("GET", "/get", nil) }, []string{"Hello: world"}},
		"plugins/http-call": {func(r *transcript) {
			r.send("GET", "/get", nil)
		}, []string{"upstream GET /response-headers?X-Token=s3cr3t-t0ken"}},
		"plugins/key-auth": {func(r *transcript) {
			r.send("GET", "/get", nil)
			r.send("GET", "/get", nil, "X-Api-Key", "wrong")
			r.send("GET", "/get?apikey=2bda943c-ba2b-11ec-ba07-00163e1250b5", nil)
			r.send("GET", "/get", nil, "X-Api-Key", "2bda943c-ba2b-11ec-ba07-00163e1250b5")
		}, []string{"key-auth.no_key", "key-auth.invalid_key", "client 200", "X-Mse-Consumer: consumer1"}},
		"plugins/transformer": {func(r *transcript) {
			r.send("POST", "/anything?debug=1&x=2", bytes.NewReader([]byte(`{"userId": "u1"}`)), "Content-Type", "application/json", "X-Internal", "1")
		}, []string{"X-User-Id: u1", "upstream POST /anything?x=2", "X-Path: anything"}},
	} {
		t.Run(filepath.Base(dir), func(t *testing.T) { same(t, dir, config(dir), c.steps, c.want...) })
	}
}

// TestRemoteRefused: what a plugin refuses is said, and its program ends.
func TestRemoteRefused(t *testing.T) {
	var texts []string
	for _, guest := range []bool{false, true} {
		dir := "run/testdata/debugged"
		p := Plugin{Name: "debugged", Config: []byte("refused")}
		e := Embedded().(*embeddedEngine)
		if guest {
			e.guest = guestOf(t, dir).connect
		} else {
			p.Code = moduleOf(t, dir)
		}
		err := e.Start(context.Background(), Setup{Listen: "127.0.0.1:0", Workers: 1, State: State{Plugins: []Plugin{p}}})
		if err == nil {
			t.Fatal("it serves")
		}
		texts = append(texts, err.Error())
	}
	if texts[0] != texts[1] || !strings.Contains(texts[0], "refused its configuration") {
		t.Errorf("%q", texts)
	}
}

// TestRemoteTimeouts: a breakpoint lets nothing of the gateway run out.
func TestRemoteTimeouts(t *testing.T) {
	rs := []Route{{Name: "a", Cluster: "c"}, {Name: "b", Cluster: "c"}}
	e := &embeddedEngine{guest: (&debugSocket{}).connect}
	for _, r := range e.routes(rs) {
		if r.Timeout >= 0 {
			t.Errorf("route %s has a timeout", r.Name)
		}
	}
	if e.options(State{Routes: rs}).CallTimeout != 0 {
		t.Error("callbacks have a limit of time")
	}
	for _, r := range Embedded().(*embeddedEngine).routes(rs) {
		if r.Timeout != 0 {
			t.Errorf("without a debugger route %s has the timeout %v", r.Name, r.Timeout)
		}
	}
}
