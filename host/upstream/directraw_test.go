package upstream

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"
)

// rawUpstream calls serve for each connection, with its number.
func rawUpstream(t *testing.T, serve func(n int, c net.Conn)) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for n := 1; ; n++ {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				serve(n, c)
			}()
		}
	}()
	return l.Addr().String()
}

// TestDirectShortBody: a body that ends before its length is an error at once, and
// what was sent of the request is not taken for the beginning of another one.
func TestDirectShortBody(t *testing.T) {
	for name, body := range map[string]string{"in the buffer": "short", "partly sent": strings.Repeat("x", 10000)} {
		s, d := newScript(t, okay, okay, okay), newDirect(t)
		if _, err := ask(t, d, "GET", s.address, ""); err != nil { // so that there is a connection
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		r, _ := http.NewRequestWithContext(ctx, "PUT", "http://"+s.address+"/", strings.NewReader(body))
		r.ContentLength = int64(len(body)) + 20
		if _, err := d.RoundTrip(r); err == nil || !strings.Contains(err.Error(), "ContentLength") || ctx.Err() != nil {
			t.Errorf("%s: %v", name, err)
		}
		if len(d.idle[s.address]) != 0 {
			t.Errorf("%s: the connection is kept", name)
		}
		if got, err := ask(t, d, "GET", s.address, ""); got != "200 OK hi" || err != nil {
			t.Errorf("%s: then %q, %v", name, got, err)
		}
	}
}

// TestDirectBadHost: what can't be written at all is an error at once, too.
func TestDirectBadHost(t *testing.T) {
	s, d := newScript(t, okay), newDirect(t)
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	r, _ := http.NewRequestWithContext(ctx, "GET", "http://"+s.address+"/", nil)
	r.Host = "xn--a\u00e4-" + strings.Repeat("\u00e4", 100)
	r.URL.Opaque = "/a\r\nx: y"
	if _, err := d.RoundTrip(r); err == nil || ctx.Err() != nil {
		t.Errorf("%v", err)
	}
}

// TestDirectEarlyAnswer: an upstream that answers and hangs up while the request
// still goes out: the answer counts, the connection does not.
func TestDirectEarlyAnswer(t *testing.T) {
	address := rawUpstream(t, func(_ int, c net.Conn) {
		_, _ = bufio.NewReaderSize(c, 16).ReadString('\n')
		_, _ = io.WriteString(c, "HTTP/1.1 413 Too Large\r\ncontent-length: 2\r\n\r\nno")
		_ = c.(*net.TCPConn).CloseWrite()
		time.Sleep(50 * time.Millisecond)
	})
	d := newDirect(t)
	for range 5 {
		if got, err := ask(t, d, "POST", address, strings.Repeat("x", maxDirectBody)); got != "413 Too Large no" || err != nil {
			t.Errorf("%q, %v", got, err)
		}
		time.Sleep(5 * time.Millisecond)
	}
}

// TestDirectBodyless: what belongs to no body is not taken for the next answer,
// whenever it comes.
func TestDirectBodyless(t *testing.T) {
	for name, c := range map[string]struct{ method, answer string }{
		"HEAD with a body":       {"HEAD", "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello"},
		"HEAD in chunks":         {"HEAD", "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"},
		"204 with a body":        {"GET", "HTTP/1.1 204 No Content\r\ncontent-length: 5\r\n\r\nhello"},
		"304 with a length":      {"GET", "HTTP/1.1 304 Not Modified\r\ncontent-length: 5\r\n\r\n"},
		"304 in chunks":          {"GET", "HTTP/1.1 304 Not Modified\r\ntransfer-encoding: chunked\r\n\r\n"},
		"an answer nobody wants": {"GET", okay + "HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nevil"},
		"length and chunks":      {"GET", "HTTP/1.1 200 OK\r\ncontent-length: 3\r\ntransfer-encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nevil"},
		"trailers":               {"GET", "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\ntrailer: t\r\n\r\n2\r\nhi\r\n0\r\nt: v\r\n\r\n"},
	} {
		for _, late := range []bool{false, true} {
			address := rawUpstream(t, func(number int, conn net.Conn) {
				in := bufio.NewReader(conn)
				for n := 0; ; n++ {
					if _, err := http.ReadRequest(in); err != nil {
						return
					}
					answer := okay
					if number == 1 && n == 0 {
						answer = c.answer
					}
					if late {
						for b := range strings.SplitAfterSeq(answer, "\n") {
							_, _ = io.WriteString(conn, b)
							time.Sleep(2 * time.Millisecond)
						}
						continue
					}
					_, _ = io.WriteString(conn, answer)
				}
			})
			d := newDirect(t)
			if _, err := ask(t, d, c.method, address, ""); err != nil {
				t.Errorf("%s: %v", name, err)
			}
			time.Sleep(40 * time.Millisecond)
			if got, err := ask(t, d, "POST", address, "b"); got != "200 OK hi" || err != nil {
				t.Errorf("%s: then %q, %v", name, got, err)
			}
		}
	}
}

// TestDirectTrailers: a response's trailers are there at the end of its body.
func TestDirectTrailers(t *testing.T) {
	s, d := newScript(t, "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\ntrailer: t\r\n\r\n2\r\nhi\r\n0\r\nt: v\r\nu: w\r\n\r\n"), newDirect(t)
	r, _ := http.NewRequest("GET", "http://"+s.address+"/", nil)
	resp, err := d.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	if b, err := io.ReadAll(resp.Body); string(b) != "hi" || err != nil || resp.Trailer.Get("t") != "v" || len(d.idle[s.address]) != 1 {
		t.Errorf("%q, %v, trailers %v, %d kept", b, err, resp.Trailer, len(d.idle[s.address]))
	}
}

// TestDirectConfused: answers of which it is not sure where they end are errors.
func TestDirectConfused(t *testing.T) {
	for name, answer := range map[string]string{
		"two lengths":        "HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\nhi!",
		"a bad length":       "HTTP/1.1 200 OK\r\ncontent-length: +2\r\n\r\nhi",
		"a negative length":  "HTTP/1.1 200 OK\r\ncontent-length: -2\r\n\r\nhi",
		"an unknown coding":  "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked, x\r\n\r\nhi",
		"a bad chunk":        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\nhi\r\n0\r\n\r\n",
		"a chunk too short":  "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n9\r\nhi\r\n0\r\n\r\n(close)",
		"chunks without end": "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nhi\r\n(close)",
		"a folded name":      "HTTP/1.1 200 OK\r\nx : y\r\n\r\n",
	} {
		s, d := newScript(t, answer), newDirect(t)
		if got, err := ask(t, d, "GET", s.address, ""); err == nil {
			t.Errorf("%s: %q", name, got)
		}
		if len(d.idle[s.address]) != 0 {
			t.Errorf("%s: the connection is kept", name)
		}
	}
}

// TestDirectCancelInBody: the error of a body that was ended says why.
func TestDirectCancelInBody(t *testing.T) {
	s, d := newScript(t, "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhi"), newDirect(t)
	ctx, cancel := context.WithCancelCause(context.Background())
	r, _ := http.NewRequestWithContext(ctx, "GET", "http://"+s.address+"/", nil)
	resp, err := d.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	why := errors.New("why")
	time.AfterFunc(10*time.Millisecond, func() { cancel(why) })
	if _, err := io.ReadAll(resp.Body); !errors.Is(err, why) {
		t.Errorf("%v, want %v", err, why)
	}
}

// TestDirectMany: no request gets the answer to another one, whatever upstreams do
// to connections in between.
func TestDirectMany(t *testing.T) {
	address := rawUpstream(t, func(n int, c net.Conn) {
		in := bufio.NewReader(c)
		for i := 0; ; i++ {
			r, err := http.ReadRequest(in)
			if err != nil {
				return
			}
			b, _ := io.ReadAll(r.Body)
			body := r.URL.Path + string(b)
			switch (n + i) % 5 {
			case 0:
				_, _ = fmt.Fprintf(c, "HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n%s", body)
				return
			case 1:
				_, _ = fmt.Fprintf(c, "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n", len(body), body)
			case 2: // and goes away without a word
				_, _ = fmt.Fprintf(c, "HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n%s", len(body), body)
				return
			default:
				_, _ = fmt.Fprintf(c, "HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n%s", len(body), body)
			}
		}
	})
	d := newDirect(t)
	var all sync.WaitGroup
	for i := range 20 {
		all.Add(1)
		go func() {
			defer all.Done()
			for j := range 50 {
				ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
				want := fmt.Sprintf("/%d/%d", i, j)
				r, _ := http.NewRequestWithContext(ctx, "PUT", "http://"+address+want, strings.NewReader(want))
				resp, err := d.RoundTrip(r)
				if errors.Is(err, errNoAnswer) { // closed twice while requests were under way
					cancel()
					continue
				}
				if err != nil {
					t.Error(err)
				} else if b, err := io.ReadAll(resp.Body); string(b) != want+want || err != nil {
					t.Errorf("%q, %v, want %q", b, err, want+want)
				}
				cancel()
			}
		}()
	}
	all.Wait()
}
