package bundle

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/sluiceproxy/sluice/sdk/internal/abi"
	"github.com/sluiceproxy/sluice/sdk/internal/dispatch"
	"github.com/sluiceproxy/sluice/sdk/log"
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
)

// fake is a gateway with one filter. Calls that it doesn't have panic.
type fake struct {
	abi.Host
	config, vmConfig, rootID string
	logs                     []string
	period                   uint32
	periods                  int
	now                      uint64
	shared                   map[string]string
	queues                   []string
	body                     string
	replies, dones, tokens   int
	continued                []abi.StreamType
	effective                uint32
	injected                 string
}

func (f *fake) Log(_ abi.LogLevel, msg string) abi.Status {
	f.logs = append(f.logs, msg)
	return abi.StatusOK
}
func (f *fake) GetLogLevel() (abi.LogLevel, abi.Status)  { return abi.LogTrace, abi.StatusOK }
func (f *fake) GetCurrentTime() (uint64, abi.Status)     { return f.now, abi.StatusOK }
func (f *fake) SetEffectiveContext(id uint32) abi.Status { f.effective = id; return abi.StatusOK }
func (f *fake) SetTickPeriod(ms uint32) abi.Status       { f.period = ms; f.periods++; return abi.StatusOK }
func (f *fake) Done() abi.Status                         { f.dones++; return abi.StatusOK }
func (f *fake) CloseStream(abi.StreamType) abi.Status    { return abi.StatusOK }
func (f *fake) ContinueStream(s abi.StreamType) abi.Status {
	f.continued = append(f.continued, s)
	return abi.StatusOK
}

func (f *fake) GetProperty(path []string) ([]byte, abi.Status) {
	if slices.Equal(path, []string{"plugin_root_id"}) {
		return []byte(f.rootID), abi.StatusOK
	}
	return []byte("of the host: " + strings.Join(path, ".")), abi.StatusOK
}

func (f *fake) GetBufferBytes(b abi.BufferType, start, size int32) ([]byte, abi.Status) {
	data := map[abi.BufferType]string{abi.BufferPluginConfig: f.config, abi.BufferVMConfig: f.vmConfig, abi.BufferRequestBody: f.body}[b]
	return part([]byte(data), start, size), abi.StatusOK
}

func (f *fake) SetBufferBytes(b abi.BufferType, start, size int32, data []byte) abi.Status {
	from, to, ok := replaced(start, size, len(f.body))
	if b != abi.BufferRequestBody || !ok || to != len(f.body) && from != 0 {
		return abi.StatusBadArgument
	}
	f.body = f.body[:from] + string(data) + f.body[to:]
	return abi.StatusOK
}

func (f *fake) DefineMetric(abi.MetricType, string) (uint32, abi.Status) { return 1, abi.StatusOK }
func (f *fake) IncrementMetric(uint32, int64) abi.Status                 { return abi.StatusOK }

func (f *fake) GetHeaderMapValue(abi.MapType, string) ([]byte, abi.Status) {
	return []byte("value"), abi.StatusOK
}

func (f *fake) RemoveHeaderMapValue(abi.MapType, string) abi.Status { return abi.StatusOK }

func (f *fake) SendLocalResponse(uint32, string, []byte, [][2]string, int32) abi.Status {
	f.replies++
	return abi.StatusOK
}

func (f *fake) HTTPCall(string, [][2]string, []byte, [][2]string, uint32) (uint32, abi.Status) {
	f.tokens++
	return uint32(f.tokens), abi.StatusOK
}

func (f *fake) GetSharedData(key string) ([]byte, uint32, abi.Status) {
	if v, ok := f.shared[key]; ok {
		return []byte(v), 1, abi.StatusOK
	}
	return nil, 0, abi.StatusNotFound
}

func (f *fake) SetSharedData(key string, value []byte, _ uint32) abi.Status {
	f.shared[key] = string(value)
	return abi.StatusOK
}

func (f *fake) RegisterSharedQueue(name string) (uint32, abi.Status) {
	f.queues = append(f.queues, name)
	return uint32(len(f.queues)), abi.StatusOK
}

func (f *fake) ResolveSharedQueue(_, name string) (uint32, abi.Status) {
	if i := slices.Index(f.queues, name); i >= 0 {
		return uint32(i + 1), abi.StatusOK
	}
	return 0, abi.StatusNotFound
}

func (f *fake) InjectEncodedData(data []byte, _ bool) abi.Status {
	f.injected += string(data)
	return abi.StatusOK
}

// act is what a test's plugin does; the functions that are nil do nothing.
type act struct {
	vmStart  func(config string) bool
	start    func(config string)
	refuses  bool
	tick     func()
	queue    func(id uint32)
	late     bool // OnPluginDone returns false
	headers  func() types.Action
	body     func(size int, end bool) types.Action
	response func() types.Action
	done     func()
}

// begin makes a module of plugins on a new gateway.
func begin(t testing.TB, plugins map[string]*act, order ...string) *fake {
	t.Helper()
	f := &fake{shared: map[string]string{}}
	host, hook, guestBefore, vm := abi.SetHost(f), abi.SetHook(nil), abi.SetGuest(nil), dispatch.Current()
	registered, logs := dispatch.Register(dispatch.Registration{}), log.Swap(log.State{})
	module = guest{}
	for _, name := range order {
		if a := plugins[name]; a != nil {
			Begin(name)
			proxywasm.SetVMContext(&testVM{act: a})
			log.SetPluginLog(log.New(name+"-log", nil))
			End()
		}
	}
	Start(order...)
	t.Cleanup(func() {
		module = guest{}
		abi.SetHost(host)
		abi.SetHook(hook)
		abi.SetGuest(guestBefore)
		dispatch.SetCurrent(vm)
		dispatch.Register(registered)
		log.Swap(logs)
	})
	return f
}

// configure starts filter 1.
func (f *fake) configure(config string) bool {
	f.config = config
	module.OnVMStart(1, int32(len(f.vmConfig)))
	module.OnContextCreate(1, 0)
	return module.OnConfigure(1, int32(len(config)))
}

func (f *fake) logged(t *testing.T, want string) {
	t.Helper()
	if !strings.Contains(strings.Join(f.logs, "\n"), want) {
		t.Errorf("no %q in the log:\n%s", want, strings.Join(f.logs, "\n"))
	}
}

type testVM struct {
	types.DefaultVMContext
	act *act
}

func (v *testVM) OnVMStart(int) types.OnVMStartStatus {
	config, _ := proxywasm.GetVMConfiguration()
	return types.OnVMStartStatus(v.act.vmStart == nil || v.act.vmStart(string(config)))
}

func (v *testVM) NewPluginContext(uint32) types.PluginContext { return &testPlugin{act: v.act} }

type testPlugin struct {
	types.DefaultPluginContext
	act *act
}

func (p *testPlugin) OnPluginStart(size int) types.OnPluginStartStatus {
	config, _ := proxywasm.GetPluginConfiguration()
	if size != len(config) {
		panic(fmt.Sprintf("told of %d bytes, got %q", size, config))
	}
	if p.act.start != nil {
		p.act.start(string(config))
	}
	return types.OnPluginStartStatus(!p.act.refuses)
}

func (p *testPlugin) OnTick()                { call(p.act.tick) }
func (p *testPlugin) OnPluginDone() bool     { return !p.act.late }
func (p *testPlugin) OnQueueReady(id uint32) { p.act.queue(id) }

func (p *testPlugin) NewHttpContext(uint32) types.HttpContext { return &testStream{act: p.act} }

type testStream struct {
	types.DefaultHttpContext
	act *act
}

func call(f func()) {
	if f != nil {
		f()
	}
}

func (s *testStream) OnHttpRequestHeaders(int, bool) types.Action {
	if s.act.headers != nil {
		return s.act.headers()
	}
	return types.ActionContinue
}

func (s *testStream) OnHttpRequestBody(size int, end bool) types.Action {
	if s.act.body != nil {
		return s.act.body(size, end)
	}
	return types.ActionContinue
}

func (s *testStream) OnHttpResponseHeaders(int, bool) types.Action {
	if s.act.response != nil {
		return s.act.response()
	}
	return types.ActionContinue
}

func (s *testStream) OnHttpStreamDone() { call(s.act.done) }
