package wrapper

import (
	"strings"
	"testing"

	"github.com/sluiceproxy/sluice/sdk/internal/abi"
	"github.com/sluiceproxy/sluice/sdk/internal/dispatch"
)

// fake is a host that counts calls and does next to nothing, for what the
// emulator doesn't show: the action that the host is told, the number of calls
// into the host, and allocations.
type fake struct {
	abi.Host // what is not implemented panics
	t        testing.TB
	vm       *dispatch.VM
	calls    map[string]int
	counting bool
	headers  [][2]string
	config   []byte
	body     []byte
	failBody bool
	token    uint32
	next     uint32
}

// startFake starts a plugin on a fake host. pluginID is 1.
func startFake(t testing.TB, config string, options ...CtxOption[settings]) *fake {
	t.Helper()
	restore(t)
	f := &fake{t: t, vm: dispatch.NewVM(), calls: map[string]int{}, headers: get, config: []byte(config), next: 2}
	host, vm := abi.SetHost(f), dispatch.SetCurrent(f.vm)
	t.Cleanup(func() { abi.SetHost(host); dispatch.SetCurrent(vm) })
	SetCtx("test", append([]CtxOption[settings]{ParseConfig(parseSettings)}, options...)...)
	f.vm.OnContextCreate(1, 0)
	if !f.vm.OnVMStart(0, 0) || !f.vm.OnConfigure(1, int32(len(f.config))) {
		t.Fatal("the plugin refused to start")
	}
	f.counting = true
	return f
}

// GetCurrentTime implements abi.Host: there is no time.
func (f *fake) GetCurrentTime() (uint64, abi.Status) { return 0, abi.StatusNotFound }

// stream begins a stream and returns its id.
func (f *fake) stream() uint32 {
	id := f.next
	f.next++
	f.vm.OnContextCreate(id, 1)
	return id
}

func (f *fake) end(id uint32) {
	f.vm.OnLog(id)
	f.vm.OnDone(id)
	f.vm.OnDelete(id)
}

// total returns the number of calls into the host, and forgets them.
func (f *fake) total() (n int) {
	for _, c := range f.calls {
		n += c
	}
	clear(f.calls)
	return n
}

func (f *fake) count(name ...string) {
	if f.counting {
		f.calls[strings.Join(name, " ")]++
	}
}

func (f *fake) DefineMetric(abi.MetricType, string) (uint32, abi.Status) { return 0, abi.StatusOK }
func (f *fake) IncrementMetric(uint32, int64) abi.Status                 { return abi.StatusOK }

func (f *fake) RemoveHeaderMapValue(abi.MapType, string) abi.Status {
	f.count("remove_header")
	return abi.StatusOK
}

func (f *fake) Log(abi.LogLevel, string) abi.Status {
	f.count("log")
	return abi.StatusOK
}

func (f *fake) GetLogLevel() (abi.LogLevel, abi.Status) {
	f.count("get_log_level")
	return abi.LogWarn, abi.StatusOK
}

func (f *fake) AddHeaderMapValue(abi.MapType, string, string) abi.Status {
	f.count("add_header")
	return abi.StatusOK
}

func (f *fake) GetHeaderMapValue(_ abi.MapType, name string) ([]byte, abi.Status) {
	f.count("get_header", name)
	if value, found := find(f.headers, name); found {
		return []byte(value), abi.StatusOK
	}
	return nil, abi.StatusNotFound
}

func (f *fake) GetHeaderMapPairs(abi.MapType) ([][2]string, abi.Status) {
	f.count("get_pairs")
	return f.headers, abi.StatusOK
}

func (f *fake) GetProperty(path []string) ([]byte, abi.Status) {
	f.count("get_property", path[len(path)-1])
	if len(path) == 2 && path[0] == "xds" {
		return []byte("route"), abi.StatusOK
	}
	return nil, abi.StatusNotFound
}

func (f *fake) SetProperty([]string, []byte) abi.Status {
	f.count("set_property")
	return abi.StatusOK
}

func (f *fake) GetBufferBytes(b abi.BufferType, _, size int32) ([]byte, abi.Status) {
	f.count("get_buffer")
	if b == abi.BufferPluginConfig {
		return f.config, abi.StatusOK
	}
	if f.failBody {
		return nil, abi.StatusBadArgument
	}
	return f.body[:min(int(size), len(f.body))], abi.StatusOK
}

func (f *fake) SetBufferBytes(abi.BufferType, int32, int32, []byte) abi.Status {
	f.count("set_buffer")
	if f.failBody {
		return abi.StatusBadArgument
	}
	return abi.StatusOK
}

func (f *fake) HTTPCall(string, [][2]string, []byte, [][2]string, uint32) (uint32, abi.Status) {
	f.count("http_call")
	f.token++
	return f.token, abi.StatusOK
}

func (f *fake) SendLocalResponse(status uint32, _ string, _ []byte, _ [][2]string, _ int32) abi.Status {
	f.count("local_response")
	return abi.StatusOK
}

func (f *fake) ContinueStream(abi.StreamType) abi.Status {
	f.count("continue_stream")
	return abi.StatusOK
}

func (f *fake) SetTickPeriod(uint32) abi.Status { return abi.StatusOK }

func (f *fake) SetEffectiveContext(uint32) abi.Status { return abi.StatusOK }
