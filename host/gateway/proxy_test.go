package gateway

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

func TestHeadersAsEnvoy(t *testing.T) {
	b := start(t, Options{}, echo)
	a := b.get("/a%2Fb?x=1&y=%20", "X-Twice", "1")
	for k, want := range map[string]string{
		"X-Method": "GET", "X-Uri": "/a%2Fb?x=1&y=%20", "X-Host": b.addr, "X-Length": "0",
		"Got-X-Forwarded-Proto": "https", "Got-X-Envoy-Expected-Rq-Timeout-Ms": "15000", "Got-X-Twice": "1",
		"Server": DefaultServer,
	} {
		if got := a.Header.Get(k); got != want {
			t.Errorf("%s: got %q, want %q", k, got, want)
		}
	}
	if id := a.Header.Get("Got-X-Request-Id"); len(id) != 36 {
		t.Errorf("x-request-id %q", id)
	}
	for _, k := range []string{"Date", "X-Envoy-Upstream-Service-Time"} {
		if a.Header.Get(k) == "" {
			t.Errorf("no %s in the response", k)
		}
	}
	for k, want := range map[string]string{"Got-X-Forwarded-For": "127.0.0.1", "Got-X-Envoy-External-Address": "127.0.0.1"} {
		if got := a.Header.Get(k); got != want {
			t.Errorf("%s: got %q, want %q", k, got, want)
		}
	}
	e := b.entry(0)
	if e.Method != "GET" || e.Path != "/a%2Fb?x=1&y=%20" || e.Status != 200 || e.Route != "root" || e.Cluster != "up" ||
		e.Upstream == "" || e.Details != "via_upstream" || e.Duration <= 0 || e.Protocol != "HTTP/1.1" {
		t.Errorf("entry %+v", e)
	}
}

// TestClaims: what a client says about where it comes from is not believed.
func TestClaims(t *testing.T) {
	b := start(t, Options{}, echo)
	a := b.get("/", "X-Request-Id", "mine", "X-Forwarded-For", "6.6.6.6", "X-Forwarded-Proto", "gopher", "X-Envoy-External-Address", "6.6.6.6",
		"X-Envoy-Internal", "true", "X-Envoy-Upstream-Rq-Timeout-Ms", "1", "X-Envoy-Other", "kept")
	for k, want := range map[string]string{
		"Got-X-Forwarded-For": "6.6.6.6,127.0.0.1", "Got-X-Forwarded-Proto": "https", "Got-X-Envoy-External-Address": "127.0.0.1",
		"Got-X-Envoy-Internal": "", "Got-X-Envoy-Upstream-Rq-Timeout-Ms": "", "Got-X-Envoy-Other": "kept",
	} {
		if got := a.Header.Get(k); got != want {
			t.Errorf("%s: got %q, want %q", k, got, want)
		}
	}
	if got := a.Header.Get("Got-X-Request-Id"); len(got) != 36 {
		t.Errorf("the client's x-request-id became %q", got)
	}
}

func TestHopByHop(t *testing.T) {
	b := start(t, Options{}, echo)
	got := b.raw("GET / HTTP/1.1\r\nHost: h\r\nConnection: X-Secret, close\r\nX-Secret: 1\r\nKeep-Alive: 3\r\nTE: gzip\r\nProxy-Connection: x\r\nX-Kept: 1\r\n\r\n", time.Second)
	for _, bad := range []string{"Got-X-Secret", "Got-Keep-Alive", "Got-Te", "Got-Proxy-Connection", "Got-Connection"} {
		if strings.Contains(got, bad) {
			t.Errorf("the upstream got %s:\n%s", bad, got)
		}
	}
	if !strings.Contains(got, "Got-X-Kept: 1") {
		t.Errorf("x-kept is lost:\n%s", got)
	}
}

func TestBodies(t *testing.T) {
	for _, h2 := range []bool{false, true} {
		t.Run(fmt.Sprintf("h2=%v", h2), func(t *testing.T) {
			b := start(t, Options{}, echo)
			c := client(t, h2)
			big := strings.Repeat("0123456789", 300_000)
			a := do(t, c, b.request("POST", "/", strings.NewReader(big)))
			if a.body != big || a.Header.Get("X-Length") != "3000000" {
				t.Errorf("3 MB with a length: %d bytes, length %s, %v", len(a.body), a.Header.Get("X-Length"), a.err)
			}
			a = do(t, c, b.request("POST", "/", io.MultiReader(strings.NewReader("a"), strings.NewReader("b"))))
			if a.body != "ab" || a.Header.Get("X-Length") != "-1" {
				t.Errorf("chunked: %q, length %s", a.body, a.Header.Get("X-Length"))
			}
			a = do(t, c, b.request("POST", "/", nil))
			if a.body != "" || a.Header.Get("X-Length") != "0" {
				t.Errorf("empty: %q, length %s", a.body, a.Header.Get("X-Length"))
			}
			a = do(t, c, b.request("HEAD", "/", nil))
			if a.StatusCode != 200 || a.body != "" || a.Header.Get("X-Method") != "HEAD" {
				t.Errorf("HEAD: %d %q", a.StatusCode, a.body)
			}
			want := 1
			if h2 {
				want = 2
			}
			if a.ProtoMajor != want {
				t.Errorf("HTTP/%d", a.ProtoMajor)
			}
		})
	}
}

func TestStatusesWithoutBody(t *testing.T) {
	b := start(t, Options{}, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Up", "1")
		if r.URL.Path == "/early" {
			w.Header().Set("Link", "</x>")
			w.WriteHeader(http.StatusEarlyHints)
			return
		}
		var n int
		_, _ = fmt.Sscanf(r.URL.Path, "/%d", &n)
		w.WriteHeader(n)
	}))
	for _, n := range []int{200, 204, 304, 404, 500} {
		a := b.get(fmt.Sprintf("/%d", n))
		if a.StatusCode != n || a.body != "" || a.Header.Get("X-Up") != "1" || a.err != nil {
			t.Errorf("%d: got %d, body %q, %v", n, a.StatusCode, a.body, a.err)
		}
	}
	if a := b.get("/early"); a.StatusCode != 200 {
		t.Errorf("a 1xx in front: got %d, %v", a.StatusCode, a.err)
	}
	if got := b.raw("GET /204 HTTP/1.1\r\nHost: h\r\n\r\nGET /200 HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n", time.Second); strings.Count(got, "HTTP/1.1 ") != 2 {
		t.Errorf("two requests on one connection gave:\n%s", got)
	}
}

// Chunks arrive one by one in both directions, also at the same time.
func TestStreaming(t *testing.T) {
	for _, h2 := range []bool{false, true} {
		t.Run(fmt.Sprintf("h2=%v", h2), func(t *testing.T) {
			b := start(t, Options{}, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				rc := http.NewResponseController(w)
				_ = rc.EnableFullDuplex()
				w.WriteHeader(200)
				_ = rc.Flush()
				s := bufio.NewScanner(r.Body)
				for s.Scan() {
					fmt.Fprintf(w, "got %s\n", s.Text())
					_ = rc.Flush()
				}
			}))
			pr, pw := io.Pipe()
			res, err := client(t, h2).Do(b.request("POST", "/", pr))
			if err != nil {
				t.Fatal(err)
			}
			defer res.Body.Close()
			s := bufio.NewScanner(res.Body)
			for _, line := range []string{"one", "two", "three"} {
				fmt.Fprintln(pw, line)
				if !s.Scan() || s.Text() != "got "+line {
					t.Fatalf("after %s: %q, %v", line, s.Text(), s.Err())
				}
			}
			pw.Close()
			if s.Scan() {
				t.Errorf("more: %q", s.Text())
			}
		})
	}
}

// An upstream is not read faster than the client reads.
func TestBackPressure(t *testing.T) {
	const total = 64 << 20
	sent := make(chan int, 1)
	b := start(t, Options{}, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		buf := make([]byte, 64<<10)
		n := 0
		for n < total {
			_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(300 * time.Millisecond))
			k, err := w.Write(buf)
			if n += k; err != nil {
				break
			}
		}
		sent <- n
	}))
	c, err := net.Dial("tcp", b.addr)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	fmt.Fprintf(c, "GET / HTTP/1.1\r\nHost: h\r\n\r\n")
	if n := <-sent; n >= total {
		t.Errorf("all %d bytes went to a client that reads nothing", n)
	}
}

func TestTrailers(t *testing.T) {
	up := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		w.Header().Set("Trailer", "X-Sum")
		fmt.Fprintf(w, "trailer %s", r.Trailer.Get("X-Up"))
		w.Header().Set("X-Sum", "42")
	})
	for _, h2 := range []bool{false, true} {
		b := start(t, Options{}, up)
		req := b.request("POST", "/", io.MultiReader(strings.NewReader("body")))
		req.Trailer = http.Header{"X-Up": {"7"}}
		a := do(t, client(t, h2), req)
		if a.body != "trailer 7" || a.Trailer.Get("X-Sum") != "42" {
			t.Errorf("h2=%v: %q, trailers %v, %v", h2, a.body, a.Trailer, a.err)
		}
	}
}

func TestExpectContinue(t *testing.T) {
	b := start(t, Options{}, echo)
	got := b.raw("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\nExpect: 100-continue\r\nConnection: close\r\n\r\nhi", time.Second)
	if !strings.HasPrefix(got, "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK") || !strings.HasSuffix(got, "hi") || strings.Contains(got, "Got-Expect") {
		t.Errorf("got:\n%s", got)
	}
}

func TestUpstreamFailures(t *testing.T) {
	b := start(t, Options{}, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/quick":
			select {
			case <-r.Context().Done():
			case <-time.After(5 * time.Second):
			}
		case "/close":
			panic(http.ErrAbortHandler)
		case "/cut":
			fmt.Fprint(w, "half")
			_ = http.NewResponseController(w).Flush()
			panic(http.ErrAbortHandler)
		}
	}))
	const refused = "upstream connect error or disconnect/reset before headers. reset reason: "
	for i, c := range []struct {
		path    string
		status  int
		body    string
		details string
	}{
		{"/dead", 503, refused + "remote connection failure", "upstream_reset_before_response_started{remote_connection_failure}"},
		{"/none", 503, "", "cluster_not_found"},
		{"/quick", 504, "upstream request timeout", "response_timeout"},
		{"/close", 503, refused + "connection termination", "upstream_reset_before_response_started{connection_termination}"},
	} {
		a := b.get(c.path)
		if a.StatusCode != c.status || a.body != c.body {
			t.Errorf("%s: got %d %q, want %d %q", c.path, a.StatusCode, a.body, c.status, c.body)
		}
		if e := b.entry(i); e.Details != c.details || e.Status != c.status {
			t.Errorf("%s: entry %d %s, want %s", c.path, e.Status, e.Details, c.details)
		}
	}
	if a := b.get("/cut"); a.err == nil || a.body != "half" {
		t.Errorf("a response that breaks off looks complete: %q", a.body)
	}
	if e := b.entry(4); e.Details != "upstream_reset_after_response_started{connection_termination}" {
		t.Errorf("entry %+v", e)
	}
}

func TestNoRoute(t *testing.T) {
	b := start(t, Options{Routes: []Route{{Domains: []string{"a.example"}, Prefix: "/x", Cluster: "up"}}}, echo)
	if a := b.get("/x", "Host", "b.example"); a.StatusCode != 404 || a.body != "" {
		t.Errorf("%d %q", a.StatusCode, a.body)
	}
	if e := b.entry(0); e.Details != "route_not_found" || e.Route != "" {
		t.Errorf("%+v", e)
	}
	if a := b.get("/x", "Host", "A.example:81"); a.StatusCode != 200 {
		t.Errorf("with another port: %d", a.StatusCode)
	}
}

// A client that goes away takes the upstream's request with it.
func TestClientGoes(t *testing.T) {
	for _, h2 := range []bool{false, true} {
		ended := make(chan struct{})
		b := start(t, Options{}, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			_ = http.NewResponseController(w).Flush()
			<-r.Context().Done()
			close(ended)
		}))
		ctx, cancel := context.WithCancel(context.Background())
		res, err := client(t, h2).Do(b.request("GET", "/", nil).WithContext(ctx))
		if err != nil {
			t.Fatal(err)
		}
		cancel()
		res.Body.Close()
		select {
		case <-ended:
		case <-time.After(5 * time.Second):
			t.Errorf("h2=%v: the upstream's request goes on", h2)
		}
		if e := b.entry(0); e.Details != "downstream_remote_disconnect" {
			t.Errorf("h2=%v: %+v", h2, e)
		}
	}
}

// A client that breaks off its upload takes the upstream's request with it.
func TestUploadBreaksOff(t *testing.T) {
	failed := make(chan error, 1)
	b := start(t, Options{}, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, err := io.Copy(io.Discard, r.Body)
		failed <- err
	}))
	c, err := net.Dial("tcp", b.addr)
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(c, "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 100\r\n\r\nhalf")
	time.Sleep(20 * time.Millisecond)
	c.Close()
	select {
	case err := <-failed:
		if err == nil {
			t.Error("the upstream took half a body for a whole one")
		}
	case <-time.After(5 * time.Second):
		t.Error("the upstream still waits")
	}
}

// An answer that comes before the request is complete reaches a client that
// sends on, and what it sends is not taken for a request.
func TestEarlyAnswer(t *testing.T) {
	b := start(t, Options{Routes: []Route{}}, echo)
	got := b.raw("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 40\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: h", 2*time.Second)
	if strings.Count(got, "HTTP/1.1 ") != 1 || !strings.HasPrefix(got, "HTTP/1.1 404") || !strings.Contains(got, "Connection: close") {
		t.Errorf("got:\n%s", got)
	}
}

func TestWebsocket(t *testing.T) {
	b := start(t, Options{}, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Upgrade") != "websocket" {
			w.WriteHeader(426)
			return
		}
		c, rw, err := http.NewResponseController(w).Hijack()
		if err != nil {
			return
		}
		defer c.Close()
		fmt.Fprintf(c, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-Websocket-Accept: x\r\n\r\n")
		for {
			line, err := rw.ReadString('\n')
			if err != nil || line == "bye\n" {
				return
			}
			fmt.Fprintf(c, "echo %s", line)
		}
	}))
	c, err := net.Dial("tcp", b.addr)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	_ = c.SetDeadline(time.Now().Add(5 * time.Second))
	fmt.Fprintf(c, "GET /ws HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n")
	r := bufio.NewReader(c)
	res, err := http.ReadResponse(r, nil)
	if err != nil || res.StatusCode != 101 || res.Header.Get("Sec-Websocket-Accept") != "x" {
		t.Fatalf("%v, %v", res, err)
	}
	for _, line := range []string{"one\n", "two\n"} {
		fmt.Fprint(c, line)
		if got, err := r.ReadString('\n'); got != "echo "+line {
			t.Fatalf("%q, %v", got, err)
		}
	}
	fmt.Fprint(c, "bye\n")
	if _, err := r.ReadByte(); err != io.EOF {
		t.Errorf("not closed: %v", err)
	}
	if e := b.entry(0); e.Status != 101 {
		t.Errorf("%+v", e)
	}
	offer := "GET / HTTP/1.1\r\nHost: h\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n"
	if got := b.raw(offer, time.Second); !strings.HasPrefix(got, "HTTP/1.1 426") { // from the upstream, which sees no Upgrade
		t.Errorf("an offer of HTTP/2: got %q", got)
	}
	if got := b.raw("GET / HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: other\r\n\r\n", time.Second); !strings.HasPrefix(got, "HTTP/1.1 403") {
		t.Errorf("another protocol: %s", got)
	}
}

func TestHTTPBin(t *testing.T) {
	leaks(t)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- ServeHTTPBin(l) }()
	c := client(t, false)
	res, err := c.Get("http://" + l.Addr().String() + "/status/418")
	if err != nil || res.StatusCode != 418 {
		t.Fatalf("%v, %v", res, err)
	}
	res.Body.Close()
	l.Close()
	if err := <-done; err != nil {
		t.Error(err)
	}
	c.CloseIdleConnections()
}
