package fault

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

// reply is what a client got. Err says how the answer ended early.
type reply struct {
	status int
	header http.Header
	body   string
	err    error
}

// String shows status and body, or how the answer broke off.
func (r reply) String() string {
	switch {
	case r.err != nil && r.status == 0:
		return "no answer: " + r.err.Error()
	case r.err != nil:
		return fmt.Sprintf("%d, then broken off", r.status)
	case r.header.Get("X-Saw") != "":
		return fmt.Sprintf("%d, %s", r.status, r.header.Get("X-Saw"))
	case r.status == 200 && strings.HasPrefix(r.body, `{"Method":`):
		return "200 from upstream"
	case len(r.body) > 200:
		return fmt.Sprintf("%d with %d bytes", r.status, len(r.body))
	case r.body == "":
		return fmt.Sprintf("%d, no body", r.status)
	}
	return fmt.Sprintf("%d %s", r.status, strings.TrimSpace(r.body))
}

// request is one to be sent; its zero value is a GET of /echo.
type request struct {
	op, path, body string
	header         map[string]string
	h2             bool
	pieces         int             // bytes of a chunk or DATA frame; 0 sends a content-length
	trailer        string          // value of the trailer x-trailer, with pieces
	via            *http.Transport // nil is a connection of its own
}

// send sends r and reads the whole answer, which is an error if it hangs.
func (b *bed) send(r request) reply {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	got := exchange(ctx, b.addr(), r)
	if errors.Is(got.err, context.DeadlineExceeded) {
		got.err = fmt.Errorf("it hangs: %w", got.err)
	}
	return got
}

// op sends a GET with that operation.
func (b *bed) op(op string) reply {
	return b.send(request{op: op})
}

// post sends a POST with that operation.
func (b *bed) post(op, body string) reply {
	return b.send(request{op: op, body: body})
}

// exchange sends r and reads the answer.
func exchange(ctx context.Context, addr string, r request) (got reply) {
	method, path := http.MethodGet, "/echo"
	var body io.Reader
	if r.body != "" {
		method, body = http.MethodPost, strings.NewReader(r.body)
	}
	if r.path != "" {
		path = r.path
	}
	req, err := http.NewRequestWithContext(ctx, method, "http://"+addr+path, body)
	if err != nil {
		return reply{err: err}
	}
	if r.pieces > 0 {
		req.Body, req.ContentLength = io.NopCloser(&inPieces{strings.NewReader(r.body), r.pieces}), -1
	}
	if r.trailer != "" {
		req.Trailer = http.Header{"X-Trailer": {r.trailer}}
	}
	if r.op != "" {
		req.Header.Set("X-Op", r.op)
	}
	for name, value := range r.header {
		req.Header.Set(name, value)
	}
	transport := r.via
	if transport == nil {
		transport = &http.Transport{DisableKeepAlives: true, DisableCompression: true}
		defer transport.CloseIdleConnections()
	}
	if r.h2 {
		transport.DisableKeepAlives, transport.Protocols = false, new(http.Protocols)
		transport.Protocols.SetUnencryptedHTTP2(true)
	}
	res, err := transport.RoundTrip(req)
	if err != nil {
		return reply{err: err}
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	return reply{res.StatusCode, res.Header, string(b), err}
}

// seen is what the upstream saw of the request that r answers.
func (r reply) seen(t testing.TB) (s seen) {
	t.Helper()
	if err := json.Unmarshal([]byte(r.body), &s); err != nil {
		t.Fatalf("%s: no answer of the upstream: %v", r, err)
	}
	return s
}

// raw writes parts to a connection, with pause between them, and returns what
// comes back until the other side closes or nothing more is due.
func (b *bed) raw(parts ...string) string {
	b.Helper()
	conn := b.dial()
	defer conn.Close()
	for _, p := range parts {
		if _, err := io.WriteString(conn, p); err != nil {
			break // refused: the answer is there to read
		}
	}
	out, err := io.ReadAll(conn)
	var netErr net.Error
	if errors.As(err, &netErr) && netErr.Timeout() {
		b.Fatalf("%.200q: the connection still hangs after %s, with %q", parts, patience, out)
	}
	return string(out)
}

// answer writes parts to a connection and returns the first answer. Unlike raw it
// doesn't wait until the other side closes, for which Envoy takes a second.
func (b *bed) answer(method string, parts ...string) reply {
	b.Helper()
	conn := b.dial()
	defer conn.Close()
	for _, p := range parts {
		if _, err := io.WriteString(conn, p); err != nil {
			break // refused: the answer is there to read
		}
	}
	return readAnswer(bufio.NewReader(conn), method)
}

// dial opens a connection that lasts no longer than patience.
func (b *bed) dial() net.Conn {
	b.Helper()
	conn, err := net.DialTimeout("tcp", b.addr(), patience)
	if err != nil {
		b.Fatal(err)
	}
	_ = conn.SetDeadline(time.Now().Add(patience))
	return conn
}

// answers parses the HTTP/1 responses that text holds, one for each method.
func answers(text string, methods ...string) (out []reply) {
	in := bufio.NewReader(strings.NewReader(text))
	for _, m := range methods {
		r := readAnswer(in, m)
		if out = append(out, r); r.status == 0 {
			return out
		}
	}
	return out
}

// readAnswer parses one HTTP/1 response.
func readAnswer(in *bufio.Reader, method string) reply {
	res, err := http.ReadResponse(in, &http.Request{Method: method})
	if err != nil {
		return reply{err: err}
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	return reply{res.StatusCode, res.Header, string(body), err}
}

// inPieces gives size bytes at once; net/http makes a chunk or frame of each.
type inPieces struct {
	*strings.Reader
	size int
}

func (p *inPieces) Read(b []byte) (int, error) { return p.Reader.Read(b[:min(p.size, len(b))]) }

// WriteTo hides the one of strings.Reader, which would write all at once.
func (p *inPieces) WriteTo(w io.Writer) (int64, error) {
	return io.Copy(w, struct{ io.Reader }{p})
}
