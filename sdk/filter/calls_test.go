package filter

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/sluiceproxy/sluice/sdk/call"
	"github.com/sluiceproxy/sluice/sdk/plugintest"
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/wrapper"
)

// caller asks a service in each method that its configuration names, and does
// what the answer says.
type caller struct {
	name string
	asks string // methods, separated by spaces
	t    *trace
	s    *Stream
}

func (f *caller) ask(ctx context.Context, what string) Action {
	if !strings.Contains(" "+f.asks+" ", " "+what+" ") {
		f.t.add(f.name, what)
		return Continue
	}
	client := call.New(wrapper.FQDNCluster{FQDN: "svc.dns", Port: 80})
	resp, err := client.Get(ctx, "/"+f.name+"/"+what)
	if err != nil {
		f.t.add(f.name, what, "error", errorName(err))
		if errors.Is(err, call.ErrStreamEnded) {
			return Continue // a filter that doesn't look at its context
		}
		return Fail(err)
	}
	f.t.add(f.name, what, "asked")
	switch string(resp.Body) {
	case "no":
		return &LocalReply{Status: 403}
	case "wait":
		return WaitAllData
	case "panic":
		panic("after a wait")
	}
	return Continue
}

func errorName(err error) string {
	switch {
	case errors.Is(err, call.ErrStreamEnded):
		return "ended"
	case errors.Is(err, call.ErrNoHandler):
		return "no handler"
	}
	return "other"
}

func (f *caller) DecodeHeaders(ctx context.Context, h *Headers, _ bool) Action {
	a := f.ask(ctx, "DH")
	_ = h.Add("x-seen", f.name)
	return a
}

func (f *caller) DecodeData(ctx context.Context, d *Data, e bool) Action {
	a := f.ask(ctx, "DD")
	f.t.add(f.name, "data", string(d.Bytes())+"|"+end(e))
	d.Set([]byte(strings.ToUpper(string(d.Bytes())) + f.name))
	return a
}

func (f *caller) DecodeTrailers(ctx context.Context, h *Headers) Action {
	_ = h.Set("x-trailer", f.name)
	return f.ask(ctx, "DT")
}

func (f *caller) DecodeRequest(ctx context.Context, h *Headers, d *Data, _ *Headers) Action {
	a := f.ask(ctx, "DR")
	f.t.add(f.name, "whole", string(d.Bytes()))
	_ = h.Set("x-whole", string(d.Bytes()))
	return a
}

func (f *caller) EncodeHeaders(ctx context.Context, h *Headers, _ bool) Action {
	a := f.ask(ctx, "EH")
	_ = h.Add("x-seen", f.name)
	return a
}

func (f *caller) EncodeData(ctx context.Context, d *Data, _ bool) Action {
	a := f.ask(ctx, "ED")
	d.Append([]byte(f.name))
	return a
}

func (f *caller) EncodeTrailers(ctx context.Context, _ *Headers) Action { return f.ask(ctx, "ET") }
func (f *caller) OnLog()                                                { f.t.add(f.name, "log") }

func callers(t *trace, asks map[string]string, options ...Option) (list []Definition) {
	for _, name := range []string{"a", "b"} {
		list = append(list, Plugin(name, nil, func(_ *struct{}, s *Stream) *caller {
			return &caller{name, asks[name], t, s}
		}, options...))
	}
	return list
}

const both = `{"a":{},"b":{}}`

// Every method can wait, in every one of a bundle's plugins; what upstream and
// the client get is the same as without a wait.
func TestEveryMethodCanWait(t *testing.T) {
	for _, asks := range []string{"", "DH", "DD", "DT", "DR", "EH", "ED", "ET", "DH DD", "DH DT", "DH DR", "DD DT", "EH ED ET", "DH DD DT DR EH ED ET"} {
		for _, whole := range []bool{false, true} {
			var tr trace
			h := bundled(t, both, callers(&tr, map[string]string{"a": asks, "b": asks + " X"}, WithCalls()))
			if whole {
				h = bundled(t, both, callers(&tr, map[string]string{"a": asks, "b": "DH " + asks}, WithCalls()))
			}
			answer := func(c plugintest.HTTPCall) plugintest.HTTPAnswer {
				body := ""
				if whole && c.Headers.Get(":path") == "/b/DH" {
					body = "wait"
				}
				return plugintest.HTTPAnswer{Headers: [][2]string{{":status", "200"}}, Body: []byte(body)}
			}
			ex := h.Send(plugintest.Input{Headers: append(post[:4:4], [2]string{"content-length", "4"}), Chunks: [][]byte{[]byte("xy"), []byte("z")}, Trailers: [][2]string{{"t", "1"}}})
			h.OnHTTPCall(answer)
			if ex.Paused() || !ex.Upstream.Ended {
				t.Fatalf("%q, whole %v: the request is held back; %s", asks, whole, tr.take())
			}
			ex.RespondWith(plugintest.Input{Headers: ok, Chunks: [][]byte{[]byte("1")}, Trailers: [][2]string{{"t", "1"}}})
			ex.End()
			up := ex.Upstream
			body := string(up.Body)
			if seen := strings.Join(up.Headers.Values("x-seen"), ""); seen != "ab" || up.Trailers.Get("x-trailer") != map[bool]string{false: "b", true: "a"}[whole] {
				t.Errorf("%q, whole %v: headers %v, trailers %v", asks, whole, up.Headers, up.Trailers)
			}
			want := map[bool]string{false: "XYAbZAb", true: "XYZa"}[whole]
			if strings.Contains(asks, "D") && !whole {
				body = strings.ReplaceAll(strings.ReplaceAll(strings.ToUpper(body), "A", ""), "B", "")
				want = "XYZ"
			}
			if body != want {
				t.Errorf("%q, whole %v: body %q, want %q; %s", asks, whole, body, want, tr.take())
			}
			if whole && (up.Headers.Get("x-whole") != "XYZa") {
				t.Errorf("%q: %v", asks, up.Headers)
			}
			if string(ex.Client.Body) != "1ba" || strings.Join(ex.Client.Headers.Values("x-seen"), "") != "ba" {
				t.Errorf("%q, whole %v: the client got %q, %v", asks, whole, ex.Client.Body, ex.Client.Headers)
			}
			if steps := tr.take(); !strings.HasSuffix(steps, "a log, b log") || strings.Count(steps, "log") != 2 {
				t.Errorf("%q, whole %v: %s", asks, whole, steps)
			}
		}
	}
}

// What comes while a method waits for a part of the body is the next part.
func TestPartsWhileAMethodWaits(t *testing.T) {
	var tr trace
	h := bundled(t, both, callers(&tr, map[string]string{"a": "DD"}, WithCalls()))
	ex := h.Request(post, []byte("xy"), []byte("z"))
	h.OnHTTPCall(func(plugintest.HTTPCall) plugintest.HTTPAnswer {
		return plugintest.HTTPAnswer{Headers: [][2]string{{":status", "200"}}}
	})
	want := "a DH, b DH, a DD asked, a data xy|, b DD, b data XYa|, a DD asked, a data z|end, b DD, b data Za|end"
	if got := tr.take(); got != want || string(ex.Upstream.Body) != "XYAbZAb" {
		t.Errorf("body %q\n%s\n%s", ex.Upstream.Body, got, want)
	}
}

func TestReplyAfterAWait(t *testing.T) {
	for _, asks := range []string{"DH", "DD", "DT"} {
		for answer, status := range map[string]uint32{"no": 403, "panic": 500} {
			var tr trace
			h := bundled(t, both, callers(&tr, map[string]string{"a": asks}, WithCalls()))
			h.OnHTTPCall(func(plugintest.HTTPCall) plugintest.HTTPAnswer {
				return plugintest.HTTPAnswer{Headers: [][2]string{{":status", "200"}}, Body: []byte(answer)}
			})
			ex := h.Send(plugintest.Input{Headers: post, Chunks: [][]byte{[]byte("xy")}, Trailers: [][2]string{{"t", "1"}}})
			ex.End()
			if ex.Reply == nil || ex.Reply.Status != status || ex.Upstream.Ended {
				t.Errorf("%s, %s: %+v", asks, answer, ex.Reply)
			}
			steps := tr.take()
			if strings.Contains(steps, "b DH") != (asks != "DH") || strings.Count(steps, "a log") != 1 {
				t.Errorf("%s, %s: %s", asks, answer, steps)
			}
		}
	}
}

// A client that goes while a method waits: the method returns with the error,
// no other filter is begun, and OnLog runs once for each that was made.
func TestClientGoesMeanwhile(t *testing.T) {
	for asks, want := range map[string]string{
		"DH": "a DH error ended, a log",
		"DD": "a DH, b DH, a DD error ended, a data xy|, a log, b log",
	} {
		var tr trace
		h := bundled(t, both, callers(&tr, map[string]string{"a": asks}, WithCalls()))
		ex := h.Request(post, []byte("xy"), []byte("z"))
		if !ex.Paused() {
			t.Fatalf("%s: not held back", asks)
		}
		ex.End()
		if got := tr.take(); got != want {
			t.Errorf("%s:\n%s\n%s", asks, got, want)
		}
		h.OnHTTPCall(func(plugintest.HTTPCall) plugintest.HTTPAnswer { return plugintest.HTTPAnswer{} })
		if got := tr.take(); got != "" {
			t.Errorf("%s: after the end %s", asks, got)
		}
		for _, l := range h.LogsAt(proxywasm.LogLevelCritical) {
			t.Errorf("%s: %s", asks, l)
		}
	}
}

// With fail open a panic after a wait leaves out the plugin alone.
func TestFailOpenAfterAWait(t *testing.T) {
	var tr trace
	h := bundled(t, both, callers(&tr, map[string]string{"a": "DH"}, WithCalls(), WithFailOpen()))
	h.OnHTTPCall(func(plugintest.HTTPCall) plugintest.HTTPAnswer {
		return plugintest.HTTPAnswer{Headers: [][2]string{{":status", "200"}}, Body: []byte("panic")}
	})
	ex := h.Request(post, []byte("xy"))
	if string(ex.Upstream.Body) != "XYb" || ex.Reply != nil {
		t.Errorf("body %q, reply %+v; %s", ex.Upstream.Body, ex.Reply, tr.take())
	}
}

// Without WithCalls a call says what is missing, at once.
func TestCallsWithoutTheOption(t *testing.T) {
	var tr trace
	h := bundled(t, both, callers(&tr, map[string]string{"a": "DH"}))
	if ex := h.Request(get); ex.Reply == nil || ex.Reply.Status != 500 {
		t.Errorf("%+v", ex.Reply)
	}
	if got := tr.take(); !strings.Contains(got, "a DH error no handler") {
		t.Errorf("%s", got)
	}
}
