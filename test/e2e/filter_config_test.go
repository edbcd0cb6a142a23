package e2e

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/test/e2e/harness"
)

// A change of routes leaves a configuration alone, a change of the configuration
// makes it anew; what is in shared data outlives both.
func TestConfigIsMadeAnew(t *testing.T) {
	onBoth(t, func(t *testing.T, e engine) {
		config := write(t, "config.json", `{"a":{"level":"1"}}`)
		routes := filepath.Join(filepath.Dir(config), "routes.yaml")
		route := func(path string) string {
			return fmt.Sprintf("routes:\n- {name: one, path: %s, cluster: httpbin}\n- {name: two, path: /headers, cluster: httpbin}\n", path)
		}
		harness.WriteFile(t, routes, route("/get"))
		s := e.run(t, filters(t), "--config", config, "--routes", routes)
		for range 5 {
			harness.Get(t, s.url("/get"))
		}
		before := 0
		for now := number(t, s, "/_configured"); now != before; now = number(t, s, "/_configured") {
			before = now
			time.Sleep(2 * time.Second) // each worker has a VM, which may come late
		}
		requests := number(t, s, "/_requests")
		if before == 0 || requests < 5 {
			t.Fatalf("%d configurations, %d requests", before, requests)
		}
		replace(t, routes, route("/anything"))
		harness.WaitHTTP(t, s.url("/anything"), 60*time.Second, nil)
		if after := number(t, s, "/_configured"); after != before {
			t.Errorf("a change of routes made %d configurations", after-before)
		}
		replace(t, config, `{"a":{"level":"2"}}`)
		waitLevel(t, s, "/headers", "a.example", "2")
		if after := number(t, s, "/_configured"); after <= before {
			t.Error("a change of the configuration made none")
		}
		if after := number(t, s, "/_requests"); after < requests {
			t.Errorf("%d requests are counted, after %d before the change", after, requests)
		}
	})
}

// Two routes share one configuration, and what a filter keeps in it.
func TestRoutesShareAConfiguration(t *testing.T) {
	onBoth(t, func(t *testing.T, e engine) {
		config := write(t, "config.json", `{"a":{}}`)
		routes := write(t, "routes.yaml", "routes:\n- {name: one, path: /get, cluster: httpbin}\n- {name: two, prefix: /, cluster: httpbin}\n")
		s := e.run(t, filters(t), "--config", config, "--routes", routes, "--no-watch", "--workers", "1")
		first := seen(t, s, "/get")
		for i, path := range []string{"/headers", "/get", "/headers"} {
			if got := seen(t, s, path); got != first+i+1 {
				t.Errorf("request %d: %d seen, the first saw %d", i+2, got, first)
			}
		}
	})
}

func seen(t *testing.T, s *session, path string) int {
	t.Helper()
	n, err := strconv.Atoi(harness.Get(t, s.url(path)).Header.Get("X-Seen"))
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// number reads a count; gateways that have not counted yet say nothing.
func number(t *testing.T, s *session, path string) int {
	t.Helper()
	n, _ := strconv.Atoi(strings.TrimSpace(string(harness.Get(t, s.url(path)).Body)))
	return n
}

// Request and response of a stream that goes both ways at once interleave: the
// filters see the response begin while the request goes on, one method at a
// time, and each in its order.
func TestBothWaysAtOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, e engine) {
		echo := echoes(t)
		config := write(t, "config.json", `{"a":{},"b":{},"c":{}}`)
		routes := write(t, "routes.yaml", "routes:\n- {name: echo, prefix: /echo, cluster: echo}\n- {name: else, prefix: /, cluster: httpbin}\nclusters:\n  echo: "+echo+"\n")
		s := e.run(t, filters(t), "--config", config, "--routes", routes, "--no-watch")
		harness.Get(t, s.url("/_trace"))
		conn, err := net.Dial("tcp", harness.Addr(s.port))
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		_ = conn.SetDeadline(time.Now().Add(20 * time.Second))
		in := bufio.NewReader(conn)
		fmt.Fprint(conn, "POST /echo HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\n\r\n")
		var res *http.Response
		for i := range 3 {
			fmt.Fprintf(conn, "2\r\n%d;\r\n", i)
			if res == nil {
				if res, err = http.ReadResponse(in, nil); err != nil {
					t.Fatal(err)
				}
				defer res.Body.Close()
			}
			part := make([]byte, 2)
			if _, err := io.ReadFull(res.Body, part); err != nil || string(part) != fmt.Sprintf("%d;", i) {
				t.Fatalf("part %d came back as %q, %v", i, part, err)
			}
		}
		fmt.Fprint(conn, "0\r\n\r\n")
		if rest, err := io.ReadAll(res.Body); err != nil || len(rest) > 0 {
			t.Errorf("after the end: %q, %v", rest, err)
		}
		time.Sleep(100 * time.Millisecond)
		want := "a DH, b DH, c DH, a DD, b DD, c DD, c EH, b EH, a EH, c ED, b ED, a ED, a log, b log, c log,"
		if got := strings.TrimSpace(string(harness.Get(t, s.url("/_trace")).Body)); got != want {
			t.Errorf("\ngot  %s\nwant %s", got, want)
		}
	})
}

// echoes is a service that sends each part of a body back when it comes.
func echoes(t *testing.T) (address string) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		control := http.NewResponseController(w)
		if err := control.EnableFullDuplex(); err != nil {
			t.Error(err)
		}
		part := make([]byte, 64)
		for {
			n, err := r.Body.Read(part)
			_, _ = w.Write(part[:n])
			_ = control.Flush()
			if err != nil {
				return
			}
		}
	}), ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = server.Serve(l) }()
	t.Cleanup(func() { server.Close() })
	return l.Addr().String()
}
