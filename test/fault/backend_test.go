package fault

import (
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// backend is the upstream, and the addresses of clusters that misbehave.
type backend struct {
	address  string
	clusters map[string]string
	waiting  atomic.Int64 // requests for /slow that have no answer yet
	mu       sync.Mutex
	gate     chan struct{} // closed to answer those
	requests atomic.Int64
}

// newBackend starts the clusters: "backend" answers, "dead" has nobody that
// listens, "mute" never answers, "half" breaks off within the body.
func newBackend(t testing.TB) *backend {
	b := &backend{gate: make(chan struct{})}
	l := listen(t)
	server := &http.Server{Handler: http.HandlerFunc(b.serve), MaxHeaderBytes: 4 << 20, ReadHeaderTimeout: time.Minute}
	go server.Serve(l)
	t.Cleanup(func() { server.Close() })
	dead := listen(t)
	dead.Close()
	b.address = l.Addr().String()
	b.clusters = map[string]string{
		"backend": b.address,
		"dead":    dead.Addr().String(),
		"mute":    serveRaw(t, func(net.Conn) {}),
		"half": serveRaw(t, func(c net.Conn) {
			_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf")
			c.Close()
		}),
		"reset": serveRaw(t, func(c net.Conn) { c.Close() }),
	}
	return b
}

func listen(t testing.TB) net.Listener {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// serveRaw reads the beginning of a request from each connection before f.
func serveRaw(t testing.TB, f func(net.Conn)) string {
	l := listen(t)
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				_, _ = c.Read(make([]byte, 4096))
				f(c)
				// Held until the test ends: the garbage collector closes a
				// connection that nothing refers to.
				t.Cleanup(func() { c.Close() })
			}()
		}
	}()
	return l.Addr().String()
}

// seen is what /echo says about the request that reached it.
type seen struct {
	Method, Host, Path string
	Header             http.Header
	Length             int64 // content-length, -1 for none
	Body               int   // bytes that came
}

// release answers the requests for /slow that wait.
func (b *backend) release() {
	b.mu.Lock()
	defer b.mu.Unlock()
	close(b.gate)
	b.gate = make(chan struct{})
}

// echo takes the connection over and sends back what comes.
func echo(w http.ResponseWriter) {
	c, rw, err := http.NewResponseController(w).Hijack()
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	defer c.Close()
	_, _ = io.WriteString(c, "HTTP/1.1 101 Switching Protocols\r\nconnection: Upgrade\r\nupgrade: websocket\r\n\r\n")
	_, _ = io.Copy(c, rw.Reader)
}

// pieces answers "/all-in-size" with so many bytes, size at a time.
func pieces(w http.ResponseWriter, all, size string) {
	left, _ := strconv.Atoi(strings.TrimPrefix(all, "/"))
	n, _ := strconv.Atoi(size)
	for ; left > 0; left -= n {
		_, _ = io.WriteString(w, strings.Repeat("y", min(n, left)))
		_ = http.NewResponseController(w).Flush()
	}
}

// serve answers "/N" with N bytes and a content-length, "/N-in-M" with N bytes in
// pieces of M, /slow at release, a websocket with what it sends, and everything
// else with what it saw. /encoded says that it is compressed.
func (b *backend) serve(w http.ResponseWriter, r *http.Request) {
	b.requests.Add(1)
	if r.Header.Get("Upgrade") == "websocket" {
		echo(w)
		return
	}
	body, _ := io.ReadAll(r.Body)
	if n, err := strconv.Atoi(strings.TrimPrefix(r.URL.Path, "/")); err == nil {
		w.Header().Set("Content-Length", strconv.Itoa(n))
		_, _ = io.WriteString(w, strings.Repeat("y", n))
		return
	}
	if all, size, ok := strings.Cut(r.URL.Path, "-in-"); ok {
		pieces(w, all, size)
		return
	}
	if r.URL.Path == "/slow" {
		b.waiting.Add(1)
		defer b.waiting.Add(-1)
		b.mu.Lock()
		gate := b.gate
		b.mu.Unlock()
		select {
		case <-r.Context().Done():
		case <-gate:
		}
		return
	}
	h := w.Header()
	h.Set("Content-Type", "application/json")
	if r.URL.Path == "/encoded" {
		h.Set("Content-Encoding", "gzip") // which it isn't: nobody must need to look
	}
	h.Set("X-Headers", fmt.Sprint(len(r.Header)))
	_ = json.NewEncoder(w).Encode(seen{r.Method, r.Host, r.URL.RequestURI(), r.Header, r.ContentLength, len(body)})
}
