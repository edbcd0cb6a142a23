package gateway

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/host"
	"github.com/sluiceproxy/sluice/host/internal/wasmtest"
	"github.com/sluiceproxy/sluice/host/upstream"
)

// tcpBench is a gateway for connections in front of a server.
type tcpBench struct {
	t    *testing.T
	g    *Gateway
	addr string
	mu   sync.Mutex
	logs []string
	ends []Entry
}

// startTCP serves connections through plugins to a server that handle is.
func startTCP(t *testing.T, o Options, handle func(net.Conn)) *tcpBench {
	t.Helper()
	leaks(t)
	up, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { up.Close() })
	go func() {
		for {
			c, err := up.Accept()
			if err != nil {
				return
			}
			go func() { defer c.Close(); handle(c) }()
		}
	}()
	b := &tcpBench{t: t}
	if o.Clusters, err = upstream.New(upstream.Options{}, upstream.Cluster{Name: "up", URL: "http://" + up.Addr().String()},
		upstream.Cluster{Name: "dead", URL: "http://127.0.0.1:1"}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = o.Clusters.Close() })
	o.Runtime, o.Concurrency = sharedRuntime(), 2
	o.Log = func(l host.LogLevel, plugin, msg string) {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.logs = append(b.logs, plugin+": "+msg)
	}
	o.AccessLog = func(e Entry) { b.mu.Lock(); defer b.mu.Unlock(); b.ends = append(b.ends, e) }
	if b.g, err = New(context.Background(), o); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		_ = b.g.Shutdown(ctx)
	})
	b.addr = b.serve("up")
	return b
}

// serve listens for a cluster and returns the address.
func (b *tcpBench) serve(cluster string) string {
	b.t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- b.g.ServeTCP(l, cluster) }()
	b.t.Cleanup(func() {
		_ = b.g.Shutdown(context.Background())
		if err := <-done; err != nil {
			b.t.Errorf("ServeTCP: %v", err)
		}
	})
	return l.Addr().String()
}

func (b *tcpBench) dial(addr string) net.Conn {
	b.t.Helper()
	c, err := net.Dial("tcp", addr)
	if err != nil {
		b.t.Fatal(err)
	}
	b.t.Cleanup(func() { c.Close() })
	_ = c.SetDeadline(time.Now().Add(10 * time.Second))
	return c
}

// ask sends text, ends its direction and returns all that comes back.
func (b *tcpBench) ask(text string) string {
	b.t.Helper()
	c := b.dial(b.addr)
	_, _ = io.WriteString(c, text)
	_ = c.(*net.TCPConn).CloseWrite()
	got, _ := io.ReadAll(c)
	return string(got)
}

func (b *tcpBench) waitLog(want string) {
	b.t.Helper()
	for end := time.Now().Add(5 * time.Second); ; time.Sleep(time.Millisecond) {
		b.mu.Lock()
		all := strings.Join(b.logs, "\n")
		b.mu.Unlock()
		if strings.Contains(all, want) {
			return
		}
		if time.Now().After(end) {
			b.t.Fatalf("the log does not say %q: %s", want, all)
		}
	}
}

// shout answers all that it got, when that has ended, in capitals.
func shout(c net.Conn) {
	all, _ := io.ReadAll(c)
	_, _ = c.Write(bytes.ToUpper(all))
}

// writer is a plugin that puts mark before what goes up, and behind what comes
// down, each time that it sees some.
func writer(mark string) []byte {
	p := newPlug()
	set := p.m.Import("env", "proxy_set_buffer_bytes", "iiiii:i")
	put := func(buffer int32, start int32) []byte {
		return cat(wasmtest.Get(1), wasmtest.If, wasmtest.I32(buffer), wasmtest.I32(start), wasmtest.I32(0), p.text(mark),
			wasmtest.Call(set), wasmtest.Drop, wasmtest.End)
	}
	p.on("on_downstream_data", put(int32(host.BufferDownstreamData), 0))
	p.on("on_upstream_data", put(int32(host.BufferUpstreamData), 1<<30))
	return p.bytes()
}

// holder stops what the client sends until its end comes.
func holder() []byte {
	return newPlug().on("on_downstream_data", wasmtest.Get(2), []byte{0x45}, wasmtest.If, ends(1), wasmtest.End).bytes()
}

// TestTCPChain: data passes plugins in order, answers in the opposite order.
func TestTCPChain(t *testing.T) {
	b := startTCP(t, Options{}, shout)
	if got := b.ask("plain"); got != "PLAIN" {
		t.Errorf("without plugins: %q", got)
	}
	b = startTCP(t, Options{Plugins: []Plugin{{Name: "hold", Code: holder()}, {Name: "a", Code: writer("a")}, {Name: "b", Code: writer("b")}}}, shout)
	for range 4 { // each worker
		if got := b.ask("-x-"); got != "BA-X-ba" {
			t.Errorf("got %q", got)
		}
	}
	for end := time.Now().Add(5 * time.Second); ; time.Sleep(time.Millisecond) {
		b.mu.Lock()
		entries := b.ends
		b.mu.Unlock()
		if len(entries) == 4 {
			if e := entries[0]; e.Protocol != "TCP" || e.Cluster != "up" || e.Upstream == "" || e.RequestBytes != 3 || e.ResponseBytes != 5 || e.Duration <= 0 {
				t.Errorf("access log: %+v", e)
			}
			break
		}
		if time.Now().After(end) {
			t.Fatalf("access log: %+v", entries)
		}
	}
}

// TestTCPHalves: each end may stop sending and go on reading; what a plugin holds
// back goes on with what comes after it.
func TestTCPHalves(t *testing.T) {
	heard := make(chan string, 1)
	b := startTCP(t, Options{}, func(c net.Conn) {
		_, _ = io.WriteString(c, "hello ")
		_ = c.(*net.TCPConn).CloseWrite()
		all, _ := io.ReadAll(c)
		heard <- string(all)
	})
	c := b.dial(b.addr)
	if got, err := io.ReadAll(c); string(got) != "hello " || err != nil {
		t.Errorf("got %q, %v", got, err)
	}
	_, _ = io.WriteString(c, "late")
	_ = c.(*net.TCPConn).CloseWrite()
	if got := <-heard; got != "late" {
		t.Errorf("the server got %q", got)
	}
}

// TestTCPMuch: megabytes both ways at once, against the limit.
func TestTCPMuch(t *testing.T) {
	b := startTCP(t, Options{BufferLimit: 64 << 10, Plugins: []Plugin{{Name: "p", Code: newPlug().bytes()}}}, func(c net.Conn) { _, _ = io.Copy(c, c) })
	c := b.dial(b.addr)
	sent := bytes.Repeat([]byte("0123456789abcdef"), 4<<16) // 4 MiB
	go func() {
		_, _ = c.Write(sent)
		_ = c.(*net.TCPConn).CloseWrite()
	}()
	got, err := io.ReadAll(c)
	if err != nil || !bytes.Equal(got, sent) {
		t.Errorf("%d of %d bytes came back, %v", len(got), len(sent), err)
	}
}

// TestTCPFailures: what goes wrong ends the connection and nothing else.
func TestTCPFailures(t *testing.T) {
	trap := newPlug()
	trap.on("on_downstream_data", wasmtest.Get(1), wasmtest.I32(4), []byte{0x46}, wasmtest.If, wasmtest.Unreachable, wasmtest.End) // four bytes
	code := trap.bytes()
	b := startTCP(t, Options{restartPause: time.Nanosecond, Plugins: []Plugin{{Name: "trap", Code: code}}}, shout)
	for range 4 {
		if got := b.ask("boom"); got != "" {
			t.Errorf("a plugin that trapped let %q through", got)
		}
		if got := b.ask("fine"[:3]); got != "FIN" {
			t.Errorf("after a trap: %q", got)
		}
	}
	b.waitLog("trap: connection ")
	c := b.dial(b.serve("dead"))
	if got, err := io.ReadAll(c); len(got) > 0 {
		t.Errorf("from a dead upstream: %q %v", got, err)
	}
	b.waitLog(`its upstream can't be reached: cluster "dead"`)
	c = b.dial(b.serve("missing"))
	if got, _ := io.ReadAll(c); len(got) > 0 {
		t.Errorf("from no upstream: %q", got)
	}
	b.waitLog(`there is no cluster "missing"`)

	open := startTCP(t, Options{Plugins: []Plugin{{Name: "trap", Code: code, FailOpen: true}}}, shout)
	if got := open.ask("boom"); got != "BOOM" {
		t.Errorf("fail open: %q", got)
	}
}

// open is how many connections the gateway has.
func (b *tcpBench) open() int {
	b.g.tcp.mu.Lock()
	defer b.g.tcp.mu.Unlock()
	return len(b.g.tcp.conns)
}

// TestTCPClose: a plugin closes a connection, and what it stops at its beginning
// never reaches the upstream.
func TestTCPClose(t *testing.T) {
	p := newPlug()
	closeStream := p.m.Import("env", "proxy_close_stream", "i:i")
	p.on("on_upstream_data", wasmtest.I32(int32(host.DirectionDownstream)), wasmtest.Call(closeStream), wasmtest.Drop, ends(1))
	b := startTCP(t, Options{Plugins: []Plugin{{Name: "p", Code: p.bytes()}}}, shout)
	if got := b.ask("secret"); got != "" {
		t.Errorf("got %q", got)
	}
	asked := make(chan bool, 1)
	b = startTCP(t, Options{Plugins: []Plugin{{Name: "stop", Code: answering("on_new_connection", 1)}}}, func(net.Conn) { asked <- true })
	c := b.dial(b.addr)
	_, _ = io.WriteString(c, "x")
	for b.open() == 0 { // it may not have been accepted yet
		time.Sleep(time.Millisecond)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 100*time.Millisecond)
	defer cancel()
	if err := b.g.Shutdown(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("Shutdown with a connection: %v", err)
	}
	if _, err := c.Read(make([]byte, 1)); err == nil {
		t.Error("the connection outlives the gateway")
	}
	select {
	case <-asked:
		t.Error("the upstream was asked")
	default:
	}
}

// TestTCPSwap: a connection ends on the plugins that it began with.
func TestTCPSwap(t *testing.T) {
	b := startTCP(t, Options{Plugins: []Plugin{{Name: "a", Code: writer("a")}}}, func(c net.Conn) { _, _ = io.Copy(c, c) })
	say := func(c net.Conn, want string) {
		t.Helper()
		_, _ = io.WriteString(c, ".")
		got := make([]byte, len(want))
		if _, err := io.ReadFull(c, got); err != nil || string(got) != want {
			t.Errorf("got %q, %v; want %q", got, err, want)
		}
	}
	old := b.dial(b.addr)
	say(old, "a.a")
	if err := b.g.Swap(context.Background(), []Plugin{{Name: "b", Code: writer("b")}}); err != nil {
		t.Fatal(err)
	}
	say(b.dial(b.addr), "b.b")
	say(old, "a.a")
	_ = old.Close()
}
