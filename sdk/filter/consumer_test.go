package filter

import (
	"context"
	"errors"
	"testing"

	"github.com/sluiceproxy/sluice/sdk/plugintest"
)

// whoami notes who it is told sends a request.
type whoami struct {
	s *Stream
	t *trace
}

func (f *whoami) DecodeHeaders(context.Context, *Headers, bool) Action {
	f.t.add("<" + f.s.Consumer() + ">")
	return Continue
}

// A client that names its consumer by itself is not believed, whether a rule of
// the configuration names consumers or not.
func TestClientsCantNameTheirConsumer(t *testing.T) {
	var tr trace
	plugins := []Definition{
		Plugin("auth", nil, func(_ *struct{}, s *Stream) *tracer { return &tracer{name: "auth", t: &tr, s: s} }, Authenticates()),
		Plugin("limit", nil, func(_ *struct{}, s *Stream) *whoami { return &whoami{s, &tr} }),
	}
	claims := append([][2]string{{"x-mse-consumer", "vip"}, {"x-mse-consumer", "vip"}}, get...)
	for _, config := range []string{
		`{"auth":{},"limit":{}}`, `{"limit":{}}`,
		`{"auth":{},"limit":{},"_rules_":[{"_match_route_":["r"],"limit":{}}]}`,
		`{"auth":{},"limit":{},"_rules_":[{"_match_consumer_":["vip"],"limit":null}]}`,
	} {
		tr.steps = nil
		ex := bundled(t, config, plugins).Request(claims)
		if tr.count("<>") != 1 {
			t.Errorf("%s: a plugin was told %v", config, tr.steps)
		}
		if got := ex.Upstream.Headers.Values("x-mse-consumer"); len(got) != 0 {
			t.Errorf("%s: upstream was told %q", config, got)
		}
	}
}

// embedded is an Action that isn't one of the package's.
type embedded struct{ *LocalReply }

// What a method returns by mistake doesn't let a request pass.
func TestUnknownActionsFailClosed(t *testing.T) {
	for name, action := range map[string]Action{
		"an embedded reply": embedded{&LocalReply{Status: 403}}, "no action": embedded{}, "Fail(nil)": Fail(nil),
		"a failure": Fail(errors.New("x")),
	} {
		for open, want := range map[bool]bool{false: false, true: true} {
			var tr trace
			var options []Option
			if open {
				options = append(options, WithFailOpen())
			}
			do := steps{"a DH": func(*tracer, any) Action { return action }}
			h := bundled(t, `{"a":{},"b":{},"c":{}}`, tracers(&tr, do, "", options...))
			ex := h.Send(plugintest.Input{Headers: post, Chunks: [][]byte{[]byte("1")}})
			if got := ex.Upstream.Sent(); got != want {
				t.Errorf("%s, WithFailOpen %v: passed %v, reply %+v", name, open, got, ex.Reply)
			}
			if !open && (ex.Reply == nil || ex.Reply.Status != 500) {
				t.Errorf("%s: reply %+v", name, ex.Reply)
			}
			ex.End()
		}
	}
}
