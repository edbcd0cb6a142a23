package upstream

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/host"
	"github.com/sluiceproxy/sluice/test/e2e/harness"
)

// startRedis runs a real server on a free port and returns its address.
func startRedis(t *testing.T, args ...string) string {
	t.Helper()
	path, err := exec.LookPath("redis-server")
	if err != nil {
		harness.Missing(t, "Redis", "apt-get install redis-server, or put redis-server on the PATH")
	}
	l, _ := net.Listen("tcp", "127.0.0.1:0")
	addr := l.Addr().String()
	_ = l.Close()
	_, port, _ := net.SplitHostPort(addr)
	cmd := exec.Command(path, append([]string{"--port", port, "--bind", "127.0.0.1", "--save", "", "--dir", t.TempDir()}, args...)...)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	for range 200 {
		if c, err := net.Dial("tcp", addr); err == nil {
			_ = c.Close()
			return addr
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatal("redis-server does not listen")
	return ""
}

// do sends one command and waits for the answer.
func do(t *testing.T, c host.RedisConn, words ...string) (string, error) {
	t.Helper()
	done := make(chan host.RedisResponse, 2)
	if err := c.Do(context.Background(), appendCommand(nil, words...), func(r host.RedisResponse) { done <- r }); err != nil {
		return "", err
	}
	r := <-done
	return string(r.Body), r.Err
}

func connect(t *testing.T, c *Clusters, o host.RedisOptions) host.RedisConn {
	t.Helper()
	conn, err := c.Redis("redis", o)
	if err != nil {
		t.Fatal(err)
	}
	return conn
}

func TestRedisServer(t *testing.T) {
	addr := startRedis(t, "--requirepass", "p w\r\n")
	c := newClusters(t, Options{RedisTimeout: 5 * time.Second}, Cluster{Name: "redis", URL: "redis://" + addr})
	db0 := connect(t, c, host.RedisOptions{Password: "p w\r\n"})
	db3 := connect(t, c, host.RedisOptions{User: "default", Password: "p w\r\n", DB: 3})
	for _, step := range []struct {
		c     host.RedisConn
		words string
		want  string
	}{
		{db0, "SET k v", "+OK\r\n"}, {db0, "GET k", "$1\r\nv\r\n"}, {db3, "GET k", "$-1\r\n"}, {db3, "INCR n", ":1\r\n"},
		{db0, "EVAL return{1,{2,'x'}} 0", "*2\r\n:1\r\n*2\r\n:2\r\n$1\r\nx\r\n"}, {db0, "NOPE", "-ERR unknown command"}, {db0, "MGET k none", "*2\r\n$1\r\nv\r\n$-1\r\n"},
	} {
		got, err := do(t, step.c, strings.Fields(step.words)...)
		if err != nil || !strings.HasPrefix(got, step.want) {
			t.Errorf("%s: %q, %v; want %q", step.words, got, err, step.want)
		}
	}
	var wg sync.WaitGroup
	for range 1000 { // pipelined over one connection
		wg.Add(1)
		err := db0.Do(context.Background(), appendCommand(nil, "INCR", "count"), func(r host.RedisResponse) {
			defer wg.Done()
			if r.Err != nil || r.Body[0] != ':' {
				t.Errorf("INCR: %q, %v", r.Body, r.Err)
			}
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	wg.Wait()
	if got, _ := do(t, db0, "GET", "count"); got != "$4\r\n1000\r\n" {
		t.Errorf("count %q", got)
	}
	big := strings.Repeat("x", 1<<20)
	if got, err := do(t, db0, "ECHO", big); err != nil || len(got) != 1<<20+12 {
		t.Errorf("1 MiB: %d bytes, %v", len(got), err)
	}
	bad := connect(t, c, host.RedisOptions{Password: "wrong-secret"})
	if _, err := do(t, bad, "PING"); !errors.Is(err, ErrRedisLogin) || !strings.Contains(err.Error(), "WRONGPASS") || strings.Contains(err.Error(), "wrong-secret") {
		t.Errorf("wrong password: %v", err)
	}
	if got, err := do(t, connect(t, c, host.RedisOptions{}), "PING"); err != nil || !strings.HasPrefix(got, "-NOAUTH") {
		t.Errorf("no password: %q, %v", got, err)
	}
	if got, err := do(t, db0, "QUIT"); err != nil || got != "+OK\r\n" {
		t.Errorf("QUIT: %q, %v", got, err)
	}
	time.Sleep(20 * time.Millisecond)
	if got, err := do(t, db0, "GET", "k"); err != nil || got != "$1\r\nv\r\n" {
		t.Errorf("after the server closed: %q, %v", got, err)
	}
}

// fakeRedis runs serve for each connection.
func fakeRedis(t *testing.T, serve func(c net.Conn)) *Clusters {
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
			go func() { defer c.Close(); serve(c) }()
		}
	}()
	return newClusters(t, Options{MaxReplyBytes: 1000}, Cluster{Name: "redis", URL: "redis://" + l.Addr().String()})
}

func TestRedisFailures(t *testing.T) {
	answer := func(s string) func(c net.Conn) {
		return func(c net.Conn) {
			b := make([]byte, 100)
			_, _ = c.Read(b)
			_, _ = c.Write([]byte(s))
			_, _ = io.Copy(io.Discard, c)
		}
	}
	for name, c := range map[string]struct {
		serve func(c net.Conn)
		want  error
	}{
		"closes":      {func(net.Conn) {}, ErrRedisLost},
		"silent":      {answer(""), ErrRedisTimeout},
		"half":        {answer("$10\r\nab"), ErrRedisTimeout},
		"not RESP":    {answer("HTTP/1.1 400\r\n"), ErrProtocol},
		"too large":   {answer("$536870912\r\n"), ErrProtocol},
		"unasked":     {func(c net.Conn) { _, _ = c.Write([]byte("+hello\r\n")); time.Sleep(time.Second) }, ErrRedisLost},
		"deep arrays": {answer(strings.Repeat("*1\r\n", 100)), ErrProtocol},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			conn := connect(t, fakeRedis(t, c.serve), host.RedisOptions{Timeout: 100 * time.Millisecond})
			if name == "unasked" {
				time.Sleep(10 * time.Millisecond)
			}
			got, err := do(t, conn, "PING")
			var rerr *RedisError
			if name == "unasked" && err == nil { // the greeting came in time to be taken for the answer
				return
			}
			if !errors.Is(err, c.want) || !errors.As(err, &rerr) || rerr.Cluster != "redis" {
				t.Errorf("%q, %v; want %v", got, err, c.want)
			}
		})
	}
}

func TestRedisConnectFails(t *testing.T) {
	l, _ := net.Listen("tcp", "127.0.0.1:0")
	_ = l.Close()
	c := newClusters(t, Options{}, Cluster{Name: "redis", URL: "redis://" + l.Addr().String()})
	conn := connect(t, c, host.RedisOptions{})
	if _, err := do(t, conn, "PING"); !errors.Is(err, ErrRedisConnect) || !strings.Contains(err.Error(), l.Addr().String()) {
		t.Errorf("nobody listens: %v", err)
	}
	_ = c.Replace()
	if _, err := do(t, conn, "PING"); !errors.Is(err, host.ErrUnknownCluster) {
		t.Errorf("the cluster is gone: %v", err)
	}
	if _, err := c.Redis("redis", host.RedisOptions{}); !errors.Is(err, host.ErrUnknownCluster) {
		t.Errorf("unknown cluster: %v", err)
	}
	_ = c.Close()
	_ = c.Replace(Cluster{Name: "redis", URL: "redis://" + l.Addr().String()})
	if _, err := c.Redis("redis", host.RedisOptions{}); !errors.Is(err, ErrClosed) {
		t.Errorf("after Close: %v", err)
	}
}

// TestRedisLateAnswer: an answer that comes after its timeout must not be given
// to the next command.
func TestRedisLateAnswer(t *testing.T) {
	n := 0
	var mu sync.Mutex
	c := fakeRedis(t, func(c net.Conn) {
		b := make([]byte, 1000)
		for {
			if _, err := c.Read(b); err != nil {
				return
			}
			mu.Lock()
			n++
			mine := n
			mu.Unlock()
			if mine == 1 {
				time.Sleep(150 * time.Millisecond)
			}
			_, _ = fmt.Fprintf(c, ":%d\r\n", mine)
		}
	})
	conn := connect(t, c, host.RedisOptions{Timeout: 100 * time.Millisecond})
	if _, err := do(t, conn, "FIRST"); !errors.Is(err, ErrRedisTimeout) {
		t.Fatalf("first: %v", err)
	}
	if got, err := do(t, conn, "SECOND"); got != ":2\r\n" || err != nil {
		t.Errorf("second: %q, %v", got, err)
	}
}

func TestRedisRefusesCommands(t *testing.T) {
	conn := connect(t, fakeRedis(t, func(net.Conn) {}), host.RedisOptions{})
	for _, words := range []string{"subscribe x", "MONITOR", "HELLO 3", "client reply off", "RESET"} {
		if _, err := do(t, conn, strings.Fields(words)...); !errors.Is(err, host.ErrBadRequest) {
			t.Errorf("%s: %v", words, err)
		}
	}
	two := appendCommand(appendCommand(nil, "GET", "a"), "GET", "b")
	if err := conn.Do(context.Background(), two, nil); !errors.Is(err, host.ErrBadRequest) || !errors.Is(err, ErrProtocol) {
		t.Errorf("two commands: %v", err)
	}
}

func TestRedisCancelAndClose(t *testing.T) {
	c := fakeRedis(t, func(c net.Conn) { _, _ = io.Copy(io.Discard, c) })
	conn := connect(t, c, host.RedisOptions{Timeout: time.Minute})
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 4)
	send := func(ctx context.Context) {
		if err := conn.Do(ctx, appendCommand(nil, "PING"), func(r host.RedisResponse) { done <- r.Err }); err != nil {
			t.Fatal(err)
		}
	}
	send(ctx)
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	send(context.Background())
	_ = c.Close()
	if err := <-done; !errors.Is(err, ErrClosed) || !errors.Is(err, ErrRedisLost) {
		t.Errorf("closed: %v", err)
	}
	if len(done) != 0 {
		t.Error("an answer came twice")
	}
}
