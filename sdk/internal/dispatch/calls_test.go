package dispatch

import (
	"slices"
	"testing"

	"github.com/sluiceproxy/sluice/sdk/internal/abi"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
)

// pause holds a stream back that the test resumes by itself.
func pause(string) types.Action {
	current.ResumedElsewhere()
	return types.ActionPause
}

func TestAnswersReachTheirCaller(t *testing.T) {
	v, h := withStream(t, pause)
	var got []int
	v.OnRequestHeaders(2, 0, true)
	v.AddHTTPCall(7, func(n, size, trailers int) { got = append(got, n, size, trailers, int(v.Active())) })
	v.AddRedisCall(7, func(status, size int) { got = append(got, status, size) })
	if n, none := v.Waiting(2), v.Waiting(99); n != 2 || none != 0 {
		t.Errorf("waiting for %d answers, want 2; an unknown stream for %d", n, none)
	}
	v.OnHTTPCallResponse(1, 8, 1, 1, 1) // nobody's
	v.OnHTTPCallResponse(3, 7, 1, 1, 1) // another plugin's
	v.OnHTTPCallResponse(1, 7, 3, -5, 0)
	v.OnHTTPCallResponse(1, 7, 3, 5, 0) // a second time
	v.OnRedisCallResponse(1, 7, -1, 9)
	if want := []int{3, 0, 0, 2, -1, 9}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if want := []uint32{2, 2}; !slices.Equal(h.effective, want) {
		t.Errorf("effective contexts %v, want %v", h.effective, want)
	}
	if len(v.calls) != 0 || v.Waiting(2) != 0 {
		t.Errorf("%d calls left, %d waited for", len(v.calls), v.Waiting(2))
	}
}

func TestLateAnswersAreDropped(t *testing.T) {
	v, h := withStream(t, pause)
	v.OnRequestHeaders(2, 0, true)
	v.AddHTTPCall(7, func(int, int, int) { t.Error("a late answer ran its callback") })
	v.AddRedisCall(8, func(int, int) { t.Error("a late answer ran its callback") })
	v.OnDelete(2)
	if len(v.calls) != 0 {
		t.Errorf("%d calls kept for a stream that is gone", len(v.calls))
	}
	v.OnHTTPCallResponse(1, 7, 1, 1, 1)
	v.OnRedisCallResponse(1, 8, 0, 1)
	if len(h.logs)+len(h.effective) != 0 {
		t.Errorf("logs %q, contexts %v", h.logs, h.effective)
	}
}

func TestCallsWithoutCallback(t *testing.T) {
	v, _ := withStream(t, pause)
	v.AddHTTPCall(1, nil)
	v.AddRedisCall(1, nil)
	v.OnHTTPCallResponse(1, 1, 1, 1, 1)
	v.OnRedisCallResponse(1, 1, 0, 1)
}

func TestPanicInACallbackAnswersItsStream(t *testing.T) {
	v, h := withStream(t, pause)
	v.OnRequestHeaders(2, 0, true)
	v.AddHTTPCall(1, func(int, int, int) { panic("x") })
	v.AddRedisCall(2, func(int, int) { t.Error("ran for a stream that had failed") })
	v.OnHTTPCallResponse(1, 1, 0, 0, 0)
	v.OnRedisCallResponse(1, 2, 0, 0)
	if want := []string{"plugin_failed_in_http_call"}; !slices.Equal(h.replies, want) {
		t.Errorf("replies %q, want %q", h.replies, want)
	}
	h.oneLine(t, "panicked in http_call")
}

func TestPanicInACallbackFailsOpenByResuming(t *testing.T) {
	v, h := withStream(t, pause)
	SetPolicy(func(Panic) Verdict { return FailOpen })
	v.OnRequestHeaders(2, 0, true)
	v.AddRedisCall(1, func(int, int) { panic("x") })
	v.OnRedisCallResponse(1, 1, 0, 0)
	if want := []abi.StreamType{abi.StreamRequest}; !slices.Equal(h.continued, want) || len(h.replies) != 0 {
		t.Errorf("continued %v, want %v; replies %q", h.continued, want, h.replies)
	}
}

func TestCallsOfThePluginItself(t *testing.T) {
	ran := false
	p := &fakePlugin{}
	v, h := start(t, p)
	p.tick = func() {
		v.AddHTTPCall(1, func(int, int, int) { ran = true; panic("x") })
	}
	v.OnTick(1)
	v.OnHTTPCallResponse(1, 1, 0, 0, 0)
	if !ran || len(h.replies)+len(h.effective) != 0 {
		t.Errorf("ran %v, replies %q, contexts %v", ran, h.replies, h.effective)
	}
	h.oneLine(t, "panicked in http_call")
}

// Between a stream's last callback and its deletion nothing runs for it either.
func TestAnswersAfterTheEndAreDropped(t *testing.T) {
	v, h := withStream(t, pause)
	v.OnRequestHeaders(2, 0, true)
	v.AddHTTPCall(7, func(int, int, int) { t.Error("ran for a stream that is done") })
	v.AddRedisCall(7, func(int, int) { t.Error("ran for a stream that is done") })
	v.OnLog(2)
	v.OnHTTPCallResponse(1, 7, 1, 1, 1)
	v.OnRedisCallResponse(1, 7, 0, 1)
	if len(h.effective) != 0 || len(v.calls) != 0 {
		t.Errorf("contexts %v, %d calls kept", h.effective, len(v.calls))
	}
}

// A host that numbers calls anew, while it still owes an answer for the old
// number, takes nothing away from the call that has the number now.
func TestTokensUsedAgain(t *testing.T) {
	v, _ := withStream(t, pause)
	v.OnRequestHeaders(2, 0, true)
	v.AddHTTPCall(7, func(int, int, int) { t.Error("the answer went to the old call") })
	v.OnContextCreate(3, 1)
	v.OnRequestHeaders(3, 0, true)
	ran := 0
	v.AddHTTPCall(7, func(int, int, int) { ran++ })
	if n, m := v.Waiting(2), v.Waiting(3); n != 0 || m != 1 {
		t.Errorf("the old stream waits for %d answers, the new one for %d; want 0 and 1", n, m)
	}
	v.OnDelete(2)
	v.OnHTTPCallResponse(1, 7, 1, 1, 1)
	if ran != 1 {
		t.Errorf("the answer ran %d callbacks, want 1", ran)
	}
}
