package hub

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"runtime/debug"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/test/e2e/harness"
)

// bed is a gateway with a plugin, a backend behind it, and a client.
type bed struct {
	addr    string
	pid     int
	backend *backend
	conn    net.Conn
	in      *bufio.Reader
	sent    int
}

// outcome is what became of a request.
type outcome struct {
	status int
	body   string
	header http.Header
	seen   http.Header // nil if the backend has not seen it
	err    error
}

// patience is how long an answer may take.
const patience = 20 * time.Second

// send sends a request and waits for the answer. A connection is used again as
// long as the gateway keeps it.
func (b *bed) send(t *testing.T, q *request) (o outcome) {
	t.Helper()
	b.sent++
	if o = b.exchange(t, q); o.err != nil {
		b.hangUp() // the gateway may have closed a connection that was idle
		o = b.exchange(t, q)
	}
	o.seen = b.backend.take(b.sent)
	if o.err != nil {
		b.hangUp()
	}
	return o
}

func (b *bed) hangUp() {
	if b.conn != nil {
		_ = b.conn.Close()
		b.conn = nil
	}
}

func (b *bed) exchange(t *testing.T, q *request) (o outcome) {
	t.Helper()
	if b.conn == nil {
		conn, err := net.DialTimeout("tcp", b.addr, patience)
		if err != nil {
			t.Fatal(err)
		}
		b.conn, b.in = conn, bufio.NewReader(conn)
	}
	_ = b.conn.SetDeadline(time.Now().Add(patience))
	if _, err := b.conn.Write(q.wire(b.sent)); err != nil {
		return outcome{err: err}
	}
	res, err := http.ReadResponse(b.in, &http.Request{Method: q.method})
	if err != nil {
		return outcome{err: err}
	}
	body, err := io.ReadAll(res.Body)
	_ = res.Body.Close()
	if res.Close || res.StatusCode != http.StatusOK {
		b.hangUp() // what is left of the request may be unread
	}
	return outcome{status: res.StatusCode, body: string(body), header: res.Header, err: err}
}

// resident is the memory of the gateway's process, in bytes.
func (b *bed) resident(t *testing.T) uint64 {
	t.Helper()
	if b.pid == os.Getpid() {
		debug.FreeOSMemory()
	}
	file, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", b.pid))
	if err != nil {
		t.Skipf("the memory of a process is known on Linux only: %v", err)
	}
	_, rest, _ := strings.Cut(string(file), "VmRSS:")
	kib, err := strconv.ParseUint(strings.Fields(rest)[0], 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return kib << 10
}

// backend notes the headers of what reaches it, by the number that the client
// gives each request, and its target and body as :path and :body. It answers with
// 200, or what X-Hub-Status says.
type backend struct {
	addr string
	mu   sync.Mutex
	seen map[int]http.Header
}

func startBackend(t *testing.T) *backend {
	t.Helper()
	b := &backend{seen: map[int]http.Header{}}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	b.addr = l.Addr().String()
	s := &http.Server{Handler: b, ReadHeaderTimeout: patience}
	go func() { _ = s.Serve(l) }()
	t.Cleanup(func() { _ = s.Close() })
	return b
}

func (b *backend) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	id, _ := strconv.Atoi(r.Header.Get("X-Hub-Id"))
	r.Header[":path"] = []string{r.RequestURI}
	status, err := strconv.Atoi(r.Header.Get("X-Hub-Status"))
	if err != nil {
		status = http.StatusOK
	}
	b.mu.Lock()
	b.seen[id] = r.Header
	b.mu.Unlock()
	body, _ := io.ReadAll(r.Body)
	b.mu.Lock()
	if h := b.seen[id]; h != nil { // else it is out of the test's hands, or taken
		h[":body"] = []string{string(body)}
	}
	b.mu.Unlock()
	w.WriteHeader(status)
}

// take returns the headers of a request, and forgets them.
func (b *backend) take(id int) http.Header {
	b.mu.Lock()
	defer b.mu.Unlock()
	h := b.seen[id]
	delete(b.seen, id)
	return h
}

// code is a plugin of the hub as Wasm.
func code(t *testing.T, plugin string) []byte {
	t.Helper()
	b, err := os.ReadFile(harness.BuildPlugin(t, "plugins/"+plugin))
	if err != nil {
		t.Fatal(err)
	}
	return b
}
