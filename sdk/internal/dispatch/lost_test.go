package dispatch

import (
	"testing"

	"github.com/sluiceproxy/sluice/sdk/internal/abi"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
)

// A stream that is held back with nothing that could resume it is answered at
// once, in every phase; all others are left alone.
func TestLostStreams(t *testing.T) {
	const stop, all, drop = types.ActionPause, types.HeaderStopAllIterationAndWatermark, types.DataStopIterationNoBuffer
	headers := func(v *VM) { v.OnRequestHeaders(2, 0, false) }
	last := func(v *VM) { v.OnRequestBody(2, 1, true) }
	answer := func(v *VM) { v.OnHTTPCallResponse(1, 5, 0, 0, 0) }
	calls := func(f func()) func(v *VM) {
		return func(v *VM) { v.AddHTTPCall(5, func(int, int, int) { f() }) }
	}
	nothing := func() {}
	for name, c := range map[string]struct {
		action types.Action
		inside func(v *VM) // what the callback does; nil for nothing
		run    func(v *VM)
		lost   bool
	}{
		"headers pass":                    {0, nil, headers, false},
		"headers wait for the body":       {stop, nil, headers, false},
		"headers wait for no body":        {stop, nil, func(v *VM) { v.OnRequestHeaders(2, 0, true) }, true},
		"all waits":                       {all, nil, headers, true},
		"data waits for more":             {stop, nil, func(v *VM) { v.OnRequestBody(2, 1, false) }, false},
		"data waits":                      {stop, nil, last, true},
		"data was dropped":                {drop, nil, last, true},
		"data was dropped, more comes":    {drop, nil, func(v *VM) { v.OnRequestBody(2, 1, false) }, false},
		"the end was injected":            {drop, func(v *VM) { v.NoteEnd() }, func(v *VM) { v.OnResponseBody(2, 1, true) }, false},
		"trailers wait":                   {stop, nil, func(v *VM) { v.OnRequestTrailers(2, 1) }, true},
		"response headers wait":           {all, nil, func(v *VM) { v.OnResponseHeaders(2, 1, false) }, true},
		"response data waits":             {stop, nil, func(v *VM) { v.OnResponseBody(2, 1, true) }, true},
		"response trailers wait":          {stop, nil, func(v *VM) { v.OnResponseTrailers(2, 1) }, true},
		"resumed in the callback":         {all, func(v *VM) { v.Resume(abi.StreamRequest) }, headers, false},
		"status 2 goes on":                {types.HeaderContinueAndEndStream, nil, headers, false},
		"the other direction resumed":     {all, func(v *VM) { v.NoteResume(abi.StreamResponse) }, headers, true},
		"replied":                         {all, func(v *VM) { v.NoteReply() }, headers, false},
		"waits for a call":                {all, calls(nothing), headers, false},
		"its answer leads nowhere":        {all, calls(nothing), func(v *VM) { headers(v); answer(v) }, true},
		"its answer resumes":              {all, calls(func() { current.NoteResume(abi.StreamRequest) }), func(v *VM) { headers(v); answer(v) }, false},
		"its answer replies":              {all, calls(func() { current.NoteReply() }), func(v *VM) { headers(v); answer(v) }, false},
		"its answer calls again":          {all, calls(func() { current.AddHTTPCall(6, func(int, int, int) {}) }), func(v *VM) { headers(v); answer(v) }, false},
		"resumed elsewhere":               {all, func(v *VM) { v.ResumedElsewhere() }, headers, false},
		"a plugin that crosses contexts":  {all, func(v *VM) { v.Crosses() }, headers, false},
		"plain actions":                   {all, func(v *VM) { v.PlainActions(true) }, headers, false},
		"another stream's call is no way": {all, func(v *VM) { v.active = 1; v.AddHTTPCall(5, func(int, int, int) {}) }, headers, true},
		"attached and busy":               {all, func(v *VM) { v.Attach(2, &job{busy: true}) }, headers, false},
		"attached and idle":               {all, func(v *VM) { v.Attach(2, &job{}) }, headers, true},
	} {
		t.Run(name, func(t *testing.T) {
			var v *VM
			v, h := withStream(t, func(string) types.Action {
				if c.inside != nil {
					c.inside(v)
				}
				return c.action
			})
			c.run(v)
			if c.lost {
				h.oneLine(t, "a stream would hang after", "no call under way")
				if len(h.replies) != 1 || h.replies[0] != detailNeverResumed || h.metrics["sluice_streams_never_resumed"] != 1 {
					t.Errorf("replies %q, metrics %v", h.replies, h.metrics)
				}
			} else if len(h.replies)+len(h.logs)+len(h.continued) > 0 {
				t.Errorf("replies %q, logged %q, resumed %v", h.replies, h.logs, h.continued)
			}
		})
	}
}

// job is an attachment that may have something under way.
type job struct{ busy bool }

func (*job) End()         {}
func (*job) Tick()        {}
func (j *job) Busy() bool { return j.busy }

// The policy for panics holds for lost streams, too.
func TestLostStreamsFailOpen(t *testing.T) {
	v, _ := withStream(t, func(string) types.Action { return types.HeaderStopAllIterationAndWatermark })
	var asked Panic
	SetPolicy(func(p Panic) Verdict { asked = p; return FailOpen })
	if got := v.OnRequestHeaders(2, 0, false); got != 0 {
		t.Errorf("action %d", got)
	}
	if asked.Value != errNeverResumed || asked.Phase != PhaseRequestHeaders || asked.ContextID != 2 || asked.PluginID != 1 {
		t.Errorf("the policy was asked about %+v", asked)
	}
	v, h := withStream(t, func(string) types.Action {
		current.AddHTTPCall(5, func(int, int, int) {})
		return types.HeaderStopAllIterationAndWatermark
	})
	SetPolicy(func(Panic) Verdict { return FailOpen })
	v.OnRequestHeaders(2, 0, false)
	v.OnHTTPCallResponse(1, 5, 0, 0, 0)
	if len(h.continued) != 1 || len(h.replies) != 0 {
		t.Errorf("resumed %v, replies %q", h.continued, h.replies)
	}
	h.oneLine(t, "it goes on, as the plugin's policy says")
}

// What comes after the answer to a lost stream doesn't reach the plugin.
func TestLostStreamIsOver(t *testing.T) {
	ran := 0
	v, h := withStream(t, func(string) types.Action { ran++; return types.HeaderStopAllIterationAndWatermark })
	v.OnRequestHeaders(2, 0, false)
	v.OnResponseHeaders(2, 0, true)
	if ran != 1 || len(h.replies) != 1 {
		t.Errorf("%d callbacks ran, replies %q", ran, h.replies)
	}
}

func TestResumedElsewhereNeedsAStream(t *testing.T) {
	v, _ := withStream(t, func(string) types.Action { return 0 })
	v.enter(1)
	if v.ResumedElsewhere() {
		t.Error("a plugin context is no stream")
	}
}

func TestMetricsAreDefinedOnce(t *testing.T) {
	v, h := withStream(t, func(string) types.Action { return 0 })
	a, _ := v.DefineMetric(abi.MetricCounter, "a")
	again, _ := v.DefineMetric(abi.MetricCounter, "a")
	gauge, _ := v.DefineMetric(abi.MetricGauge, "a")
	if a != again || a == gauge || h.defined != 2 {
		t.Errorf("numbers %d, %d and %d, %d definitions", a, again, gauge, h.defined)
	}
	h.refuseMetrics = true
	for range 2 {
		if _, st := v.DefineMetric(abi.MetricCounter, "b"); st == abi.StatusOK {
			t.Error("a refusal was not told")
		}
	}
	if h.defined != 4 {
		t.Errorf("%d definitions: a refusal must not be kept", h.defined)
	}
}
