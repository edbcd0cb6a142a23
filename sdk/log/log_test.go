package log_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/sluiceproxy/sluice/sdk/log"
	"github.com/sluiceproxy/sluice/sdk/plugintest"
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
)

// plugin runs f in its request callback.
type plugin struct {
	types.DefaultPluginContext
	f func()
}

func (p *plugin) OnPluginStart(int) types.OnPluginStartStatus {
	log.RefreshLevel()
	return types.OnPluginStartStatusOK
}

func (p *plugin) NewHttpContext(uint32) types.HttpContext { return &stream{f: p.f} }

type stream struct {
	types.DefaultHttpContext
	f func()
}

func (s *stream) OnHttpRequestHeaders(int, bool) types.Action {
	s.f()
	return types.ActionContinue
}

// inPlugin runs f with logger l in a plugin whose host keeps lines from level on.
func inPlugin(t testing.TB, level uint32, l log.Log, f func()) *plugintest.Host {
	t.Helper()
	log.SetPluginLog(l)
	t.Cleanup(func() { log.SetPluginLog(nil); log.SetSafeLogEnabled(false) })
	proxywasm.SetPluginContext(func(uint32) types.PluginContext { return &plugin{f: f} })
	h := plugintest.New(t, plugintest.Options{LogLevel: level})
	h.Request([][2]string{{":method", "GET"}, {":path", "/"}, {":authority", "a"}})
	return h
}

func lines(h *plugintest.Host) (out []string) {
	for _, l := range h.Logs() {
		out = append(out, l.String())
	}
	return out
}

func all() {
	log.Trace("t")
	log.Tracef("t%d", 1)
	log.Debug("d")
	log.Debugf("d%d", 1)
	log.Info("i")
	log.Infof("i%d", 1)
	log.Warn("w")
	log.Warnf("w%d", 1)
	log.Error("e")
	log.Errorf("e%d", 1)
	log.Critical("c")
	log.Criticalf("c%d", 1)
}

func TestLevels(t *testing.T) {
	names := []string{"trace", "debug", "info", "warn", "error", "critical"}
	for level := range uint32(7) {
		h := inPlugin(t, level, log.New("p", nil), all)
		var want []string
		for i := level; i < 6; i++ {
			letter := names[i][:1]
			want = append(want, names[i]+": [p] [nil] [nil] "+letter, names[i]+": [p] [nil] [nil] "+letter+"1")
		}
		if got := lines(h); fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("level %d: %q, want %q", level, got, want)
		}
	}
}

// Nothing is asked or formatted for a line that isn't written.
func TestSuppressedLines(t *testing.T) {
	asked := 0
	l := log.New("p", func() (string, string) { asked++; return "", "" })
	formatted := 0
	inPlugin(t, proxywasm.LogLevelWarn, l, func() {
		for range 100 {
			log.Infof("%v", stringer(func() string { formatted++; return "" }))
			log.Debug("x")
		}
		log.Warnf("%v", stringer(func() string { formatted++; return "" }))
	})
	if asked != 1 || formatted != 1 {
		t.Errorf("asked for ids %d times, formatted %d times; want once for the one line", asked, formatted)
	}
}

type stringer func() string

func (s stringer) String() string { return s() }

func TestSuppressedLinesAllocateNothing(t *testing.T) {
	inPlugin(t, proxywasm.LogLevelWarn, log.New("p", nil), func() {
		if n := testing.AllocsPerRun(100, func() { log.Info("x") }); n != 0 {
			t.Errorf("%v allocations", n)
		}
	})
}

// A level that changes at runtime is seen within 256 lines.
func TestLevelChanges(t *testing.T) {
	h := inPlugin(t, proxywasm.LogLevelInfo, log.New("p", nil), func() {
		for range 300 {
			log.Debug("x")
		}
	})
	if n := len(h.Logs()); n != 0 {
		t.Fatalf("%d lines", n)
	}
	level := log.Enabled(log.LevelDebug)
	inPlugin(t, proxywasm.LogLevelDebug, log.New("p", nil), func() {
		for range 256 {
			log.Enabled(log.LevelTrace)
		}
		level = log.Enabled(log.LevelDebug)
	})
	if !level {
		t.Error("the new level wasn't read")
	}
}

func TestIDs(t *testing.T) {
	l := log.New("p", func() (string, string) { return "", "req-1" })
	l.ResetID("one")
	h := inPlugin(t, 0, l, func() { log.Info("x") })
	if got := lines(h)[0]; got != "info: [p] [one] [req-1] x" {
		t.Error(got)
	}
	l = log.New("p", func() (string, string) { return "two", "" })
	l.ResetID("one")
	h = inPlugin(t, 0, l, func() { log.Info("x") })
	if got := lines(h)[0]; got != "info: [p] [two] [nil] x" {
		t.Error(got)
	}
}

// A line is one line, whatever a client has put into it.
func TestEscaping(t *testing.T) {
	for in, want := range map[string]string{
		"plain":              "plain",
		"tab\tstays":         "tab\tstays",
		"a\nb":               `a\nb`,
		"a\r\n[p] [] forged": `a\r\n[p] [] forged`,
		"\x1b[31mred\x00":    `\x1b[31mred\x00`,
		"\x7f":               `\x7f`,
		"caf\u00e9 \u4e16":   "caf\u00e9 \u4e16",
		"csi\u009b1m\u0085":  `csi\x9b1m\x85`,
		"\xc2":               "\xc2",
		"":                   "",
	} {
		l := log.New("p", func() (string, string) { return in, in })
		h := inPlugin(t, 0, l, func() { log.Infof("%s", in) })
		id := want
		if id == "" {
			id = "nil"
		}
		if got := lines(h)[0]; got != "info: [p] ["+id+"] ["+id+"] "+want {
			t.Errorf("%q: %q", in, got)
		}
	}
}

func FuzzEscaping(f *testing.F) {
	f.Add("a\nb")
	f.Add("\u009b\xc2\x1b")
	f.Fuzz(func(t *testing.T, s string) {
		h := inPlugin(t, 0, log.New("p", nil), func() { log.Info(s) })
		got := lines(h)[0]
		for i, r := range got {
			if r < ' ' && r != '\t' || r == 0x7f || r >= 0x80 && r < 0xa0 && got[i] == 0xc2 {
				t.Fatalf("%q was written as %q", s, got)
			}
		}
	})
}

func TestSafeMode(t *testing.T) {
	for _, safe := range []bool{false, true} {
		h := inPlugin(t, 0, log.New("p", nil), func() {
			log.SetSafeLogEnabled(safe)
			log.UnsafeInfo("body")
			log.UnsafeInfof("%s", "body")
		})
		want := "info: "
		if safe {
			want = "debug: "
		}
		for _, got := range lines(h) {
			if got != want+"[p] [nil] [nil] body" {
				t.Errorf("safe %v: %q", safe, got)
			}
		}
		if log.IsSafeLogEnabled() != safe || len(h.Logs()) != 2 {
			t.Errorf("safe %v: %v", safe, h.Logs())
		}
	}
}

// own is a logger that a plugin brings.
type own struct {
	log.Log
	got []string
}

func (o *own) Info(msg string) { o.got = append(o.got, msg) }
func (o *own) Infof(format string, a ...interface{}) {
	o.got = append(o.got, fmt.Sprintf(format, a...))
}

func TestOwnLogger(t *testing.T) {
	o := &own{}
	h := inPlugin(t, proxywasm.LogLevelCritical, o, func() {
		log.Info("a")
		log.Infof("%s", "b")
	})
	if strings.Join(o.got, "") != "ab" || len(h.Logs()) != 0 {
		t.Errorf("%q, log %v", o.got, h.Logs())
	}
}

// Without a host, in a unit test, lines go nowhere and nothing breaks.
func TestWithoutHost(t *testing.T) {
	log.SetPluginLog(nil)
	all()
}
