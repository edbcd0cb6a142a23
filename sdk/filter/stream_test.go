package filter

import (
	"strings"
	"testing"

	"github.com/sluiceproxy/sluice/sdk/plugintest"
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
)

// What a filter can ask its stream for, in every phase.
func TestStreamInEveryPhase(t *testing.T) {
	var tr trace
	look := func(f *tracer, _ any) Action {
		s := f.s
		state, _ := s.FilterState("guest_name")
		own, _ := s.FilterState("left_by_a_plugin")
		_, none := s.FilterState("nothing")
		count, _ := s.Value("count").(int)
		s.SetValue("count", count+1)
		f.t.add(s.RequestHeaders().Get("x-a"), s.HTTP().Path(), s.HTTP().Method(), state, own, s.Consumer(), s.ResponseHeaders().Get("x-r"))
		if none {
			t.Error("a state that nobody has set")
		}
		s.Log().Info("seen")
		return Continue
	}
	do := steps{}
	for _, step := range []string{"a DH", "a DD", "a EH", "a ED", "a log"} {
		do[step] = look
	}
	t.Cleanup(func() { proxywasm.SetPanicPolicy(nil) })
	Bundle("edge", tracers(&tr, do, ""))
	h := plugintest.New(t, plugintest.Options{Config: []byte(all), Properties: map[string]string{"filter_state.guest_name": "Jack", "left_by_a_plugin": "x"}})
	h.Request(append(post[:4:4], [2]string{"x-a", "1"}, [2]string{"x-mse-consumer", "vip"}), []byte("b")).
		Respond(append(ok[:1:1], [2]string{"x-r", "2"}), []byte("b")).End()
	got := tr.take()
	if n := strings.Count(got, "1 /p POST Jack x vip 2"); n != 3 { // EH, ED, log
		t.Errorf("%d times in the response: %s", n, got)
	}
	if n := strings.Count(got, "1 /p POST Jack x vip"); n != 5 {
		t.Errorf("%d times: %s", n, got)
	}
	seen := 0
	for _, l := range h.LogsAt(proxywasm.LogLevelInfo) {
		if strings.HasPrefix(l, "[edge/a] ") {
			seen++
		}
	}
	if seen != 5 {
		t.Errorf("%d lines with the plugin's name: %v", seen, h.Logs())
	}
}

// Headers that have gone on can't be changed, and say so.
func TestTooLate(t *testing.T) {
	var tr trace
	h := bundled(t, all, tracers(&tr, steps{"a DD": func(f *tracer, _ any) Action {
		if err := f.s.SetConsumer("x"); err == nil {
			t.Error("a consumer was set when the headers had gone on")
		}
		return Fail(f.s.RequestHeaders().Add("x", "y"))
	}}, ""))
	ex := h.Request(post, []byte("b"))
	if ex.Reply == nil || ex.Reply.Status != 500 {
		t.Errorf("%+v", ex.Reply)
	}
}

// A plugin that may change bodies loses content-length, one that only reads
// them doesn't.
func TestContentLength(t *testing.T) {
	for _, readOnly := range []bool{false, true} {
		var tr trace
		var options []Option
		if readOnly {
			options = append(options, ReadsBodies())
		}
		h := bundled(t, all, tracers(&tr, nil, "", options...))
		length := [2]string{"content-length", "1"}
		ex := h.Request(append(post[:4:4], length), []byte("b")).Respond(append(ok[:1:1], length), []byte("b"))
		if _, up := ex.Upstream.Headers.Lookup("content-length"); up != readOnly {
			t.Errorf("read only %v: upstream has it: %v", readOnly, up)
		}
		if _, down := ex.Client.Headers.Lookup("content-length"); down != readOnly {
			t.Errorf("read only %v: the client has it: %v", readOnly, down)
		}
		ex = h.Request(append(get[:4:4], [2]string{"content-length", "0"}))
		if _, up := ex.Upstream.Headers.Lookup("content-length"); !up {
			t.Error("a request without a body loses it")
		}
	}
}

// Streams don't see each other's filters or values.
func TestStreamsAreApart(t *testing.T) {
	var tr trace
	h := bundled(t, all, tracers(&tr, steps{"a DH": func(f *tracer, _ any) Action {
		if f.s.Value("k") != nil {
			t.Error("a value of another stream")
		}
		f.s.SetValue("k", 1)
		return Continue
	}}, ""))
	one, two := h.Request(get), h.Request(get)
	two.Respond(ok).End()
	one.Respond(ok).End()
	if tr.count("a log") != 2 || tr.count("c log") != 2 {
		t.Errorf("%v", tr.steps)
	}
}
