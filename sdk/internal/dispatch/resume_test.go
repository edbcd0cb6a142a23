package dispatch

import (
	"testing"

	"github.com/sluiceproxy/sluice/sdk/internal/abi"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
)

// The host is told to go on only where it holds something back.
func TestResume(t *testing.T) {
	const req, res = abi.StreamRequest, abi.StreamResponse
	held := func(v *VM) { v.OnRequestHeaders(2, 0, false) }
	for name, c := range map[string]struct {
		before func(v *VM)
		dir    abi.StreamType
		tell   bool
		logs   int
	}{
		"held back":           {held, req, true, 0},
		"the other direction": {held, res, false, 1},
		"nothing yet":         {func(*VM) {}, req, false, 1},
		"answered":            {func(v *VM) { held(v); v.NoteReply() }, req, false, 0},
		"over":                {func(v *VM) { held(v); v.OnLog(2) }, req, false, 0},
		"a plugin context":    {func(v *VM) { v.enter(1) }, req, true, 0},
		"TCP":                 {func(*VM) {}, abi.StreamDownstream, true, 0},
		"plain":               {func(v *VM) { v.PlainActions(true) }, req, true, 0},
	} {
		v, h := withStream(t, pause)
		v.enter(2)
		c.before(v)
		if got := v.Resume(c.dir); got != c.tell {
			t.Errorf("%s: the host is told %v", name, got)
		}
		if v.Resume(c.dir); len(h.logs) != c.logs {
			t.Errorf("%s: logged %q, want %d lines", name, h.logs, c.logs)
		}
	}
}

// A callback that resumes its own direction goes on, whatever it returns.
func TestResumeInsideTheCallback(t *testing.T) {
	for phase, callback := range callbacks {
		var v *VM
		v, h := withStream(t, func(p string) types.Action {
			dir := abi.StreamRequest
			if p == "response_headers" || p == "response_body" || p == "response_trailers" {
				dir = abi.StreamResponse
			}
			if v.Resume(dir) {
				t.Errorf("%s: the host is told inside the callback", p)
			}
			return types.HeaderStopAllIterationAndWatermark
		})
		if got := callback(v, 2); got != 0 || len(h.logs)+len(h.replies) != 0 {
			t.Errorf("%s: action %d, logged %q, replies %q", phase, got, h.logs, h.replies)
		}
	}
}
