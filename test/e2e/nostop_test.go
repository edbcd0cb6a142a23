package e2e

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/test/e2e/harness"
)

// waitingStyles are those of testdata/waiting.
var waitingStyles = []string{"callbacks", "straight", "filter", "filter-calls", "handler"}

// A body can't be hidden from a plugin by headers that ask for another
// protocol: the upstream that gets it may not mind them.
func TestUpgradeHidesNoBody(t *testing.T) {
	if testing.Short() {
		t.Skip("starts many gateways; run without -short")
	}
	wasm := harness.BuildPlugin(t, "test/e2e/testdata/waiting")
	for _, style := range waitingStyles {
		t.Run(style, func(t *testing.T) {
			got := make(chan string, 100)
			url, _ := bare{wasm: wasm, env: map[string]string{"STYLE": style}, upstream: raw(t, got), stops: true, upgrades: []string{"websocket"}}.start(t)
			for _, request := range []string{
				"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\ngood",
				"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nevil",
				"POST / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nContent-Length: 4\r\n\r\nevil",
				"POST / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: websocket\r\nContent-Length: 4\r\n\r\nevil",
				"POST / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: websocket\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nevil\r\n0\r\n\r\n",
				"GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: websocket\r\nContent-Length: 4\r\n\r\nevil",
			} {
				conn, err := net.Dial("tcp", strings.TrimPrefix(url, "http://"))
				if err != nil {
					t.Fatal(err)
				}
				_, _ = io.WriteString(conn, request)
				_ = conn.SetReadDeadline(time.Now().Add(3 * time.Second))
				answer, _ := bufio.NewReader(conn).ReadString('\n')
				conn.Close()
				time.Sleep(100 * time.Millisecond)
				reached := ""
				for len(got) > 0 {
					reached += <-got
				}
				if pass := strings.HasSuffix(request, "good"); pass != strings.Contains(answer, " 200 ") && (pass || !strings.Contains(request, "Upgrade:")) {
					t.Errorf("%q: the client got %q", request, answer)
				}
				if strings.Contains(reached, "evil") || strings.Contains(reached, "content-length: 4") && !strings.HasSuffix(request, "good") {
					t.Errorf("%q: reached upstream, the client got %q", request, answer)
				}
			}
		})
	}
}

// raw is an upstream that notes all bytes that come and answers 200.
func raw(t *testing.T, got chan<- string) (address string) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				for buf := make([]byte, 4096); ; {
					n, err := c.Read(buf)
					if err != nil {
						return
					}
					got <- string(buf[:n])
					if strings.Contains(string(buf[:n]), "HTTP/1.1") {
						time.AfterFunc(300*time.Millisecond, func() { _, _ = fmt.Fprint(c, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n") })
					}
				}
			}()
		}
	}()
	return l.Addr().String()
}

// Some control planes never set allow_on_headers_stop_iteration. Envoy shows no
// body then to a plugin that holds its headers back, and tells nobody: what
// waits for one is answered in time, with a line that says what is missing, and
// what waits for none passes.
func TestBodiesAreNeverShown(t *testing.T) {
	if testing.Short() {
		t.Skip("starts many gateways; run without -short")
	}
	wasm := harness.BuildPlugin(t, "test/e2e/testdata/waiting")
	var checks sync.WaitGroup
	defer checks.Wait()
	for _, style := range waitingStyles {
		b := bare{wasm: wasm, env: map[string]string{"STYLE": style}, upstream: backend(t), path: "/?n=-1"}
		url, p := b.start(t)
		checks.Add(1)
		go func() { // which waits for the most part
			defer checks.Done()
			checkNeverShown(t, style, url)
			if out := p.Output(); !strings.Contains(out, "allow_on_headers_stop_iteration") {
				t.Errorf("%s: nothing in the log says what is missing:\n%s", style, out)
			}
		}()
	}
}

func checkNeverShown(t *testing.T, style, url string) {
	for _, c := range []struct {
		method, query string
		waits         bool
	}{{"GET", "n=-1", false}, {"GET", "n=3", true}, {"POST", "n=-1", true}} {
		began := time.Now()
		status := askWaiting(t, c.method, url+"/?"+c.query)
		took := time.Since(began)
		switch {
		case !c.waits && (status != 200 || took > 4*time.Second):
			t.Errorf("%s: %s ?%s: status %d after %s", style, c.method, c.query, status, took)
		case c.waits && (status != 500 && status != 504 || took < 4*time.Second || took > 12*time.Second):
			t.Errorf("%s: %s ?%s: status %d after %s, want an error after 5 s", style, c.method, c.query, status, took)
		}
	}
}

func askWaiting(t *testing.T, method, url string) int {
	t.Helper()
	var body io.Reader
	if method == http.MethodPost {
		body = strings.NewReader("hello")
	}
	req, err := http.NewRequest(method, url, body)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := (&http.Client{Timeout: 20 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}).Do(req)
	if err != nil {
		t.Errorf("%s %s: %v", method, url, err)
		return 0
	}
	resp.Body.Close()
	return resp.StatusCode
}
