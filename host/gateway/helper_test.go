package gateway

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/host"
	"github.com/sluiceproxy/sluice/host/upstream"
)

// sharedRuntime compiles the tests' modules; they are tiny.
var sharedRuntime = sync.OnceValue(func() *host.Runtime {
	r, err := host.NewRuntime(context.Background(), host.RuntimeOptions{CacheDir: "-"})
	if err != nil {
		panic(err)
	}
	return r
})

// bench is a gateway that listens, in front of a scripted upstream.
type bench struct {
	t       *testing.T
	g       *Gateway
	url     string
	addr    string
	mu      sync.Mutex
	entries []Entry
	logs    []string
}

// start runs a gateway with one route to handler, unless o has its own.
func start(t *testing.T, o Options, handler http.Handler) *bench {
	t.Helper()
	b := &bench{t: t}
	if handler != nil {
		up := httptest.NewUnstartedServer(handler)
		up.Config.Protocols = protocols()
		up.Start()
		t.Cleanup(up.Close)
		var err error
		o.Clusters, err = upstream.New(upstream.Options{},
			upstream.Cluster{Name: "up", URL: up.URL}, upstream.Cluster{Name: "dead", URL: "http://127.0.0.1:1"})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = o.Clusters.Close() })
	}
	if o.Routes == nil {
		o.Routes = []Route{{Name: "dead", Prefix: "/dead", Cluster: "dead"}, {Name: "none", Prefix: "/none", Cluster: "none"},
			{Name: "quick", Prefix: "/quick", Cluster: "up", Timeout: 50 * time.Millisecond},
			{Name: "root", VirtualHost: "vh", Cluster: "up"}}
	}
	o.Runtime = sharedRuntime()
	o.AccessLog = func(e Entry) { b.mu.Lock(); b.entries = append(b.entries, e); b.mu.Unlock() }
	o.Log = func(l host.LogLevel, plugin, msg string) {
		b.mu.Lock()
		b.logs = append(b.logs, fmt.Sprintf("%s [%s] %s", l, plugin, msg))
		b.mu.Unlock()
	}
	g, err := New(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	served := make(chan error, 1)
	go func() { served <- g.Serve(l) }()
	b.g, b.addr, b.url = g, l.Addr().String(), "http://"+l.Addr().String()
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		if err := g.Shutdown(ctx); err != nil {
			t.Errorf("Shutdown: %v", err)
		}
		if err := <-served; err != nil {
			t.Errorf("Serve: %v", err)
		}
	})
	return b
}

func (b *bench) log() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return strings.Join(b.logs, "\n")
}

// entry waits for the nth entry of the access log.
func (b *bench) entry(n int) Entry {
	b.t.Helper()
	for end := time.Now().Add(5 * time.Second); time.Now().Before(end); time.Sleep(time.Millisecond) {
		b.mu.Lock()
		if len(b.entries) > n {
			e := b.entries[n]
			b.mu.Unlock()
			return e
		}
		b.mu.Unlock()
	}
	b.t.Fatalf("no entry %d in the access log", n)
	return Entry{}
}

// answer is a response with its whole body.
type answer struct {
	*http.Response
	body string
	err  error
}

// client returns a client of its own, for HTTP/1.1 or h2c.
func client(t *testing.T, h2 bool) *http.Client {
	tr := &http.Transport{DisableCompression: true}
	if h2 {
		tr.Protocols = new(http.Protocols)
		tr.Protocols.SetUnencryptedHTTP2(true)
	}
	t.Cleanup(tr.CloseIdleConnections)
	return &http.Client{Transport: tr, Timeout: 10 * time.Second,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

func do(t *testing.T, c *http.Client, req *http.Request) answer {
	t.Helper()
	res, err := c.Do(req)
	if err != nil {
		return answer{err: err, Response: &http.Response{Header: http.Header{}}}
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	return answer{res, string(body), err}
}

func (b *bench) get(path string, header ...string) answer {
	b.t.Helper()
	return do(b.t, client(b.t, false), b.request("GET", path, nil, header...))
}

func (b *bench) post(path, body string, header ...string) answer {
	b.t.Helper()
	return do(b.t, client(b.t, false), b.request("POST", path, strings.NewReader(body), header...))
}

func (b *bench) request(method, path string, body io.Reader, header ...string) *http.Request {
	b.t.Helper()
	req, err := http.NewRequest(method, b.url+path, body)
	if err != nil {
		b.t.Fatal(err)
	}
	for i := 0; i < len(header); i += 2 {
		if header[i] == "Host" {
			req.Host = header[i+1]
		}
		req.Header.Set(header[i], header[i+1])
	}
	return req
}

// raw sends bytes over a connection of its own and returns all that comes back
// until the gateway closes it or pause has passed without anything new.
func (b *bench) raw(send string, pause time.Duration) string {
	b.t.Helper()
	c, err := net.Dial("tcp", b.addr)
	if err != nil {
		b.t.Fatal(err)
	}
	defer c.Close()
	if _, err := io.WriteString(c, send); err != nil {
		b.t.Fatal(err)
	}
	var out strings.Builder
	r := bufio.NewReader(c)
	for {
		_ = c.SetReadDeadline(time.Now().Add(pause))
		x, err := r.ReadByte()
		if err != nil {
			return out.String()
		}
		out.WriteByte(x)
	}
}

// echo answers with what it was sent.
var echo = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	w.Header().Set("X-Method", r.Method)
	w.Header().Set("X-Uri", r.RequestURI)
	w.Header().Set("X-Host", r.Host)
	w.Header().Set("X-Length", fmt.Sprint(r.ContentLength))
	if err != nil {
		w.Header().Set("X-Err", err.Error())
	}
	for k, v := range r.Header {
		w.Header()["Got-"+k] = v
	}
	for k, v := range r.Trailer {
		w.Header()["Trailer-"+k] = v
	}
	_, _ = w.Write(body)
})

// leaks fails the test if goroutines are left over at its end.
func leaks(t *testing.T) {
	t.Helper()
	before := runtime.NumGoroutine()
	t.Cleanup(func() {
		for end := time.Now().Add(5 * time.Second); ; time.Sleep(5 * time.Millisecond) {
			n := runtime.NumGoroutine()
			if n <= before {
				return
			}
			if time.Now().After(end) {
				buf := make([]byte, 1<<20)
				t.Errorf("%d goroutines before, %d after:\n%s", before, n, buf[:runtime.Stack(buf, true)])
				return
			}
		}
	})
}

// lostDials dials connections and counts those that the other side ended. (A
// client may leave a good connection on its own account, so the number of
// connections says nothing.)
func lostDials(n *atomic.Int64) func(context.Context, string, string) (net.Conn, error) {
	return func(ctx context.Context, network, addr string) (net.Conn, error) {
		var d net.Dialer
		c, err := d.DialContext(ctx, network, addr)
		if err != nil {
			return nil, err
		}
		return &watchedConn{Conn: c, lost: n}, nil
	}
}

// watchedConn counts the first sign that the other side has gone.
type watchedConn struct {
	net.Conn
	lost *atomic.Int64
	once sync.Once
}

func (c *watchedConn) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	if err != nil && !errors.Is(err, net.ErrClosed) {
		c.once.Do(func() { c.lost.Add(1) })
	}
	return n, err
}
