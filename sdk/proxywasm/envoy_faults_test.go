package proxywasm_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// exchange sends one request with x-op and a body and returns the raw answer,
// "" where the connection was closed without one.
func (g *gateway) exchange(t *testing.T, op string) string {
	t.Helper()
	conn, err := net.Dial("tcp", g.addr)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(3 * time.Second))
	fmt.Fprintf(conn, "POST / HTTP/1.1\r\nhost: a.test\r\nx-op: %s\r\ncontent-length: 4\r\nconnection: close\r\n\r\nbody", op)
	answer, err := io.ReadAll(bufio.NewReader(conn))
	if ne, ok := err.(net.Error); ok && ne.Timeout() {
		t.Errorf("x-op %s: no answer within 3 s: %q", op, answer)
	}
	return string(answer)
}

func TestFaultsOnEnvoy(t *testing.T) {
	upstream := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, "from upstream")
	}))
	defer upstream.Close()
	g := startEnvoy(t, buildWasm(t, "faults"), upstream.Listener.Addr())

	for _, c := range []struct{ op, status, logged string }{
		{"none", "200", ""},
		{"request-headers", "500", `plugin panicked in request_headers (context `},
		{"request-body", "500", `plugin panicked in request_body`},
		{"call-panic", "500", `plugin panicked in http_call`},
		{"call-in-response", "500", `plugin panicked in http_call`},
		{"response-headers", "500", `plugin panicked in response_headers`},
		{"response-body", "200", `plugin panicked in response_body`},
		{"done", "200", `plugin panicked in stream_done`},
		{"response-crlf", "200", "response-crlf: invalid header"},
		{"reply-crlf", "500", "reply-crlf: invalid header"},
		{"reply-204", "204", "reply-204: a response with status 204"},
		{"reply-99", "500", "reply-99: invalid response status"},
		{"reply-seen", "403", ""},
		{"resume", "200", ""},
	} {
		t.Run(c.op, func(t *testing.T) {
			answer := g.exchange(t, c.op)
			if status := statusOf(answer); status != c.status {
				t.Errorf("answered %q, want status %q", answer, c.status)
			}
			if strings.Contains(answer, "x-evil") {
				t.Errorf("a header was smuggled in: %q", answer)
			}
			// The headers had left, so response-body's answer is broken off.
			passed := c.status == "200" && c.op != "response-body"
			if strings.Contains(answer, "from upstream") != passed {
				t.Errorf("upstream's answer got through: %v, want %v: %q", !passed, passed, answer)
			}
			// A reply goes through the plugin's own response callbacks.
			if c.op == "reply-seen" && !strings.Contains(answer, "x-seen: 1") {
				t.Errorf("the reply was not shown to the plugin: %q", answer)
			}
			if after := statusOf(g.exchange(t, "none")); after != "200" {
				t.Errorf("the next request got %q, want 200", after)
			}
			if !logged(g, c.logged) {
				t.Errorf("Envoy's log lacks %q", c.logged)
			}
		})
	}
	for _, line := range strings.Split(g.log.String(), "\n") {
		if strings.HasPrefix(line, "goroutine ") || strings.HasPrefix(line, "line two") {
			t.Errorf("a panic took more than one line of the log: %q", line)
		}
	}
}

// statusOf returns the status of a raw HTTP/1 answer.
func statusOf(answer string) string {
	fields := strings.Fields(answer)
	if len(fields) < 2 {
		return ""
	}
	return fields[1]
}

// logged waits for a line that the access log phase may write after the answer.
func logged(g *gateway, want string) bool {
	for range 40 {
		if strings.Contains(g.log.String(), want) {
			return true
		}
		time.Sleep(25 * time.Millisecond)
	}
	return false
}
