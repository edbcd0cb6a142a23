package upstream

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// script is a server that gives its answers in turn, whatever is asked; "" means
// to close the connection. After the last one it says nothing more.
type script struct {
	address string
	conns   atomic.Int32
	asked   chan string // request line, and body
}

func newScript(t *testing.T, answers ...string) *script {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	s := &script{address: l.Addr().String(), asked: make(chan string, 100)}
	var next atomic.Int32
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			s.conns.Add(1)
			go s.serve(c, answers, &next)
		}
	}()
	return s
}

func (s *script) serve(c net.Conn, answers []string, next *atomic.Int32) {
	defer c.Close()
	in := bufio.NewReader(c)
	for {
		r, err := http.ReadRequest(in)
		if err != nil {
			return
		}
		b, _ := io.ReadAll(r.Body)
		s.asked <- r.Method + " " + r.RequestURI + " " + string(b)
		n := int(next.Add(1)) - 1
		if n >= len(answers) {
			continue
		}
		answer, shut := strings.CutSuffix(answers[n], "(close)")
		if _, _ = io.WriteString(c, answer); shut {
			return
		}
	}
}

func newDirect(t *testing.T) *direct {
	t.Helper()
	d := &direct{dial: (&net.Dialer{}).DialContext, fallback: refusing{}, idle: map[string][]*directConn{}}
	t.Cleanup(d.closeIdle)
	return d
}

type refusing struct{}

var errFallback = errors.New("to the transport")

func (refusing) RoundTrip(*http.Request) (*http.Response, error) { return nil, errFallback }

// ask sends a request and returns status and body.
func ask(t *testing.T, d *direct, method, address, body string) (string, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, method, "http://"+address+"/p", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	resp, err := d.RoundTrip(r)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	return resp.Status + " " + string(b), err
}

const okay = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi"

// TestDirectReuse: how many connections two requests take, after each kind of
// first answer.
func TestDirectReuse(t *testing.T) {
	for name, c := range map[string]struct {
		first string
		want  string
		conns int32
	}{
		"with a length":           {okay, "200 OK hi", 1},
		"in chunks":               {"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n", "200 OK hi", 1},
		"without a body":          {"HTTP/1.1 204 No Content\r\n\r\n", "204 No Content ", 1},
		"with an empty body":      {"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n", "200 OK ", 1},
		"after an early hint":     {"HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n" + okay, "200 OK hi", 1},
		"which closes":            {"HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 2\r\n\r\nhi(close)", "200 OK hi", 2},
		"until the end":           {"HTTP/1.1 200 OK\r\n\r\nhi(close)", "200 OK hi", 2},
		"closed without a word":   {okay + "(close)", "200 OK hi", 2},
		"with more than a length": {okay + okay, "200 OK hi", 2},
	} {
		t.Run(name, func(t *testing.T) {
			s, d := newScript(t, c.first, okay), newDirect(t)
			if got, err := ask(t, d, "GET", s.address, ""); got != c.want || err != nil {
				t.Errorf("first: %q, %v", got, err)
			}
			time.Sleep(10 * time.Millisecond) // until the end has come
			if got, err := ask(t, d, "POST", s.address, "body"); got != "200 OK hi" || err != nil {
				t.Errorf("second: %q, %v", got, err)
			}
			if n := s.conns.Load(); n != c.conns {
				t.Errorf("%d connections, want %d", n, c.conns)
			}
			if <-s.asked; <-s.asked != "POST /p body" {
				t.Error("the second request is not what was sent")
			}
		})
	}
}

// TestDirectRepeats: a connection that the upstream closes while the request is
// under way costs nothing where a request may be repeated.
func TestDirectRepeats(t *testing.T) {
	for method, want := range map[string]string{"GET": "200 OK hi", "POST": ""} {
		s, d := newScript(t, okay, "(close)", okay), newDirect(t)
		if _, err := ask(t, d, "GET", s.address, ""); err != nil {
			t.Fatal(err)
		}
		got, err := ask(t, d, method, s.address, "")
		if got != want || (want == "") != errors.Is(err, errNoAnswer) {
			t.Errorf("%s: %q, %v", method, got, err)
		}
	}
}

func TestDirectErrors(t *testing.T) {
	for name, c := range map[string]struct{ answer, want string }{
		"no answer":       {"(close)", errNoAnswer.Error()},
		"half a head":     {"HTTP/1.1 200 OK\r\ncontent-le(close)", "missing colon"},
		"half a body":     {"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhi(close)", "unexpected EOF"},
		"no HTTP":         {"hello\r\n\r\n(close)", "malformed HTTP"},
		"switch":          {"HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\n\r\n", "without having been asked"},
		"an endless head": {"HTTP/1.1 200 OK\r\nx: " + strings.Repeat("x", maxResponseHead), "longer than"},
	} {
		s, d := newScript(t, c.answer), newDirect(t)
		if _, err := ask(t, d, "GET", s.address, ""); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
		if len(d.idle[s.address]) > 0 {
			t.Errorf("%s: the connection is kept", name)
		}
	}
}

func TestDirectCancel(t *testing.T) {
	s, d := newScript(t), newDirect(t)
	ctx, cancel := context.WithCancel(context.Background())
	r, _ := http.NewRequestWithContext(ctx, "GET", "http://"+s.address+"/", nil)
	go func() { <-s.asked; cancel() }()
	if _, err := d.RoundTrip(r); !errors.Is(err, context.Canceled) {
		t.Errorf("%v, want context.Canceled", err)
	}
}

// TestDirectBodyCut: a body that is given up is not taken for the next answer.
func TestDirectBodyCut(t *testing.T) {
	s, d := newScript(t, "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello", okay), newDirect(t)
	r, _ := http.NewRequest("GET", "http://"+s.address+"/", nil)
	resp, err := d.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	if got, err := ask(t, d, "GET", s.address, ""); got != "200 OK hi" || err != nil || s.conns.Load() != 2 {
		t.Errorf("%q, %v, %d connections", got, err, s.conns.Load())
	}
}

// TestDirectSuits: what is not whole, or no plain request, goes to the transport.
func TestDirectSuits(t *testing.T) {
	d := newDirect(t)
	for name, change := range map[string]func(*http.Request){
		"coming":  func(r *http.Request) { r.Body, r.GetBody = io.NopCloser(strings.NewReader("x")), nil },
		"long":    func(r *http.Request) { r.ContentLength = maxDirectBody + 1 },
		"upgrade": func(r *http.Request) { r.Header.Set("Upgrade", "websocket") },
		"expect":  func(r *http.Request) { r.Header.Set("Expect", "100-continue") },
		"close":   func(r *http.Request) { r.Close = true },
		"connect": func(r *http.Request) { r.Method = "CONNECT" },
		"trailer": func(r *http.Request) { r.Trailer = http.Header{"T": nil} },
	} {
		r, _ := http.NewRequest("POST", "http://127.0.0.1:1/", bytes.NewReader([]byte("body")))
		change(r)
		if _, err := d.RoundTrip(r); !errors.Is(err, errFallback) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestDirectBodyComing: the connection is there before the body is asked for, and
// stays for the next request if the body is not there yet.
func TestDirectBodyComing(t *testing.T) {
	s, d := newScript(t, okay), newDirect(t)
	for range 2 { // on a new connection, on one that was idle
		connected := false
		r, _ := http.NewRequest("POST", "http://"+s.address+"/", strings.NewReader("x"))
		r = r.WithContext(httptrace.WithClientTrace(r.Context(), &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) { connected = true }}))
		r.GetBody = func() (io.ReadCloser, error) {
			if !connected {
				t.Error("the body is asked for too early")
			}
			return nil, ErrBodyComing
		}
		if _, err := d.RoundTrip(r); !errors.Is(err, errFallback) || len(d.idle[s.address]) != 1 {
			t.Errorf("%v, %d kept", err, len(d.idle[s.address]))
		}
	}
	if got, err := ask(t, d, "GET", s.address, ""); got != "200 OK hi" || err != nil || s.conns.Load() != 1 {
		t.Errorf("then: %q, %v, %d connections", got, err, s.conns.Load())
	}
}

func TestDirectIdle(t *testing.T) {
	s, d := newScript(t, okay, okay), newDirect(t)
	if _, err := ask(t, d, "GET", s.address, ""); err != nil {
		t.Fatal(err)
	}
	d.reap(time.Now().Add(-time.Minute))
	if len(d.idle[s.address]) != 1 {
		t.Error("a connection that was just used is gone")
	}
	d.closeIdle()
	if len(d.idle) != 0 {
		t.Error("an idle connection is left")
	}
	if _, err := ask(t, d, "GET", s.address, ""); err != nil || len(d.idle[s.address]) != 0 {
		t.Errorf("after the end: %v, %d kept", err, len(d.idle[s.address]))
	}
}
