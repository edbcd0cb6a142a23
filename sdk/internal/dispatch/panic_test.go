package dispatch

import (
	"errors"
	"slices"
	"testing"

	"github.com/sluiceproxy/sluice/sdk/internal/abi"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
)

func panicIn(phase string, value any) func(string) types.Action {
	return func(p string) types.Action {
		if p == phase {
			panic(value)
		}
		return types.ActionContinue
	}
}

func TestPanicFailsClosed(t *testing.T) {
	for phase, callback := range callbacks {
		t.Run(phase, func(t *testing.T) {
			v, h := withStream(t, panicIn(phase, errors.New("boom\nforged line\x1b[31m")))
			if got := callback(v, 2); got != 1 {
				t.Errorf("the host was told %d, want to hold the stream", got)
			}
			if want := []string{"plugin_failed_in_" + phase}; !slices.Equal(h.replies, want) {
				t.Errorf("replies %q, want %q", h.replies, want)
			}
			h.oneLine(t, "panicked in "+phase, `boom\nforged line\x1b[31m`, "panicIn", "context 2")
		})
	}
}

// The reply to a failed request comes by as a response and must pass; the
// response that failed must not.
func TestAfterAFailure(t *testing.T) {
	called := 0
	count := func(phase string) func(string) types.Action {
		return func(p string) types.Action {
			called++
			return panicIn(phase, "x")(p)
		}
	}
	v, h := withStream(t, count("request_body"))
	v.OnRequestBody(2, 1, false)
	called = 0
	for phase, want := range map[string]uint32{"request_body": 1, "request_trailers": 1, "response_headers": 0, "response_body": 0} {
		if got := callbacks[phase](v, 2); got != want {
			t.Errorf("after a failed request, %s returned %d, want %d", phase, got, want)
		}
	}
	v, h2 := withStream(t, count("response_body"))
	v.OnResponseHeaders(2, 1, false)
	v.OnResponseBody(2, 1, false)
	before := called
	for _, phase := range []string{"request_body", "response_body", "response_trailers"} {
		if got := callbacks[phase](v, 2); got != 1 {
			t.Errorf("after a failed response, %s returned %d, want 1", phase, got)
		}
	}
	if called != before {
		t.Error("the plugin was called for a stream that had failed")
	}
	if len(h.replies) != 1 || len(h2.replies) != 1 {
		t.Errorf("replies %q and %q, want one each", h.replies, h2.replies)
	}
}

func TestReplyThatTheHostCannotTakeResets(t *testing.T) {
	v, h := withStream(t, panicIn("request_headers", "x"))
	h.replyStatus = abi.StatusBadArgument
	v.OnRequestHeaders(2, 0, true)
	if !slices.Equal(h.closed, []abi.StreamType{abi.StreamRequest}) {
		t.Errorf("closed %v", h.closed)
	}
}

func TestFailOpenIsAskedForByName(t *testing.T) {
	v, h := withStream(t, panicIn("request_headers", "x"))
	var asked Panic
	SetPolicy(func(p Panic) Verdict { asked = p; return FailOpen })
	if got := v.OnRequestHeaders(2, 0, true); got != 0 {
		t.Errorf("returned %d, want continue", got)
	}
	if asked.Phase != PhaseRequestHeaders || asked.ContextID != 2 || asked.PluginID != 1 || asked.Value != "x" {
		t.Errorf("the policy was asked about %+v", asked)
	}
	if len(h.replies) != 0 {
		t.Errorf("replied %q", h.replies)
	}
	if got := v.OnRequestBody(2, 0, true); got != 0 {
		t.Errorf("the body returned %d, want continue", got)
	}
	h.oneLine(t)
}

func TestPolicyThatPanicsFailsClosed(t *testing.T) {
	v, h := withStream(t, panicIn("request_headers", "x"))
	SetPolicy(func(Panic) Verdict { panic("policy") })
	if got := v.OnRequestHeaders(2, 0, true); got != 1 || len(h.replies) != 1 {
		t.Errorf("returned %d, replies %q", got, h.replies)
	}
}

func TestPanicInNewContext(t *testing.T) {
	p := &fakePlugin{http: func(uint32) types.HttpContext { panic("no context") }}
	v, h := start(t, p)
	v.OnContextCreate(2, 1)
	if len(h.replies) != 0 {
		t.Error("replied before there was a request")
	}
	if got := v.OnRequestHeaders(2, 0, false); got != 1 || len(h.replies) != 1 {
		t.Errorf("returned %d, replies %q", got, h.replies)
	}
	if got := v.OnResponseHeaders(2, 0, true); got != 0 {
		t.Errorf("the reply itself was held: %d", got)
	}
	v.OnRequestBody(2, 0, true)
	if len(h.replies) != 1 {
		t.Errorf("replies %q, want one", h.replies)
	}
	SetPolicy(func(Panic) Verdict { return FailOpen })
	v.OnContextCreate(3, 1)
	if got := v.OnRequestHeaders(3, 0, false); got != 0 || len(h.replies) != 1 {
		t.Errorf("fail open: returned %d, replies %q", got, h.replies)
	}
}

func TestPanicsOfThePluginItself(t *testing.T) {
	p := &fakePlugin{tick: func() { panic("tick") }}
	v, h := start(t, p)
	v.OnTick(1)
	h.oneLine(t, "panicked in tick")
	if len(h.replies)+len(h.closed) != 0 {
		t.Error("a stream was answered for it")
	}
	v.OnTick(1)
	if len(h.logs) != 2 {
		t.Error("the tick did not survive")
	}
}

func TestDescribe(t *testing.T) {
	var nilError *types.DefaultVMContext
	for want, value := range map[string]any{
		"text": "text", "an error": errors.New("an error"), "42": 42,
		"request_body":                         PhaseRequestBody,
		"(a value that is no error or string)": nilError,
		"(its message panicked as well)":       panickingError{},
	} {
		if got := Describe(value); got != want {
			t.Errorf("Describe(%T) = %q, want %q", value, got, want)
		}
	}
}

type panickingError struct{}

func (panickingError) Error() string { panic("again") }

func FuzzEscape(f *testing.F) {
	f.Add("a\nb\r\x00\x7f\x1b[0m é")
	f.Fuzz(func(t *testing.T, text string) {
		for _, c := range appendEscaped(nil, text) {
			if c < ' ' || c == 0x7f {
				t.Fatalf("%q kept byte %#x", text, c)
			}
		}
	})
}
