package wasmabi

import (
	"errors"
	"fmt"
	"slices"
	"testing"
)

// TestCallbacks calls each, and compares what the module is called with.
func TestCallbacks(t *testing.T) {
	in := newInstance()
	var calls []string
	for _, name := range []string{
		"vm_start", "configure", "context_create", "tick", "queue_ready", "foreign_function", "http_call_response", "redis_call_response",
		"request_headers", "request_body", "request_trailers", "response_headers", "response_body", "response_trailers",
		"new_connection", "downstream_data", "downstream_connection_close", "upstream_data", "upstream_connection_close", "log", "done", "delete",
	} {
		in.exports["proxy_on_"+name] = func(args []uint64) (uint64, error) {
			calls = append(calls, fmt.Sprint(name, args))
			return 4, nil
		}
	}
	g := NewGuest(in, func(err error) { t.Error(err) })
	ok := g.OnVMStart(1, 2) && g.OnConfigure(1, 3) && g.OnDone(2)
	g.OnContextCreate(2, 1)
	g.OnTick(1)
	g.OnQueueReady(1, 5)
	g.OnForeignFunction(1, 6, 7)
	g.OnHTTPCallResponse(1, 8, 9, 10, 11)
	g.OnRedisCallResponse(1, 12, -1, 13)
	actions := []uint32{
		g.OnRequestHeaders(2, 1, true), g.OnRequestBody(2, 2, false), g.OnRequestTrailers(2, 3),
		g.OnResponseHeaders(2, 4, false), g.OnResponseBody(2, 5, true), g.OnResponseTrailers(2, 6),
		g.OnNewConnection(2), g.OnDownstreamData(2, 7, true), g.OnUpstreamData(2, 8, false),
	}
	g.OnDownstreamClose(2, 1)
	g.OnUpstreamClose(2, 2)
	g.OnLog(2)
	g.OnDelete(3)
	want := []string{
		"vm_start[1 2]", "configure[1 3]", "done[2]", "context_create[2 1]", "tick[1]", "queue_ready[1 5]", "foreign_function[1 6 7]",
		"http_call_response[1 8 9 10 11]", "redis_call_response[1 12 4294967295 13]",
		"request_headers[2 1 1]", "request_body[2 2 0]", "request_trailers[2 3]", "response_headers[2 4 0]", "response_body[2 5 1]", "response_trailers[2 6]",
		"new_connection[2]", "downstream_data[2 7 1]", "upstream_data[2 8 0]", "downstream_connection_close[2 1]", "upstream_connection_close[2 2]", "log[2]", "delete[3]",
	}
	if !slices.Equal(calls, want) || !ok || slices.Max(actions) != 4 || slices.Min(actions) != 4 || g.Active() != 3 {
		t.Errorf("ok %t, actions %v, active %d, calls\n%q, want\n%q", ok, actions, g.Active(), calls, want)
	}
}

// A module need not have a callback: then it continues.
func TestMissingCallbacks(t *testing.T) {
	g := NewGuest(&instance{}, func(err error) { t.Error(err) })
	if !g.OnVMStart(1, 0) || !g.OnConfigure(1, 0) || !g.OnDone(1) || g.OnRequestHeaders(2, 0, true) != 0 || g.OnNewConnection(2) != 0 {
		t.Error("a callback that isn't there is not taken for one that continues")
	}
}

// After a trap nothing runs, and nothing passes.
func TestTrap(t *testing.T) {
	in := newInstance()
	calls := 0
	in.exports["proxy_on_request_headers"] = func([]uint64) (uint64, error) {
		calls++
		return 0, errors.New("unreachable")
	}
	var traps []error
	g := NewGuest(in, func(err error) { traps = append(traps, err) })
	for range 2 {
		if a := g.OnRequestHeaders(2, 0, true); a != actionPause {
			t.Errorf("action %d after a trap", a)
		}
	}
	if g.OnConfigure(1, 0) || g.OnDone(1) || calls != 1 || len(traps) != 1 {
		t.Errorf("%d calls, traps %v", calls, traps)
	}
	if dead := NewDeadGuest(); dead.OnVMStart(1, 0) || dead.OnRequestBody(1, 1, true) != actionPause {
		t.Error("a module that could not be started starts")
	}
}
