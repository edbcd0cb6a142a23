package filter

import (
	"testing"

	"github.com/sluiceproxy/sluice/sdk/plugintest"
)

func TestOrder(t *testing.T) {
	var tr trace
	h := bundled(t, all, tracers(&tr, nil, ""))
	h.Request(get).Respond(ok).End()
	if got, want := tr.take(), "a DH, b DH, c DH, c EH 200, b EH 200, a EH 200, a log, b log, c log"; got != want {
		t.Errorf("GET:\n%s\n%s", got, want)
	}
	h.Request(post, []byte("1"), []byte("2")).Respond(ok, []byte("3"), []byte("4")).End()
	if got, want := tr.take(), "a DH, b DH, c DH, a DD 1|, b DD 1|, c DD 1|, a DD 2|end, b DD 2|end, c DD 2|end, "+
		"c EH 200, b EH 200, a EH 200, c ED 3|, b ED 3|, a ED 3|, c ED 4|end, b ED 4|end, a ED 4|end, a log, b log, c log"; got != want {
		t.Errorf("POST:\n%s\n%s", got, want)
	}
	h.Send(plugintest.Input{Headers: post, Chunks: [][]byte{[]byte("1")}, Trailers: [][2]string{{"t", "1"}}}).
		RespondWith(plugintest.Input{Headers: ok, Trailers: [][2]string{{"t", "1"}, {"u", "2"}}}).End()
	if got, want := tr.take(), "a DH, b DH, c DH, a DD 1|, b DD 1|, c DD 1|, a DT 1, b DT 1, c DT 1, "+
		"c EH 200, b EH 200, a EH 200, c ET 2, b ET 2, a ET 2, a log, b log, c log"; got != want {
		t.Errorf("trailers:\n%s\n%s", got, want)
	}
}

// Filters that want the whole message hold back those behind them.
func TestWholeMessages(t *testing.T) {
	for _, c := range []struct {
		name, wholes string
		do           steps
		want         string
	}{
		{"b", "b", steps{"b DH": wait},
			"a DH, b DH, a DD 12|end, b DR 12|0, c DH, c DD 12|end"},
		{"a and c", "ac", steps{"a DH": wait, "c DH": wait},
			"a DH, a DR 12|0, b DH, c DH, b DD 12|end, c DR 12|0"},
		{"all", "abc", steps{"a DH": wait, "b DH": wait, "c DH": wait},
			"a DH, a DR 12|0, b DH, b DR 12|0, c DH, c DR 12|0"},
		{"b without such a method", "", steps{"b DH": wait},
			"a DH, b DH, a DD 12|end, b DD 12|end, c DH, c DD 12|end"},
	} {
		var tr trace
		h := bundled(t, all, tracers(&tr, c.do, c.wholes))
		ex := h.Request(post, []byte("1"), []byte("2"))
		if got := tr.take(); got != c.want {
			t.Errorf("%s:\n%s\n%s", c.name, got, c.want)
		}
		if string(ex.Upstream.Body) != "12" {
			t.Errorf("%s: upstream got %q", c.name, ex.Upstream.Body)
		}
	}
	var tr trace
	h := bundled(t, all, tracers(&tr, steps{"b EH": wait, "a EH": wait}, "ab"))
	ex := h.Request(get)
	tr.take()
	ex.RespondWith(plugintest.Input{Headers: ok, Chunks: [][]byte{[]byte("1"), []byte("2")}, Trailers: [][2]string{{"t", "1"}}})
	if got, want := tr.take(), "c EH 200, b EH 200, c ED 12|, c ET 1, b ER 12|1, a EH 200, a ER 12|1"; got != want {
		t.Errorf("response:\n%s\n%s", got, want)
	}
	h.Request(get).Respond(ok)
	if got, want := tr.take(), "a DH, b DH, c DH, c EH 200, b EH 200, b ER |0, a EH 200, a ER |0"; got != want {
		t.Errorf("no body:\n%s\n%s", got, want)
	}
}

// A whole message can be changed, headers and body, by each that sees it.
func TestChangedMessage(t *testing.T) {
	var tr trace
	h := bundled(t, all, tracers(&tr, steps{
		"b DH": wait,
		"a DD": func(_ *tracer, arg any) Action { arg.(*Data).Append([]byte("a")); return Continue },
		"b DR": func(f *tracer, arg any) Action {
			d := arg.(*Data)
			d.Set(append([]byte("b"), d.Bytes()...))
			_ = f.s.RequestHeaders().Set("x-b", "1")
			return Continue
		},
		"c DH": func(f *tracer, arg any) Action {
			_ = arg.(*Headers).Set("x-c", arg.(*Headers).Get("x-b")+"2")
			return Continue
		},
		"c DD": func(_ *tracer, arg any) Action { arg.(*Data).Append([]byte("c")); return Continue },
	}, "b"))
	ex := h.Request(append(post[:4:4], [2]string{"content-length", "2"}), []byte("1"), []byte("2"))
	if string(ex.Upstream.Body) != "b12ac" || ex.Upstream.Headers.Get("content-length") != "5" || ex.Upstream.Headers.Get("x-c") != "12" {
		t.Errorf("upstream got %q, %v", ex.Upstream.Body, ex.Upstream.Headers)
	}
}

// A filter that answers ends the way of the request; what it answers is a
// response to itself and those before it.
func TestLocalReply(t *testing.T) {
	reply := func(*tracer, any) Action {
		return &LocalReply{Status: 403, Headers: [][2]string{{"x-why", "no"}}, Body: []byte("no\n"), Details: "told_so"}
	}
	for _, c := range []struct {
		step, wholes string
		body         bool
		want         string
	}{
		{"b DH", "", false, "a DH, b DH, b EH 403, a EH 403, b ED no\n|end, a ED no\n|end, a log, b log"},
		{"a DH", "", true, "a DH, a EH 403, a ED no\n|end, a log"},
		{"b DD", "", true, "a DH, b DH, c DH, a DD 1|, b DD 1|, c EH 403, b EH 403, a EH 403, c ED no\n|end, b ED no\n|end, a ED no\n|end, a log, b log, c log"},
		{"b DR", "b", true, "a DH, b DH, a DD 12|end, b DR 12|0, b EH 403, a EH 403, b ED no\n|end, a ED no\n|end, a log, b log"},
	} {
		var tr trace
		do := steps{c.step: reply}
		if c.wholes != "" {
			do["b DH"] = wait
		}
		h := bundled(t, all, tracers(&tr, do, c.wholes))
		var chunks [][]byte
		headers := get
		if c.body {
			headers, chunks = post, [][]byte{[]byte("1"), []byte("2")}
		}
		ex := h.Request(headers, chunks...)
		ex.End()
		if ex.Reply == nil || ex.Reply.Status != 403 || ex.Reply.Detail != "told_so" || ex.Client.Headers.Get("x-why") != "no" {
			t.Errorf("%s: reply %+v", c.step, ex.Reply)
		}
		if got := tr.take(); got != c.want {
			t.Errorf("%s:\n%q\n%q", c.step, got, c.want)
		}
	}
	var tr trace
	h := bundled(t, all, tracers(&tr, steps{"b EH": reply}, ""))
	ex := h.Request(get).Respond(ok, []byte("secret"))
	ex.End()
	if ex.Client.Headers.Get(":status") != "403" || string(ex.Client.Body) != "no\n" {
		t.Errorf("reply to a response: %v %q", ex.Client.Headers, ex.Client.Body)
	}
	if got, want := tr.take(), "a DH, b DH, c DH, c EH 200, b EH 200, a log, b log, c log"; got != want {
		t.Errorf("reply to a response:\n%s\n%s", got, want)
	}
}

// Plugins that the configuration doesn't name are not there.
func TestChosenPlugins(t *testing.T) {
	for config, want := range map[string]string{
		`{"c":{},"a":{}}`:          "a DH, c DH",
		`{"b":{}}`:                 "b DH",
		`{}`:                       "",
		`{"a":{},"b":null,"c":{}}`: "a DH, c DH",
	} {
		var tr trace
		bundled(t, config, tracers(&tr, nil, "")).Request(get)
		if got := tr.take(); got != want {
			t.Errorf("%s: %s", config, got)
		}
	}
}
