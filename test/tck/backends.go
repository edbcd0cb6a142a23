package tck

import (
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync"
	"testing"
)

// Addresses are where the servers behind a host listen, host:port; an empty one
// is a free port of 127.0.0.1.
type Addresses struct {
	// HTTP is the upstream of requests: the cluster "upstream".
	HTTP string
	// Callee answers callouts: the cluster cells.Callee.
	Callee string
	// TCP is the upstream of connections: the cluster "tcp".
	TCP string
	// GRPC is a gRPC server, HTTP/2 without TLS: the cluster cells.GRPC.
	GRPC string
}

// Backends are the servers behind the host. They note what they see.
type Backends struct {
	at   Addresses
	mu   sync.Mutex
	seen string
}

const nothing = "nothing"

// StartBackends starts the servers at the given addresses; they end with the
// test.
func StartBackends(t testing.TB, at Addresses) *Backends {
	t.Helper()
	b := &Backends{seen: nothing}
	b.at.HTTP = serveHTTP(t, at.HTTP, b.serve)
	b.at.Callee = serveHTTP(t, at.Callee, callee)
	b.at.GRPC = serveGRPC(t, at.GRPC)
	l := listenAt(t, at.TCP)
	t.Cleanup(func() { _ = l.Close() })
	b.at.TCP = l.Addr().String()
	go b.accept(l)
	return b
}

// Addresses returns where the servers listen.
func (b *Backends) Addresses() Addresses { return b.at }

func listenAt(t testing.TB, address string) net.Listener {
	t.Helper()
	if address == "" {
		address = "127.0.0.1:0"
	}
	l, err := net.Listen("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// serveHTTP starts a server and returns where it listens.
func serveHTTP(t testing.TB, address string, handler http.HandlerFunc) string {
	t.Helper()
	s := httptest.NewUnstartedServer(handler)
	_ = s.Listener.Close()
	s.Listener = listenAt(t, address)
	s.Start()
	t.Cleanup(s.Close)
	return s.Listener.Addr().String()
}

// take returns what was seen since the last call.
func (b *Backends) take() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	seen := b.seen
	b.seen = nothing
	return seen
}

func (b *Backends) note(seen string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.seen = seen
}

func (b *Backends) serve(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return // when that is noticed depends on the time of the reset
	}
	b.note(message(r.Method+" "+r.URL.RequestURI(), pairsOf(r.Header), string(body), pairsOf(r.Trailer)))
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
func (b *Backends) accept(l net.Listener) {
	for {
		c, err := l.Accept()
		if err != nil {
			return
		}
		go b.converse(c)
	}
}

// What the ends of a connection say.
const (
	tcpText   = "client data"
	tcpAnswer = "upstream data"
)

// converse answers the first data and ends the connection.
func (b *Backends) converse(c net.Conn) {
	defer c.Close()
	buf := make([]byte, 1000)
	n, _ := c.Read(buf)
	if n > 0 {
		b.note(strconv.Quote(string(buf[:n])))
	}
	_, _ = io.WriteString(c, tcpAnswer)
}
