package serve

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// load is a number of clients, each with one connection that it keeps, that ask all
// the time. Whatever is not 200 from an allowed version is a failure.
type load struct {
	address string
	allowed func(http.Header) bool
	// closing allows the server to end a connection after a response that says so.
	closing bool

	requests, connects, slowest atomic.Int64
	mu                          sync.Mutex
	bad                         []string
	end                         chan struct{}
	wg                          sync.WaitGroup
}

func startLoad(t *testing.T, address string, clients int, allowed func(http.Header) bool) *load {
	l := &load{address: address, allowed: allowed, end: make(chan struct{})}
	for range clients {
		l.wg.Add(1)
		go l.client()
	}
	t.Cleanup(l.stop)
	return l
}

// client asks until the end. Each request goes out once: nothing is tried again.
func (l *load) client() {
	defer l.wg.Done()
	var conn net.Conn
	var in *bufio.Reader
	defer func() {
		if conn != nil {
			conn.Close()
		}
	}()
	for {
		select {
		case <-l.end:
			return
		default:
		}
		if conn == nil {
			var err error
			if conn, err = net.Dial("tcp", l.address); err != nil {
				l.fail(err.Error())
				return
			}
			in = bufio.NewReader(conn)
			l.connects.Add(1)
		}
		began := time.Now()
		closes, err := l.ask(conn, in)
		l.requests.Add(1)
		for took := int64(time.Since(began)); ; {
			old := l.slowest.Load()
			if took <= old || l.slowest.CompareAndSwap(old, took) {
				break
			}
		}
		if err != nil {
			l.fail(err.Error())
		}
		if err != nil || closes {
			conn.Close()
			conn = nil
		}
	}
}

func (l *load) ask(conn net.Conn, in *bufio.Reader) (closes bool, err error) {
	_ = conn.SetDeadline(time.Now().Add(time.Minute))
	if _, err := io.WriteString(conn, "POST / HTTP/1.1\r\nHost: load\r\nContent-Length: 5\r\n\r\nhello"); err != nil {
		return true, err
	}
	resp, err := http.ReadResponse(in, nil)
	if err != nil {
		return true, err
	}
	body, err := io.ReadAll(resp.Body)
	switch {
	case err != nil:
		return true, err
	case resp.StatusCode != http.StatusOK || string(body) != "up" || !l.allowed(resp.Header):
		return resp.Close, fmt.Errorf("%d %v %q", resp.StatusCode, resp.Header, body)
	}
	return resp.Close, nil
}

func (l *load) fail(what string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.bad) < 10 {
		l.bad = append(l.bad, what)
	}
}

// stop ends the load.
func (l *load) stop() {
	l.mu.Lock()
	select {
	case <-l.end:
	default:
		close(l.end)
	}
	l.mu.Unlock()
	l.wg.Wait()
}

// check ends the load and fails the test for anything that went wrong.
func (l *load) check(t *testing.T, clients int) {
	t.Helper()
	l.stop()
	t.Logf("%d requests on %d connections, slowest %v", l.requests.Load(), l.connects.Load(), time.Duration(l.slowest.Load()).Round(time.Millisecond))
	for _, bad := range l.bad {
		t.Errorf("under load: %s", bad)
	}
	if got := l.connects.Load(); !l.closing && got != int64(clients) {
		t.Errorf("%d connections for %d clients: some were cut", got, clients)
	}
	if l.requests.Load() < 200 {
		t.Error("too few requests to mean anything")
	}
}

// rss is the memory of a process in MiB.
func rss(t *testing.T, pid int) int {
	t.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		t.Skipf("no /proc: %v", err)
	}
	for _, line := range strings.Split(string(text), "\n") {
		if rest, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			n, _ := strconv.Atoi(strings.Fields(rest)[0])
			return n / 1024
		}
	}
	t.Fatal("no VmRSS")
	return 0
}
