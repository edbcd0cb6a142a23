package upstream

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/host"
)

// rawServer answers each connection with what serve writes after the head of a
// request was read.
func rawServer(t *testing.T, serve func(c net.Conn, head string)) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				var head strings.Builder
				r := bufio.NewReader(c)
				for {
					line, err := r.ReadString('\n')
					if err != nil {
						return
					}
					if head.WriteString(line); line == "\r\n" {
						break
					}
				}
				serve(c, head.String())
			}()
		}
	}()
	return l.Addr().String()
}

func request(headers ...[2]string) host.HTTPCallRequest {
	return host.HTTPCallRequest{
		Headers: append([][2]string{{":method", "GET"}, {":path", "/a%2Fb?x=%zz"}, {":authority", "a.example"}}, headers...),
		Timeout: 5 * time.Second,
	}
}

// exchangeWith runs one callout and waits for its answer.
func exchangeWith(t *testing.T, c *Clusters, req host.HTTPCallRequest) host.HTTPCallResponse {
	t.Helper()
	done := make(chan host.HTTPCallResponse, 2)
	if err := c.HTTPCall(context.Background(), "up", req, func(r host.HTTPCallResponse) { done <- r }); err != nil {
		t.Fatal(err)
	}
	return <-done
}

func text(r host.HTTPCallResponse) string {
	if r.Headers == nil {
		return fmt.Sprint("error: ", r.Err)
	}
	return fmt.Sprint(r.Headers.Pairs(), " ", string(r.Body))
}

func TestCallout(t *testing.T) {
	heads := make(chan string, 1)
	addr := rawServer(t, func(c net.Conn, head string) {
		heads <- head
		_, _ = c.Write([]byte("HTTP/1.1 201 Created\r\nX-B: 2\r\nX-B: 3\r\nX-A: 1\r\nTransfer-Encoding: chunked\r\nTrailer: T\r\n\r\n2\r\nhi\r\n0\r\nT: v\r\n\r\n"))
	})
	c := newClusters(t, Options{}, Cluster{Name: "up", URL: "http://" + addr})
	r := exchangeWith(t, c, request([2]string{"X-One", "1"}, [2]string{"x-one", "2"}, [2]string{"content-length", "99"}, [2]string{"connection", "close"}))
	if got, want := text(r), "[[:status 201] [x-a 1] [x-b 2] [x-b 3]] hi"; got != want {
		t.Errorf("answer %s, want %s", got, want)
	}
	if r.Trailers == nil || fmt.Sprint(r.Trailers.Pairs()) != "[[t v]]" {
		t.Errorf("trailers %v", r.Trailers)
	}
	if got, want := <-heads, "GET /a%2Fb?x=%zz HTTP/1.1\r\nHost: a.example\r\nX-One: 1\r\nX-One: 2\r\n\r\n"; got != want {
		t.Errorf("request %q, want %q", got, want)
	}
}

func TestCalloutBodyAndTrailers(t *testing.T) {
	got := make(chan string, 2)
	s := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		b := make([]byte, 100)
		n, _ := r.Body.Read(b)
		_, _ = r.Body.Read(b[n:])
		got <- fmt.Sprint(r.Method, " ", r.ContentLength, " ", string(b[:n]), " ", r.Trailer.Get("T"))
	}))
	defer s.Close()
	c := newClusters(t, Options{}, Cluster{Name: "up", URL: s.URL})
	req := request()
	req.Headers[0][1], req.Body = "POST", []byte("body")
	exchangeWith(t, c, req)
	if g := <-got; g != "POST 4 body " {
		t.Errorf("request %q", g)
	}
	req.Trailers = [][2]string{{"t", "1"}}
	exchangeWith(t, c, req)
	if g := <-got; g != "POST -1 body 1" {
		t.Errorf("with trailers %q", g)
	}
}

// TestCalloutFailures has the answers that Envoy 1.40 gave in the same cases.
func TestCalloutFailures(t *testing.T) {
	hang := make(chan struct{})
	t.Cleanup(func() { close(hang) })
	closed, _ := net.Listen("tcp", "127.0.0.1:0")
	_ = closed.Close()
	for name, c := range map[string]struct {
		addr string
		want string
	}{
		"refused": {closed.Addr().String(), "[[:status 503] [content-length "},
		"closed":  {rawServer(t, func(net.Conn, string) {}), "connection termination"},
		"slow": {rawServer(t, func(net.Conn, string) { <-hang }),
			"[[:status 504] [content-length 24] [content-type text/plain]] upstream request timeout"},
		"breaks off": {rawServer(t, func(c net.Conn, _ string) { _, _ = c.Write([]byte("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhi")) }), "error: "},
		"slow body": {rawServer(t, func(c net.Conn, _ string) {
			_, _ = c.Write([]byte("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhi"))
			<-hang
		}), "error: "},
		"too long":  {rawServer(t, func(c net.Conn, _ string) { _, _ = c.Write([]byte("HTTP/1.1 200 OK\r\n\r\n0123456789a")) }), "longer than 10 bytes"},
		"just fits": {rawServer(t, func(c net.Conn, _ string) { _, _ = c.Write([]byte("HTTP/1.1 200 OK\r\n\r\n0123456789")) }), "[[:status 200]] 0123456789"},
		"not HTTP":  {rawServer(t, func(c net.Conn, _ string) { _, _ = c.Write([]byte("hello\r\n\r\n")) }), "[:status 503]"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cl := newClusters(t, Options{MaxResponseBytes: 10}, Cluster{Name: "up", URL: "http://" + c.addr})
			req := request()
			req.Timeout = 200 * time.Millisecond
			if got := text(exchangeWith(t, cl, req)); !strings.Contains(got, c.want) {
				t.Errorf("%s, want %s", got, c.want)
			}
		})
	}
}

func TestCalloutRefusals(t *testing.T) {
	c := newClusters(t, Options{}, Cluster{Name: "up", URL: "http://127.0.0.1:1"})
	none := func(host.HTTPCallResponse) { t.Error("done was called for a call that did not start") }
	if err := c.HTTPCall(context.Background(), "nobody", request(), none); !errors.Is(err, host.ErrUnknownCluster) {
		t.Errorf("unknown cluster: %v", err)
	}
	for i, name := range []string{":method", ":path", ":authority"} {
		req := request()
		req.Headers = append(req.Headers[:i:i], req.Headers[i+1:]...)
		if err := c.HTTPCall(context.Background(), "up", req, none); !errors.Is(err, host.ErrBadRequest) || !strings.Contains(err.Error(), name) {
			t.Errorf("without %s: %v", name, err)
		}
	}
	for _, bad := range [][2]string{
		{":path", "/a\r\nX: y"}, {":path", "/a b"}, {":path", "a"}, {":path", ""}, {":path", "//evil.example/%zz"}, {":method", "G T"},
		{":authority", "a\nb"}, {":authority", "u@b"}, {"x", "a\r\nb"}, {"x", "a\x00"}, {"x y", "a"}, {"", "a"},
	} {
		h := host.HeaderMapOf(host.MapRequestHeaders, request().Headers...)
		h.Set(bad[0], bad[1])
		r := exchangeWith(t, c, host.HTTPCallRequest{Headers: h.Pairs()})
		if got := text(r); !strings.HasPrefix(got, "[[:status 503]") || !strings.Contains(got, "invalid header") {
			t.Errorf("%q: %s", bad, got)
		}
	}
}

func TestCalloutCancelled(t *testing.T) {
	addr := rawServer(t, func(c net.Conn, _ string) { time.Sleep(10 * time.Second) })
	c := newClusters(t, Options{}, Cluster{Name: "up", URL: "http://" + addr})
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan host.HTTPCallResponse, 1)
	if err := c.HTTPCall(ctx, "up", request(), func(r host.HTTPCallResponse) { done <- r }); err != nil {
		t.Fatal(err)
	}
	cancel()
	if r := <-done; r.Headers != nil || !errors.Is(r.Err, context.Canceled) {
		t.Errorf("after cancel: %s", text(r))
	}
}
