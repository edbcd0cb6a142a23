package dispatch

import (
	"slices"
	"testing"

	"github.com/sluiceproxy/sluice/sdk/internal/abi"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
)

func TestStreamLife(t *testing.T) {
	var phases []string
	v, h := withStream(t, func(phase string) types.Action {
		phases = append(phases, phase)
		return types.ActionContinue
	})
	v.OnRequestHeaders(2, 0, false)
	v.OnResponseHeaders(2, 0, true)
	v.OnLog(2)
	if !v.OnDone(2) {
		t.Error("a stream held up its end")
	}
	v.OnDelete(2)
	v.OnDelete(2)
	want := []string{"request_headers", "response_headers", "stream_done"}
	if !slices.Equal(phases, want) {
		t.Errorf("phases %q, want %q", phases, want)
	}
	if v.streams.count != 0 || len(h.logs) != 0 {
		t.Errorf("%d streams left, logs %q", v.streams.count, h.logs)
	}
}

// A host that gives out the VM's own id does no harm.
func TestContextZero(t *testing.T) {
	v, _ := withStream(t, func(string) types.Action { return types.ActionContinue })
	v.OnContextCreate(0, 1)
	for id := uint32(3); id < 100; id++ {
		v.OnContextCreate(id, 1)
	}
	v.OnDelete(0)
	if v.streams.count != 98 {
		t.Errorf("%d streams", v.streams.count)
	}
}

func TestDoneWithoutLog(t *testing.T) {
	var phases []string
	v, _ := withStream(t, func(phase string) types.Action { phases = append(phases, phase); return 0 })
	v.OnDone(2)
	v.OnDelete(2)
	if !slices.Equal(phases, []string{"stream_done"}) {
		t.Errorf("phases %q", phases)
	}
}

func TestCountsOfTheHostAreSafe(t *testing.T) {
	for in, want := range map[int32]int{-1: 0, -1 << 31: 0, 0: 0, 7: 7, 1<<31 - 1: 1<<31 - 1} {
		if got := count(in); got != want {
			t.Errorf("count(%d) = %d, want %d", in, got, want)
		}
	}
}

func TestUnknownContextsFailClosed(t *testing.T) {
	v, h := start(t, &fakePlugin{})
	for phase, callback := range callbacks {
		if got := callback(v, 99); got != 1 {
			t.Errorf("%s of an unknown stream returned %d", phase, got)
		}
	}
	if len(h.replies) != len(callbacks) {
		t.Errorf("replies %q", h.replies)
	}
	v.OnTick(99)
	v.OnQueueReady(99, 1)
	v.OnForeignFunction(99, 1, 1)
	v.OnLog(99)
	v.OnDelete(99)
	v.OnHTTPCallResponse(99, 1, 0, 0, 0)
	v.OnRedisCallResponse(99, 1, 0, 0)
	v.OnDownstreamClose(99, 1)
	if v.OnConfigure(99, 0) {
		t.Error("an unknown plugin was configured")
	}
	if v.OnNewConnection(99) != 1 || v.OnDownstreamData(99, 0, true) != 1 || v.OnUpstreamData(99, 0, true) != 1 {
		t.Error("an unknown connection passed")
	}
}

func TestNothingRegistered(t *testing.T) {
	v, h := start(t, &fakePlugin{})
	registered.vm = nil
	if v.OnVMStart(0, 0) {
		t.Error("a module without a plugin started")
	}
	h.oneLine(t, "SetVMContext")
	v.OnContextCreate(7, 0)
	if v.OnConfigure(7, 0) {
		t.Error("a plugin that isn't there was configured")
	}
}

func TestPluginWithoutStreamContexts(t *testing.T) {
	v, h := start(t, &fakePlugin{})
	v.OnContextCreate(2, 1)
	h.oneLine(t, "NewHttpContext")
	if v.OnRequestHeaders(2, 0, true) != 1 || len(h.replies) != 1 {
		t.Errorf("replies %q", h.replies)
	}
}

func TestPluginsEnd(t *testing.T) {
	p := &fakePlugin{done: false}
	v, _ := start(t, p)
	if v.OnDone(1) {
		t.Error("OnPluginDone's false was lost")
	}
	p.done = true
	if !v.OnDone(1) {
		t.Error("OnPluginDone's true was lost")
	}
	v.AddHTTPCall(1, func(int, int, int) { t.Error("an answer came after the plugin had gone") })
	v.SetActive(1)
	v.AddHTTPCall(2, func(int, int, int) { t.Error("an answer came after the plugin had gone") })
	v.OnDelete(1)
	v.OnHTTPCallResponse(1, 2, 0, 0, 0)
	if !v.OnDone(1) {
		t.Error("a plugin that is gone held up its end")
	}
}

func TestStreamIDsUsedAgain(t *testing.T) {
	made := 0
	v, _ := start(t, &fakePlugin{http: func(uint32) types.HttpContext {
		made++
		return &fakeStream{func(string) types.Action { return 0 }}
	}})
	v.OnContextCreate(2, 1)
	v.AddHTTPCall(5, func(int, int, int) { t.Error("the answer went to another stream") })
	v.OnContextCreate(2, 1)
	v.OnHTTPCallResponse(1, 5, 0, 0, 0)
	if made != 2 || v.streams.count != 1 {
		t.Errorf("%d contexts, %d streams", made, v.streams.count)
	}
}

func TestTCP(t *testing.T) {
	var got []string
	v, h := start(t, &fakePlugin{tcp: func(uint32) types.TcpContext { return &fakeConn{&got} }})
	v.OnContextCreate(2, 1)
	v.OnNewConnection(2)
	v.OnUpstreamData(2, 5, true)
	if v.OnDownstreamData(2, 3, false) != 1 || len(h.closed) != 2 {
		t.Errorf("a panic left the connection open: %v", h.closed)
	}
	v.OnDownstreamData(2, 3, false)
	v.OnLog(2)
	v.OnDelete(2)
	if want := []string{"new", "up", "down", "done"}; !slices.Equal(got, want) {
		t.Errorf("callbacks %q, want %q", got, want)
	}
}

type fakeConn struct{ got *[]string }

func (c *fakeConn) note(s string)                         { *c.got = append(*c.got, s) }
func (c *fakeConn) OnNewConnection() types.Action         { c.note("new"); return 0 }
func (c *fakeConn) OnUpstreamData(int, bool) types.Action { c.note("up"); return 0 }
func (c *fakeConn) OnDownstreamClose(types.PeerType)      { c.note("down closed") }
func (c *fakeConn) OnUpstreamClose(types.PeerType)        { c.note("up closed") }
func (c *fakeConn) OnStreamDone()                         { c.note("done") }
func (c *fakeConn) OnDownstreamData(int, bool) types.Action {
	c.note("down")
	panic("x")
}

func TestRequestsDoNotAllocate(t *testing.T) {
	s := &fakeStream{func(string) types.Action { return 0 }}
	v, _ := start(t, &fakePlugin{http: func(uint32) types.HttpContext { return s }})
	id := uint32(2)
	n := testing.AllocsPerRun(1000, func() {
		v.OnContextCreate(id, 1)
		v.OnRequestHeaders(id, 10, false)
		v.OnRequestBody(id, 10, true)
		v.OnResponseHeaders(id, 10, true)
		v.OnLog(id)
		v.OnDone(id)
		v.OnDelete(id)
		id++
	})
	if n > 0.1 {
		t.Errorf("%v allocations a request", n)
	}
}

func TestLogLevelIsAskedOncePerCallback(t *testing.T) {
	h := &levelHost{}
	v, _ := withStream(t, func(string) types.Action { return 0 })
	abi.SetHost(h)
	for range 3 {
		v.OnRequestBody(2, 1, false)
		for range 5 {
			if level, st := v.LogLevel(); level != abi.LogWarn || st != abi.StatusOK {
				t.Fatalf("level %v, status %v", level, st)
			}
		}
	}
	if h.asked != 3 {
		t.Errorf("the host was asked %d times in 3 callbacks", h.asked)
	}
}

type levelHost struct {
	abi.Host
	asked int
}

func (h *levelHost) GetLogLevel() (abi.LogLevel, abi.Status) {
	h.asked++
	return abi.LogWarn, abi.StatusOK
}

func TestContextsByID(t *testing.T) {
	v, _ := withStream(t, pause)
	if v.PluginContext(1) == nil || v.PluginContext(2) != nil || v.HTTPContext(2) == nil || v.HTTPContext(1) != nil {
		t.Error("a context is found under another's id, or not under its own")
	}
}
