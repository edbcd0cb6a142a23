package envoy

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"
)

func TestParseLine(t *testing.T) {
	for in, want := range map[string]Line{
		`~sluice|info|wasm|wasm log p: a|b`:    {"info", "wasm", "wasm log p: a|b"},
		`~sluice|error|config|two\nlines\t"x"`: {"error", "config", "two\nlines\t\"x\""},
		`~sluice|info|main|back\\nslash`:       {"info", "main", `back\nslash`},
		`~sluice|info|main|`:                   {"info", "main", ""},
		`~sluice|info`:                         {Text: `~sluice|info`},
		`external/v8: fatal`:                   {Text: `external/v8: fatal`},
		``:                                     {},
	} {
		if got := parseLine(in); got != want {
			t.Errorf("%q: got %+v", in, got)
		}
	}
}

func TestPluginLine(t *testing.T) {
	for _, tt := range []struct {
		text       string
		want       PluginLine
		staged, ok bool
	}{
		{"wasm log p: text: more", PluginLine{"info", "p", "text: more", ""}, false, true},
		{"wasm log p sluice-staging: x", PluginLine{"info", "p", "x", "sluice-staging"}, true, true},
		{"wasm log p root vm: x", PluginLine{"info", "p", "x", "vm"}, false, true},
		{"wasm log: x", PluginLine{"info", "", "x", ""}, false, true},
		{"wasm log p: ", PluginLine{"info", "p", "", ""}, false, true},
		{"wasm log p:", PluginLine{"info", "p", "", ""}, false, true},
		{"wasm log", PluginLine{}, false, false},
		{"Wasm VM failed", PluginLine{}, false, false},
	} {
		got, staged, ok := pluginLine(Line{"info", "wasm", tt.text})
		if got != tt.want || staged != tt.staged || ok != tt.ok {
			t.Errorf("%q: got %+v, %v, %v", tt.text, got, staged, ok)
		}
	}
	if _, _, ok := pluginLine(Line{"info", "main", "wasm log p: x"}); ok {
		t.Error("a line of another logger is taken for a plugin's")
	}
}

// tracePieces is what a Go 1.26 module writes when it panics, as Envoy logs it.
var tracePieces = []string{"panic: ", "assignment to entry in nil map", "", "", "goroutine ", "1", " [", "running", "]:",
	"main.rr", "(", "0x2", ", ", "0x1", ")", "\t", "/src/main.go", ":", "23", " +", "0x14", "",
	"main.main", "(", ")", "\t", "/src/main.go", ":", "9", " +", "0x2", ""}

const wantTrace = "panic: assignment to entry in nil map\n\ngoroutine 1 [running]:\nmain.rr(0x2, 0x1)\n" +
	"\t/src/main.go:23 +0x14\nmain.main()\n\t/src/main.go:9 +0x2"

func TestTraceIsOneLine(t *testing.T) {
	var got []PluginLine
	l := newLogs(func(p PluginLine) { got = append(got, p) }, nil)
	l.add([]byte("~sluice|info|wasm|wasm log p: before"))
	for _, piece := range tracePieces {
		l.add([]byte("~sluice|error|wasm|wasm log p: " + strings.ReplaceAll(piece, "\t", `\t`)))
	}
	l.add([]byte(`~sluice|error|wasm|Function: proxy_on_request_headers failed: Uncaught RuntimeError: unreachable`))
	want := []PluginLine{{"info", "p", "before", ""}, {"error", "p", wantTrace, ""},
		{"error", "", "Function: proxy_on_request_headers failed: Uncaught RuntimeError: unreachable", ""}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %q", got)
	}
}

// What a plugin logs outside of requests comes unnamed, once from each thread.
func TestUnnamedLines(t *testing.T) {
	var got []PluginLine
	l := newLogs(func(p PluginLine) { got = append(got, p) }, nil)
	l.serving([]Plugin{{Name: "p"}})
	for range 4 {
		l.add([]byte("~sluice|info|wasm|wasm log sluice-staging: started"))
		l.add([]byte("~sluice|info|wasm|wasm log: started"))
	}
	l.serving([]Plugin{{Name: "p"}, {Name: "q"}})
	l.add([]byte("~sluice|info|wasm|wasm log: ticks"))
	for i := range 2 * keepLines {
		l.add([]byte(fmt.Sprintf("~sluice|info|wasm|wasm log: %d", i)))
	}
	if want := []PluginLine{{"info", "p", "started", ""}, {"info", "", "ticks", ""}}; !reflect.DeepEqual(got[:2], want) {
		t.Errorf("got %q", got[:2])
	}
	if len(l.lately) > keepLines+1 {
		t.Errorf("%d lines are remembered", len(l.lately))
	}
}

// A trap outside of requests has a trace too, and its pieces repeat.
func TestUnnamedTrace(t *testing.T) {
	var got []PluginLine
	l := newLogs(func(p PluginLine) { got = append(got, p) }, nil)
	l.serving([]Plugin{{Name: "p"}})
	for _, piece := range tracePieces {
		l.add([]byte("~sluice|error|wasm|wasm log: " + strings.ReplaceAll(piece, "\t", `\t`)))
	}
	l.traces.flushAll()
	if want := []PluginLine{{"error", "p", wantTrace, ""}}; !reflect.DeepEqual(got, want) {
		t.Errorf("got %q", got)
	}
}

func TestTraceEnds(t *testing.T) {
	out := make(chan PluginLine, 100)
	tr := newTraces(func(p PluginLine) { out <- p })
	tr.add(PluginLine{"error", "p", "panic: x", ""})
	tr.add(PluginLine{"info", "q", "another plugin", ""})
	tr.add(PluginLine{"info", "p", "another level", ""})
	for _, want := range []string{"another plugin", "panic: x", "another level"} {
		if got := <-out; got.Text != want {
			t.Errorf("got %q, want %q", got.Text, want)
		}
	}
	tr.add(PluginLine{"error", "p", "fatal error: all goroutines are asleep", ""})
	select {
	case got := <-out:
		if !strings.HasPrefix(got.Text, "fatal error") {
			t.Errorf("got %q", got.Text)
		}
	case <-time.After(5 * time.Second):
		t.Error("a trace without an end is never told")
	}
	tr.add(PluginLine{"error", "p", "panic: ", ""})
	for range 70 {
		tr.add(PluginLine{"error", "p", strings.Repeat("y", 1000), ""})
	}
	if got := <-out; len(got.Text) > maxTrace+1000 {
		t.Errorf("a trace of %d bytes", len(got.Text))
	}
	tr.flushAll()
}

func TestLogsKeepTheEnd(t *testing.T) {
	l := newLogs(nil, nil)
	mark := l.mark()
	for range 5 * keepLines {
		l.add([]byte("~sluice|info|main|x"))
	}
	if n := len(l.since(mark)); n < keepLines || n > 2*keepLines {
		t.Errorf("%d lines are kept", n)
	}
	mark = l.mark()
	l.add([]byte("~sluice|info|main|new"))
	if got := l.since(mark); len(got) != 1 || got[0].Text != "new" {
		t.Errorf("got %v", got)
	}
}

func TestNoV8(t *testing.T) {
	l := newLogs(nil, nil)
	l.add([]byte("~sluice|info|main|  envoy.wasm.runtime: envoy.wasm.runtime.null, envoy.wasm.runtime.v8"))
	if l.noV8.Load() {
		t.Error("V8 is not seen")
	}
	l.add([]byte("~sluice|info|main|  envoy.wasm.runtime: envoy.wasm.runtime.null"))
	if !l.noV8.Load() {
		t.Error("the lack of V8 is not seen")
	}
}

func TestReason(t *testing.T) {
	wasm := func(level, text string) Line { return Line{level, "wasm", text} }
	for _, tt := range []struct {
		name  string
		lines []Line
		want  string
	}{
		{"nothing", nil, ""},
		{"the plugin says why", []Line{
			wasm("info", "wasm log: starting"),
			wasm("error", "wasm log: missing tokenHeader in config"),
			wasm("error", "Wasm VM failed Failed to configure base Wasm plugin"),
			wasm("critical", "Plugin p failed to load"),
			wasm("critical", "Plugin configured to fail closed failed to load"),
			{"warning", "config", "Filesystem config update rejected: Unable to create Wasm plugin p"},
		}, "missing tokenHeader in config; Failed to configure base Wasm plugin"},
		{"an import of Higress", []Line{wasm("error", "Failed to load Wasm module due to a missing import: env.proxy_redis_call")},
			"Failed to load Wasm module due to a missing import: env.proxy_redis_call (only Higress' Envoy has this function; build the plugin for stock Envoy)"},
		{"a WASI import", []Line{wasm("error", "missing import: wasi_snapshot_preview1.path_filestat_get")},
			"missing import: wasi_snapshot_preview1.path_filestat_get (this Envoy lacks that WASI function; `sluice build` closes such imports)"},
		{"routes", []Line{{"warning", "config", "Filesystem config update rejected: Only a single wildcard domain is permitted"}},
			"Only a single wildcard domain is permitted"},
		{"said twice", []Line{wasm("error", "wasm log p sluice-staging: no"), wasm("error", "wasm log: no")}, "no"},
	} {
		if got := reason(tt.lines); got != tt.want {
			t.Errorf("%s: got %q", tt.name, got)
		}
	}
}

func TestReasonJoinsTrace(t *testing.T) {
	var lines []Line
	for _, piece := range tracePieces {
		lines = append(lines, Line{"error", "wasm", "wasm log p sluice-staging: " + piece})
	}
	if got := reason(lines); got != wantTrace {
		t.Errorf("got %q", got)
	}
}

func TestParseAccess(t *testing.T) {
	a, ok := parseAccess([]byte(`{"time":"2026-11-21T13:23:08.969Z","method":"GET","path":"/x","status":200,"millis":3,` +
		`"sent":12,"route":null,"flags":"-","details":"via_upstream","host":"h","protocol":"HTTP/1.1"}`))
	if !ok || a.Status != 200 || a.Millis != 3 || a.Sent != 12 || a.Route != "" || a.Time.Year() != 2026 {
		t.Errorf("got %+v, %v", a, ok)
	}
	for _, bad := range []string{"", "{", "text", "[]", "{}", `{"a": 1}`, `{"status": "x", "flags": "-"}`} {
		if _, ok := parseAccess([]byte(bad)); ok {
			t.Errorf("%q is taken for a request", bad)
		}
	}
}

func FuzzLogLine(f *testing.F) {
	f.Add("~sluice|info|wasm|wasm log p: text")
	f.Add("~sluice|error|wasm|wasm log p: panic: ")
	f.Add("~sluice|||")
	f.Add(`~sluice|a|b|\\\n\`)
	f.Fuzz(func(t *testing.T, s string) {
		l := newLogs(nil, nil)
		l.add([]byte(s))
		l.traces.flushAll()
		if n := len(l.since(0)); n != 1 {
			t.Errorf("%d lines of one", n)
		}
		_ = reason(l.since(0))
	})
}

func FuzzAccess(f *testing.F) {
	f.Add([]byte(`{"flags":"-","status":1}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		if a, ok := parseAccess(b); ok && a.Flags == "" {
			t.Error("a request without flags")
		}
	})
}

func FuzzSubscription(f *testing.F) {
	f.Add("a.version_text: \"3\"\na.update_rejected: 1\na.update_failure: 0\n", "a")
	f.Add("a: b: c\n", "")
	f.Fuzz(func(t *testing.T, stats, prefix string) { parseSubscription(stats, prefix) })
}

func TestParseSubscription(t *testing.T) {
	got := parseSubscription("a.b.version_text: \"7\"\na.b.update_rejected: 2\na.b.update_failure: 1\na.bc.version_text: \"9\"\nx\n", "a.b")
	if want := (subscription{"7", 2, 1}); got != want {
		t.Errorf("got %+v", got)
	}
}

func TestParseListeners(t *testing.T) {
	got, err := parseListeners([]byte(`{"listener_statuses":[{"name":"sluice-staging"},{"name":"listener_0",
		"local_address":{"socket_address":{"address":"127.0.0.1","port_value":10000}}}]}`))
	if err != nil || got != "127.0.0.1:10000" {
		t.Errorf("got %q, %v", got, err)
	}
	for _, bad := range []string{"", "{}", `{"listener_statuses":[{"name":"x"}]}`} {
		if _, err := parseListeners([]byte(bad)); err == nil {
			t.Errorf("%q is taken", bad)
		}
	}
}
