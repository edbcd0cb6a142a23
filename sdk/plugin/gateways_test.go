package plugin_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

// A handler's time is up: the client gets 504 instead of waiting.
func TestTimeoutOnGateways(t *testing.T) {
	engines(t, "handlers", func(t *testing.T, e *engine) {
		for _, op := range []string{"slow", "slow-any", "r-slow"} {
			began := time.Now()
			got := e.ask(t, query{method: "POST", path: "/" + op, body: "text"})
			if got.status != 504 || got.body != `{"error":"plugin processing timeout"}` || got.header.Get("content-type") != "application/json" {
				t.Errorf("%s: answered %d %q %v", op, got.status, got.body, got.header)
			}
			if took := time.Since(began); took < 900*time.Millisecond || took > 5*time.Second {
				t.Errorf("%s: answered after %s, want 1 s", op, took)
			}
		}
		// A client that never sends the body that it announced.
		conn, err := net.Dial("tcp", e.Addr())
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		io.WriteString(conn, "POST /read HTTP/1.1\r\nHost: a.test\r\nContent-Length: 10\r\n\r\n")
		conn.SetReadDeadline(time.Now().Add(10 * time.Second))
		line := make([]byte, 12)
		if _, err := io.ReadFull(conn, line); err != nil || string(line) != "HTTP/1.1 504" {
			t.Errorf("a body that doesn't come: %q, %v", line, err)
		}
		for end := time.Now().Add(5 * time.Second); e.count("allow_on_headers_stop_iteration") == 0 && time.Now().Before(end); {
			time.Sleep(20 * time.Millisecond) // Envoy writes its log in time
		}
		if n := e.count("allow_on_headers_stop_iteration"); n != 1 {
			t.Errorf("%d lines hint at what may be wrong", n)
		}
		if got := e.ask(t, query{method: "GET", path: "/call"}); got.status != 200 {
			t.Errorf("the next request got %d", got.status)
		}
	})
}

// What is too large to be held back is answered; what no handler reads isn't
// held back at all, even while one waits in a call.
func TestLargeBodiesOnGateways(t *testing.T) {
	engines(t, "handlers", func(t *testing.T, e *engine) {
		large := strings.Repeat("x", 3<<20)
		for _, c := range []struct {
			op     string
			status int
			length int
		}{
			{"pass", 200, len(large)}, {"call", 200, len(large)}, {"sleep", 200, len(large)}, {"replace", 200, 14},
			{"read", 413, 0}, {"upper", 413, 0}, {"r-read", 500, 0}, {"r-replace", 200, 0},
		} {
			got := e.ask(t, query{method: "POST", path: "/" + c.op, body: large})
			_, body, _ := strings.Cut(got.body, "|")
			if got.status != c.status || len(body) != c.length {
				t.Errorf("%s: answered %d with %d bytes behind the line, want %d with %d", c.op, got.status, len(body), c.status, c.length)
			}
		}
	})
}

func TestTrailersOnGateways(t *testing.T) {
	engines(t, "handlers", func(t *testing.T, e *engine) {
		e.h2 = true // Envoy hands trailers of HTTP/1 on only where it is told to
		for op, want := range map[string][2]string{
			"trailers": {"result=sent", "sum=changed|text"},
			"replace":  {"length=14", "|something else"},
			"pass":     {"", "sum=sent|text"},
		} {
			got := e.ask(t, query{method: "POST", path: "/" + op, body: "text", chunked: true, trailer: "sent"})
			end := want[1]
			if e.envoy { // which sends none to upstream over HTTP/1
				_, end, _ = strings.Cut(end, "|")
			}
			if got.status != 200 || !strings.Contains(got.body, want[0]) || !strings.HasSuffix(got.body, end) {
				t.Errorf("%s: answered %d %q, want %q", op, got.status, got.body, want)
			}
		}
	})
}

// With BodyAfterCalls, a body can be read after a call as well as before.
func TestBodyAfterCallsOnGateways(t *testing.T) {
	engines(t, "late", func(t *testing.T, e *engine) {
		for op, want := range map[string]string{
			"call-read": "length=5 result=a trace=first,last|TEXTa",
			"read-call": "length=5 result=a trace=first,last|TEXTa",
			"call":      "length=4 result=a trace=first,last|text",
			"sleep":     "length=4 result=slept trace=first,last|text",
		} {
			for _, chunked := range []bool{false, true} {
				if chunked {
					want = strings.Replace(want, "length=4", "length=", 1)
				}
				got := e.ask(t, query{method: "POST", path: "/" + op, body: "text", chunked: chunked})
				if got.status != 200 || !strings.HasSuffix(got.body, want) {
					t.Errorf("%s, chunked %v: answered %d %q, want %q", op, chunked, got.status, got.body, want)
				}
			}
		}
	})
}

// A configuration that is replaced has its handlers cleaned up, once; so has the
// last one at the end.
func TestCleanupOnGateways(t *testing.T) {
	engines(t, "handlers", func(t *testing.T, e *engine) {
		configs := []string{`{"ops":{"a":1}}`, `{"ops":{"a":2}}`, `{"ops":{"a":3}}`}
		for _, config := range configs {
			e.ask(t, query{method: "GET", path: "/pass"})
			state := e.state
			state.Plugins = append(state.Plugins[:0:0], state.Plugins...)
			state.Plugins[0].Config = []byte(config)
			if err := e.Apply(context.Background(), state); err != nil {
				t.Fatal(err)
			}
			e.state = state
		}
		cleaned := []string{"ops: cleaned up {}", `ops: cleaned up {"a":1}`, `ops: cleaned up {"a":2}`}
		for end := time.Now().Add(10 * time.Second); e.count(cleaned[2]) == 0 && time.Now().Before(end); {
			e.ask(t, query{method: "GET", path: "/pass"}) // Envoy lets old configurations go in time
			time.Sleep(50 * time.Millisecond)
		}
		time.Sleep(200 * time.Millisecond)
		for _, line := range cleaned {
			if n := e.count(line); n != 1 {
				t.Errorf("%q is %d times in the log, want once", line, n)
			}
		}
		if n := e.count(`ops: cleaned up {"a":3}`); n != 0 {
			t.Errorf("what serves was cleaned up %d times", n)
		}
		if e.count(`handler "ops": Cleanup: not quite`) == 0 {
			t.Error("an error of Cleanup is not told")
		}
	})
}

// Configurations that are wrong are refused, and the old one serves on.
func TestRefusedConfigOnGateways(t *testing.T) {
	engines(t, "handlers", func(t *testing.T, e *engine) {
		state := e.state
		state.Plugins = append(state.Plugins[:0:0], state.Plugins...)
		state.Plugins[0].Config = []byte(`{"opps":{}}`)
		err := e.Apply(context.Background(), state)
		if err == nil {
			t.Error("a key that is no handler's name was accepted")
		}
		const why = `the key "opps" is the name of no handler`
		if e.count(why) == 0 && !strings.Contains(fmt.Sprint(err), why) {
			t.Errorf("the reason is not told: %v", err)
		}
		if got := e.ask(t, query{method: "GET", path: "/pass"}); got.status != 200 || !strings.Contains(got.body, traced) {
			t.Errorf("afterwards: %d %q", got.status, got.body)
		}
	})
}

// Clients that leave while handlers wait harm nobody.
func TestClientsLeaveOnGateways(t *testing.T) {
	engines(t, "handlers", func(t *testing.T, e *engine) {
		for range 20 {
			for _, path := range []string{"/slow", "/r-slow", "/read"} {
				ctx, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
				r, w := io.Pipe()
				req, _ := http.NewRequestWithContext(ctx, "POST", e.url+path, r)
				go w.Write([]byte("part"))
				time.AfterFunc(25*time.Millisecond, func() { w.CloseWithError(io.ErrUnexpectedEOF) })
				if resp, err := http.DefaultClient.Do(req); err == nil {
					resp.Body.Close()
				}
				cancel()
			}
		}
		for _, op := range []string{"call", "read", "r-read"} {
			if got := e.ask(t, query{method: "POST", path: "/" + op, body: "text"}); got.status != 200 {
				t.Errorf("%s afterwards: %d %q", op, got.status, got.body)
			}
		}
		if n := e.count("critical"); n > 0 {
			t.Errorf("%d panics", n)
		}
	})
}

// An upgraded connection is no body.
func TestUpgradeOnGateways(t *testing.T) {
	engines(t, "handlers", func(t *testing.T, e *engine) {
		for op, want := range map[string]string{"read": "HTTP/1.1 200", "replace": "HTTP/1.1 500"} {
			conn, err := net.Dial("tcp", e.Addr())
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			io.WriteString(conn, "GET /"+op+" HTTP/1.1\r\nHost: a.test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n")
			conn.SetReadDeadline(time.Now().Add(10 * time.Second))
			answer := make([]byte, 4096)
			n, err := conn.Read(answer)
			if !bytes.HasPrefix(answer[:n], []byte(want)) {
				t.Errorf("%s: %q, %v, want %s", op, answer[:n], err, want)
			}
		}
	})
}
