package filter

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/sluiceproxy/sluice/sdk/plugintest"
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
)

func boom(*tracer, any) Action { panic("boom") }

func failing(*tracer, any) Action { return Fail(errors.New("can't")) }

// A method that fails answers with 500, whichever it is and however it fails;
// each filter's OnLog still runs once.
func TestFailClosed(t *testing.T) {
	for _, step := range []string{"b DH", "b DD", "b DT", "b DR", "b EH", "b ED", "b ET", "b ER"} {
		for how, f := range map[string]func(*tracer, any) Action{"panic": boom, "fail": failing} {
			var tr trace
			do := steps{step: f}
			if strings.HasSuffix(step, "DR") {
				do["b DH"] = wait
			}
			if strings.HasSuffix(step, "ER") {
				do["b EH"] = wait
			}
			h := bundled(t, all, tracers(&tr, do, "b"))
			in := plugintest.Input{Headers: post, Chunks: [][]byte{[]byte("1")}, Trailers: [][2]string{{"t", "1"}}}
			ex := h.Send(in)
			if strings.Contains(step, " E") {
				in.Headers = ok
				ex.RespondWith(in)
			} else if ex.Upstream.Headers != nil && ex.Reply == nil {
				t.Errorf("%s, %s: the request passed", step, how)
			}
			ex.End()
			if ex.Reply == nil || ex.Reply.Status != 500 {
				t.Errorf("%s, %s: reply %+v", step, how, ex.Reply)
			}
			steps := tr.take()
			if strings.Count(steps, "a log") != 1 || strings.Count(steps, "b log") != 1 {
				t.Errorf("%s, %s: %s", step, how, steps)
			}
		}
	}
}

// With WithFailOpen only the plugin that failed is left out.
func TestFailOpen(t *testing.T) {
	for how, f := range map[string]func(*tracer, any) Action{"panic": boom, "fail": failing} {
		var tr trace
		plugins := tracers(&tr, steps{"b DH": f, "c EH": f}, "")
		plugins[1].failOpen, plugins[2].failOpen = true, true
		h := bundled(t, all, plugins)
		h.Request(post, []byte("1")).Respond(ok, []byte("2")).End()
		if got, want := tr.take(), "a DH, b DH, c DH, a DD 1|end, c DD 1|end, c EH 200, a EH 200, a ED 2|end, a log, b log, c log"; got != want {
			t.Errorf("%s:\n%s\n%s", how, got, want)
		}
		log := len(h.LogsAt(proxywasm.LogLevelCritical)) + len(h.LogsAt(proxywasm.LogLevelWarn))
		if log != 2 {
			t.Errorf("%s: log %v", how, h.Logs())
		}
	}
	var tr trace
	plugins := tracers(&tr, steps{"a DH": boom}, "", WithFailOpen())
	plugins[0].failOpen = false
	if ex := bundled(t, all, plugins).Request(get); ex.Reply == nil || ex.Reply.Status != 500 {
		t.Errorf("another plugin's policy let the request pass: %+v", ex.Reply)
	}
}

// A panic in OnLog or in one stream concerns no other.
func TestPanicStaysWhereItIs(t *testing.T) {
	var tr trace
	h := bundled(t, all, tracers(&tr, steps{"a log": boom, "b log": boom}, ""))
	h.Request(get).Respond(ok).End()
	if got := tr.take(); !strings.HasSuffix(got, "a log, b log, c log") {
		t.Errorf("%s", got)
	}
	if n := len(h.LogsAt(proxywasm.LogLevelCritical)); n != 2 {
		t.Errorf("%d lines", n)
	}
	if ex := h.Request(get); ex.Reply != nil {
		t.Errorf("%+v", ex.Reply)
	}
}

type bodyless struct{ s *Stream }

func (*bodyless) DecodeHeaders(context.Context, *Headers, bool) Action { return WaitAllData }

// WaitAllData where it has no meaning is told of, and holds nothing back.
func TestWaitAllDataInVain(t *testing.T) {
	h := bundled(t, `{"x":{}}`, []Definition{Plugin("x", nil, func(_ *struct{}, s *Stream) *bodyless { return &bodyless{s} })})
	if ex := h.Request(post, []byte("1")); string(ex.Upstream.Body) != "1" {
		t.Errorf("%+v", ex)
	}
	if log := h.LogsAt(proxywasm.LogLevelWarn); len(log) != 1 || !strings.Contains(log[0], "[edge/x]") {
		t.Errorf("log %q", log)
	}
	var tr trace
	h = bundled(t, all, tracers(&tr, steps{"a DD": wait, "a EH": func(*tracer, any) Action { return nil },
		"b EH": func(*tracer, any) Action { return (*LocalReply)(nil) }}, ""))
	if ex := h.Request(post, []byte("1")).Respond(ok); string(ex.Upstream.Body) != "1" || ex.Reply != nil {
		t.Errorf("%+v", ex)
	}
}

// An answer that can't be sent as it is doesn't let the request pass.
func TestBadReply(t *testing.T) {
	for _, reply := range []*LocalReply{{Status: 99}, {Status: 403, Headers: [][2]string{{"a", "b\r\nc: d"}}}, {}} {
		var tr trace
		h := bundled(t, all, tracers(&tr, steps{"a DH": func(*tracer, any) Action { return reply }}, ""))
		want := uint32(500)
		if reply.Status == 0 {
			want = 200
		}
		if ex := h.Request(get); ex.Reply == nil || ex.Reply.Status != want || ex.Upstream.Headers != nil {
			t.Errorf("%+v: %+v", reply, ex.Reply)
		}
	}
}
