package run

import (
	"encoding/json"
	"strings"
	"sync"
	"testing"
	"time"
)

var noon = time.Date(2026, 1, 2, 12, 0, 0, 0, time.Local)

func TestPrinterText(t *testing.T) {
	for _, tt := range []struct {
		event Event
		want  string
	}{
		{Request{Time: noon, Method: "GET", Path: "/get?a=b", Status: 200, Took: 2345678, Details: "via_upstream"},
			"12:00:00.000 200 GET /get?a=b 2.3ms\n"},
		{Request{Time: noon, Method: "GET", Path: "/\x1b[2J", Status: 404, Took: 12345, Details: "route_not_found"},
			"12:00:00.000 404 GET /\\x1b[2J 12µs route_not_found\n"},
		{Request{Time: noon, Method: "GET", Path: "/", Took: 1234567890}, "12:00:00.000   0 GET / 1.23s\n"},
		{Log{noon, "warn", "p", "careful\nnow\x07"}, "12:00:00.000 warn  p: careful\nnow\\x07\n"},
		{Log{noon, "critical", "", "trap"}, "12:00:00.000 critical engine: trap\n"},
		{Log{noon, "info", "p", "[p] [nil] [nil] hi"}, "12:00:00.000 info  [p] [nil] [nil] hi\n"},
		{Reloaded{"code, routes", 1500 * time.Millisecond}, "reloaded code, routes in 1.5s\n"},
		{Log{noon, "critical", "p", "boom; stack: goroutine 1:\\nmain.f()\\n main.go:3\\n"}, "12:00:00.000 critical p: boom; stack: goroutine 1:\n\tmain.f()\n\t main.go:3\n"},
		{Building{"./p"}, "building ./p (the first build takes longer)\n"},
		{Failed{Err: "no"}, "not reloaded, the old version serves on: no\n"},
		{Failed{Err: "no", LeftOut: true}, "left out: no\n"},
		{Warning{"hm"}, "warning: hm\n"},
		{Noise{"x"}, ""},
		{Ready{Plugins: "p", Engine: "embedded gateway", URL: "http://127.0.0.1:1", HTTPBin: "http://127.0.0.1:2", Took: time.Second},
			"serving p on http://127.0.0.1:1 (embedded gateway, ready in 1s); try:\n" +
				"  curl http://127.0.0.1:2/get    # httpbin itself\n  curl http://127.0.0.1:1/get    # through the plugin\n"},
		{Ready{Plugins: "p", Engine: "e", URL: "http://127.0.0.1:1", Admin: "http://127.0.0.1:3"},
			"serving p on http://127.0.0.1:1 (e, ready in 0s); try:\n  curl http://127.0.0.1:1/get    # through the plugin\n" +
				"  curl http://127.0.0.1:3/stats    # what plugins count\n"},
		{Ready{Plugins: "p", Engine: "e", URL: "http://127.0.0.1:1"},
			"serving p on http://127.0.0.1:1 (e, ready in 0s); try:\n  curl http://127.0.0.1:1/get    # through the plugin\n"},
	} {
		var b strings.Builder
		NewPrinter(&b, false, false).Print(tt.event)
		if b.String() != tt.want {
			t.Errorf("got %q, want %q", b.String(), tt.want)
		}
	}
	var b strings.Builder
	NewPrinter(&b, false, true).Print(Noise{"x"})
	if b.String() != "  | x\n" {
		t.Errorf("verbose: got %q", b.String())
	}
}

func TestPrinterJSON(t *testing.T) {
	events := []Event{Ready{}, Request{Path: "/\x1b\n"}, Log{Text: "two\nlines"}, Reloaded{}, Failed{}, Building{}, Warning{}, Noise{}}
	var b strings.Builder
	p := NewPrinter(&b, true, true)
	var wg sync.WaitGroup
	for _, e := range events {
		wg.Add(1)
		go func() { defer wg.Done(); p.Print(e) }()
	}
	wg.Wait()
	lines := strings.Split(strings.TrimSuffix(b.String(), "\n"), "\n")
	if len(lines) != len(events) {
		t.Fatalf("%d lines of %d events", len(lines), len(events))
	}
	seen := map[string]bool{}
	for _, line := range lines {
		var o struct{ Event string }
		if err := json.Unmarshal([]byte(line), &o); err != nil {
			t.Errorf("%s: %v", line, err)
		}
		seen[o.Event] = true
	}
	if len(seen) != len(events) {
		t.Errorf("kinds are %v", seen)
	}
}
