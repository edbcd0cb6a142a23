package filter

import (
	"context"

	"github.com/sluiceproxy/sluice/sdk/internal/abi"
	"github.com/sluiceproxy/sluice/sdk/internal/coroutine"
	"github.com/sluiceproxy/sluice/sdk/internal/dispatch"
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
)

// runner shows an event to the filters and returns what the host is told.
type runner func(s *side, e event) types.Action

// runWaiting is the runner of bundles whose methods may wait.
func runWaiting(s *side, e event) types.Action {
	j := &job{side: s, event: e}
	x := s.x
	outcome, action := coroutine.Stream(x.id).Run(phases[s.d][e.method], j)
	switch outcome {
	case coroutine.Parked:
		s.held = true
		return s.hold(e)
	case coroutine.Failed:
		return action
	}
	return s.result(e)
}

// hold is what the host is told while a method waits.
func (s *side) hold(e event) types.Action {
	if e.method != onHeaders {
		return types.DataStopIterationAndBuffer
	}
	if e.end || !s.x.bundle.methods.has[s.d][onMessage] && !s.x.bundle.methods.has[s.d][onData] {
		return types.HeaderStopAllIterationAndWatermark
	}
	// A filter behind may want the whole message, which a host that stops all
	// never shows any more.
	return types.HeaderStopIteration
}

// job shows one event, and then those that have come while it waited. It is a
// coroutine.Job.
type job struct {
	side  *side
	event event
}

// Run implements coroutine.Job.
func (j *job) Run(ctx context.Context) {
	s := j.side
	s.busy = true
	returned := false
	defer func() {
		s.busy = false
		s.over = s.over || !returned // what comes after a panic passes, if anything does
	}()
	s.process(ctx, j.event)
	for s.flags != (lateFlags{}) && !s.over {
		came := s.flags
		s.flags = lateFlags{}
		s.catchUp(ctx, came)
	}
	returned = true
}

// catchUp shows what has come while a method waited; the host has it all in its
// buffer, behind what the filters have seen.
func (s *side) catchUp(ctx context.Context, came lateFlags) {
	if s.waiting != nobody {
		if came.end {
			s.showMessage(ctx, came.trailers)
		}
		return
	}
	if came.data && s.x.bundle.methods.has[s.d][onData] {
		s.held = true
		s.showPart(ctx, Data{kind: bodyOf(s.d), start: s.passed, size: everything}, came.end && !came.trailers)
	}
	if came.trailers && !s.over {
		s.showTrailers(ctx, s.behind, len(s.x.slots))
	}
}

// Late implements coroutine.Job: the host has long been told to hold the stream
// back.
func (j *job) Late() {
	s := j.side
	if s.over || dispatch.Current().Settled(s.x.id, abi.StreamType(s.d)) || s.waiting != nobody {
		return
	}
	if !s.release(j.event) {
		return
	}
	resume := proxywasm.ResumeHttpRequest
	if s.d == response {
		resume = proxywasm.ResumeHttpResponse
	}
	if err := resume(); err != nil {
		s.x.bundle.logs[s.x.running].Error("a stream can't be resumed: " + err.Error())
	}
}
