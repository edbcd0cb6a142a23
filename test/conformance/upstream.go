package conformance

import (
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync"
	"testing"
)

// upstream is the server behind the gateway. It notes what it sees.
type upstream struct {
	http, callee *httptest.Server
	tcp          net.Listener
	mu           sync.Mutex
	seen         string
}

const nothing = "nothing"

// startUpstream starts the servers; they end with the test.
func startUpstream(t testing.TB) *upstream {
	t.Helper()
	u := &upstream{seen: nothing}
	u.http = httptest.NewServer(http.HandlerFunc(u.serve))
	t.Cleanup(u.http.Close)
	u.callee = httptest.NewServer(http.HandlerFunc(callee))
	t.Cleanup(u.callee.Close)
	var err error
	if u.tcp, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { u.tcp.Close() })
	go u.accept()
	return u
}

// take returns what was seen since the last call.
func (u *upstream) take() string {
	u.mu.Lock()
	defer u.mu.Unlock()
	seen := u.seen
	u.seen = nothing
	return seen
}

func (u *upstream) note(seen string) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.seen = seen
}

func (u *upstream) serve(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return // when that is noticed depends on the time of the reset
	}
	u.note(message(r.Method+" "+r.URL.RequestURI(), pairsOf(r.Header), string(body), pairsOf(r.Trailer)))
	respond(w, r.Header.Get("X-C-Shape") != "", responseFields, ResponseText)
}

// callee answers callouts.
func callee(w http.ResponseWriter, r *http.Request) {
	_, _ = io.Copy(io.Discard, r.Body)
	respond(w, true, [][2]string{{"x-c-callee", "1"}}, "callee body")
}

// respond answers with trailers or with the length of the body.
func respond(w http.ResponseWriter, trailers bool, header [][2]string, body string) {
	addAll(w.Header(), header)
	w.Header().Set("Content-Type", "text/plain")
	if !trailers {
		_, _ = io.WriteString(w, body)
		return
	}
	_, _ = io.WriteString(w, body)
	_ = http.NewResponseController(w).Flush() // else the server announces a length
	for _, p := range trailerFields {
		w.Header().Add(http.TrailerPrefix+p[0], p[1])
	}
}

// accept serves connections: the answer to some data is TCPAnswer.
func (u *upstream) accept() {
	for {
		c, err := u.tcp.Accept()
		if err != nil {
			return
		}
		go u.converse(c)
	}
}

// What the ends of a connection say.
const (
	tcpText   = "client data"
	tcpAnswer = "upstream data"
)

// converse answers the first data and ends the connection.
func (u *upstream) converse(c net.Conn) {
	defer c.Close()
	buf := make([]byte, 1000)
	n, _ := c.Read(buf)
	if n > 0 {
		u.note(strconv.Quote(string(buf[:n])))
	}
	_, _ = io.WriteString(c, tcpAnswer)
}
