package dispatch

import (
	"strings"
	"testing"

	"github.com/sluiceproxy/sluice/sdk/internal/abi"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
)

// fakeHost notes what the dispatcher asks of the host. Calls that the
// dispatcher doesn't make are left to the nil interface, which panics.
type fakeHost struct {
	abi.Host
	logs        []string
	replies     []string
	closed      []abi.StreamType
	continued   []abi.StreamType
	effective   []uint32
	replyStatus abi.Status

	metrics       map[string]int64
	names         []string
	defined       int
	refuseMetrics bool
}

func (h *fakeHost) DefineMetric(_ abi.MetricType, name string) (uint32, abi.Status) {
	if h.defined++; h.refuseMetrics {
		return 0, abi.StatusInternalFailure
	}
	h.names = append(h.names, name)
	return uint32(len(h.names) - 1), abi.StatusOK
}

func (h *fakeHost) IncrementMetric(id uint32, offset int64) abi.Status {
	if h.metrics == nil {
		h.metrics = map[string]int64{}
	}
	h.metrics[h.names[id]] += offset
	return abi.StatusOK
}

func (h *fakeHost) Log(_ abi.LogLevel, msg string) abi.Status {
	h.logs = append(h.logs, msg)
	return abi.StatusOK
}

func (h *fakeHost) SendLocalResponse(status uint32, detail string, _ []byte, _ [][2]string, _ int32) abi.Status {
	h.replies = append(h.replies, detail)
	return h.replyStatus
}

func (h *fakeHost) CloseStream(s abi.StreamType) abi.Status {
	h.closed = append(h.closed, s)
	return abi.StatusOK
}

func (h *fakeHost) ContinueStream(s abi.StreamType) abi.Status {
	h.continued = append(h.continued, s)
	return abi.StatusOK
}

func (h *fakeHost) SetEffectiveContext(id uint32) abi.Status {
	h.effective = append(h.effective, id)
	return abi.StatusOK
}

// fakePlugin runs the functions that a test gives it.
type fakePlugin struct {
	types.DefaultVMContext
	types.DefaultPluginContext
	http func(id uint32) types.HttpContext
	tcp  func(id uint32) types.TcpContext
	done bool
	tick func()
}

func (p *fakePlugin) NewPluginContext(uint32) types.PluginContext { return p }
func (p *fakePlugin) OnPluginDone() bool                          { return p.done }
func (p *fakePlugin) OnTick() {
	if p.tick != nil {
		p.tick()
	}
}

func (p *fakePlugin) NewHttpContext(id uint32) types.HttpContext {
	if p.http == nil {
		return nil
	}
	return p.http(id)
}

func (p *fakePlugin) NewTcpContext(id uint32) types.TcpContext {
	if p.tcp == nil {
		return nil
	}
	return p.tcp(id)
}

// fakeStream calls f in each callback with its name.
type fakeStream struct {
	f func(phase string) types.Action
}

func (s *fakeStream) OnHttpRequestHeaders(int, bool) types.Action  { return s.f("request_headers") }
func (s *fakeStream) OnHttpRequestBody(int, bool) types.Action     { return s.f("request_body") }
func (s *fakeStream) OnHttpRequestTrailers(int) types.Action       { return s.f("request_trailers") }
func (s *fakeStream) OnHttpResponseHeaders(int, bool) types.Action { return s.f("response_headers") }
func (s *fakeStream) OnHttpResponseBody(int, bool) types.Action    { return s.f("response_body") }
func (s *fakeStream) OnHttpResponseTrailers(int) types.Action      { return s.f("response_trailers") }
func (s *fakeStream) OnHttpStreamDone()                            { s.f("stream_done") }

// start makes a VM with plugin context 1 and, for f, HTTP stream 2.
func start(t testing.TB, p *fakePlugin) (*VM, *fakeHost) {
	t.Helper()
	h := &fakeHost{}
	v := NewVM()
	host, vm, before := abi.SetHost(h), SetCurrent(v), registered
	t.Cleanup(func() {
		abi.SetHost(host)
		SetCurrent(vm)
		registered = before
	})
	registered.vm, registered.policy = p, nil
	if !v.OnVMStart(0, 0) {
		t.Fatal("the VM did not start")
	}
	v.OnContextCreate(1, 0)
	return v, h
}

func withStream(t *testing.T, f func(phase string) types.Action) (*VM, *fakeHost) {
	t.Helper()
	v, h := start(t, &fakePlugin{http: func(uint32) types.HttpContext { return &fakeStream{f} }})
	v.OnContextCreate(2, 1)
	return v, h
}

// callbacks runs each HTTP callback of a stream.
var callbacks = map[string]func(v *VM, id uint32) uint32{
	"request_headers":   func(v *VM, id uint32) uint32 { return v.OnRequestHeaders(id, 3, false) },
	"request_body":      func(v *VM, id uint32) uint32 { return v.OnRequestBody(id, 3, false) },
	"request_trailers":  func(v *VM, id uint32) uint32 { return v.OnRequestTrailers(id, 3) },
	"response_headers":  func(v *VM, id uint32) uint32 { return v.OnResponseHeaders(id, 3, false) },
	"response_body":     func(v *VM, id uint32) uint32 { return v.OnResponseBody(id, 3, false) },
	"response_trailers": func(v *VM, id uint32) uint32 { return v.OnResponseTrailers(id, 3) },
}

// oneLine fails the test unless exactly one line was logged, which has all of
// parts.
func (h *fakeHost) oneLine(t *testing.T, parts ...string) {
	t.Helper()
	if len(h.logs) != 1 || strings.ContainsAny(h.logs[0], "\n\r\t\x1b") {
		t.Fatalf("logged %q, want one line", h.logs)
	}
	for _, part := range parts {
		if !strings.Contains(h.logs[0], part) {
			t.Errorf("the log line lacks %q: %s", part, h.logs[0])
		}
	}
}
