package e2e

import (
	"context"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/sdk/plugintest"
	"github.com/sluiceproxy/sluice/test/e2e/harness"
	"github.com/sluiceproxy/sluice/test/e2e/testdata/filters/trace"
)

// mode is a way to run the bundle of testdata/filters: natively, or in a
// gateway.
type mode interface {
	// send sends a request and returns the status that the client gets, 0
	// where the client gave up.
	send(t *testing.T, c filterCase) int
	// get answers one of the bundle's own paths.
	get(t *testing.T, path string) string
}

// filterCase is one request.
type filterCase struct {
	name, path, do, body string
	upstreamBody         bool // of the response
	cancel               bool // the client goes while a filter waits
	status               int
	want                 string
}

var filterCases = []filterCase{
	{name: "GET", path: "/status/204", status: 204,
		want: "a DH, b DH, c DH, c EH, b EH, a EH, a log, b log, c log"},
	{name: "POST", path: "/post", body: "xy", upstreamBody: true, status: 200,
		want: "a DH, b DH, c DH, a DD, b DD, c DD, c EH, b EH, a EH, c ED, b ED, a ED, a log, b log, c log"},
	{name: "reply", path: "/post", do: "b:DH:reply", status: 403,
		want: "a DH, b DH, b EH, a EH, b ED, a ED, a log, b log"},
	{name: "reply of the first", path: "/post", do: "a:DH:reply", status: 403,
		want: "a DH, a EH, a ED, a log"},
	{name: "whole", path: "/post", do: "b:DH:wait", body: "xy", upstreamBody: true, status: 200,
		want: "a DH, b DH, a DD, b DR, c DH, c DD, c EH, b EH, a EH, c ED, b ED, a ED, a log, b log, c log"},
	{name: "whole, without a body", path: "/status/204", do: "b:DH:wait", status: 204,
		want: "a DH, b DH, b DR, c DH, c EH, b EH, a EH, a log, b log, c log"},
	{name: "reply to a whole", path: "/post", do: "b:DH:wait,b:DR:reply", body: "xy", status: 403,
		want: "a DH, b DH, a DD, b DR, b EH, a EH, b ED, a ED, a log, b log"},
	{name: "reply to a response", path: "/status/204", do: "b:EH:reply", status: 403,
		want: "a DH, b DH, c DH, c EH, b EH, a log, b log, c log"},
	{name: "panic", path: "/status/204", do: "b:DH:panic", status: 500,
		want: "a DH, b DH, a log, b log"},
	{name: "the client goes", path: "/post", do: "a:DH:call", cancel: true,
		want: "a DH, a log"},
	{name: "the client goes later", path: "/post", do: "c:DH:call", body: "xy", cancel: true,
		want: "a DH, b DH, c DH, a log, b log, c log"},
}

// TestFilterModes gives the same requests to the same bundle natively, in the
// embedded gateway and on Envoy, and wants the same order of methods.
func TestFilterModes(t *testing.T) {
	run := func(t *testing.T, m mode) {
		for _, c := range filterCases {
			t.Run(c.name, func(t *testing.T) {
				m.get(t, "/_trace")
				if got := m.send(t, c); got != c.status {
					t.Errorf("status %d, want %d", got, c.status)
				}
				got, deadline := "", time.Now().Add(5*time.Second)
				for got != c.want && time.Now().Before(deadline) { // the log may come after the answer
					time.Sleep(20 * time.Millisecond)
					got += m.get(t, "/_trace")
					got = strings.Trim(got, ", ")
				}
				time.Sleep(20 * time.Millisecond) // for what must not come
				if got += m.get(t, "/_trace"); strings.Trim(got, " ") != c.want {
					t.Errorf("\ngot  %s\nwant %s", got, c.want)
				}
			})
		}
	}
	t.Run("native", func(t *testing.T) {
		trace.Register()
		run(t, nativeMode{plugintest.New(t, plugintest.Options{Config: []byte(`{"a":{},"b":{},"c":{}}`)})})
	})
	onBoth(t, func(t *testing.T, e engine) {
		slow := silent(t)
		config := write(t, "config.json", `{"a":{},"b":{},"c":{}}`)
		run(t, gatewayMode{e.run(t, filters(t), "--config", config, "--no-watch", "--cluster", "outbound|80||slow.dns="+slow)})
	})
}

func filters(t *testing.T) string {
	return filepath.Join(harness.Root(t), "test", "e2e", "testdata", "filters")
}

// silent is a service that takes connections and never answers.
func silent(t *testing.T) (address string) {
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
			go func() { _, _ = io.Copy(io.Discard, c); c.Close() }()
		}
	}()
	return l.Addr().String()
}

type nativeMode struct{ h *plugintest.Host }

func (m nativeMode) headers(method, path, do string) [][2]string {
	h := [][2]string{{":method", method}, {":path", path}, {":authority", "a.test"}, {":scheme", "http"}}
	if do != "" {
		h = append(h, [2]string{"x-do", do})
	}
	return h
}

func (m nativeMode) send(_ *testing.T, c filterCase) int {
	var chunks [][]byte
	if c.body != "" {
		chunks = [][]byte{[]byte(c.body)}
	}
	ex := m.h.Request(m.headers("POST", c.path, c.do), chunks...)
	defer ex.End()
	if c.cancel {
		return 0
	}
	if ex.Reply == nil {
		var answer [][]byte
		if c.upstreamBody {
			answer = [][]byte{[]byte("answer")}
		}
		ex.Respond([][2]string{{":status", map[bool]string{true: "200", false: "204"}[c.upstreamBody]}}, answer...)
	}
	return map[string]int{"200": 200, "204": 204, "403": 403, "500": 500}[ex.Client.Headers.Get(":status")]
}

func (m nativeMode) get(_ *testing.T, path string) string {
	ex := m.h.Request(m.headers("GET", path, ""))
	defer ex.End()
	return string(ex.Client.Body)
}

type gatewayMode struct{ s *session }

func (m gatewayMode) send(t *testing.T, c filterCase) int {
	ctx := context.Background()
	if c.cancel {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, 500*time.Millisecond)
		defer cancel()
	}
	req, err := http.NewRequestWithContext(ctx, map[bool]string{true: "POST", false: "GET"}[c.body != ""], m.s.url(c.path), strings.NewReader(c.body))
	if err != nil {
		t.Fatal(err)
	}
	if c.do != "" {
		req.Header.Set("x-do", c.do)
	}
	if c.cancel {
		if res, err := http.DefaultClient.Do(req); err == nil {
			res.Body.Close()
			return res.StatusCode
		}
		return 0
	}
	return harness.Do(t, req).Status
}

func (m gatewayMode) get(t *testing.T, path string) string {
	return strings.TrimLeft(string(harness.Get(t, m.s.url(path)).Body), " ")
}
