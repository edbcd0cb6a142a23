package emulator_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/sluiceproxy/sluice/sdk/compat/emulator"
	"github.com/sluiceproxy/sluice/sdk/compat/emulator/wasmabi"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
)

// module is a plugin as Wasm, of functions of the test's.
type module struct {
	types.DefaultVMContext
	exports map[string]func(env map[string]wasmabi.Function, args []uint64) (uint64, error)
	env     map[string]wasmabi.Function
	broken  error
	closed  int
}

func (m *module) Instantiate(functions []wasmabi.Function) (wasmabi.Instance, error) {
	m.env = map[string]wasmabi.Function{}
	for _, f := range functions {
		m.env[f.Name] = f
	}
	return m, m.broken
}

func (m *module) Exports(name string) bool { return m.exports[name] != nil }
func (m *module) Call(name string, args ...uint64) (uint64, error) {
	return m.exports[name](m.env, args)
}
func (m *module) Read(_, size uint32) ([]byte, bool) { return []byte("text")[:size], true }
func (m *module) Write(uint32, []byte) bool          { return true }
func (m *module) Close() error {
	m.closed++
	return errors.New("can't be closed")
}

func TestModule(t *testing.T) {
	m := &module{exports: map[string]func(map[string]wasmabi.Function, []uint64) (uint64, error){}}
	m.exports["proxy_on_request_headers"] = func(env map[string]wasmabi.Function, _ []uint64) (uint64, error) {
		env["proxy_set_effective_context"].Call(m, []uint64{3})
		env["proxy_replace_header_map_value"].Call(m, []uint64{0, 0, 1, 0, 4})
		return 4, nil
	}
	h, reset := emulator.NewHostEmulator(emulator.NewEmulatorOption().WithVMContext(m))
	first, second := h.InitializeHttpContext(), h.InitializeHttpContext()
	if a := h.CallOnRequestHeaders(first, nil, true); a != types.HeaderStopAllIterationAndWatermark {
		t.Errorf("action is %d", a)
	}
	if got := h.GetCurrentRequestHeaders(second); len(got) != 1 || got[0] != [2]string{"t", "text"} || len(h.GetCurrentRequestHeaders(first)) != 0 {
		t.Errorf("headers are %q; those of the context that is in effect change", got)
	}
	reset()
	reset()
	if logs := h.GetCriticalLogs(); m.closed != 1 || len(logs) != 1 || !strings.Contains(logs[0], "can't be closed") {
		t.Errorf("closed %d times, logs %q", m.closed, logs)
	}
}

func TestModuleThatIsBroken(t *testing.T) {
	h, reset := emulator.NewHostEmulator(emulator.NewEmulatorOption().WithVMContext(&module{broken: errors.New("no such import")}))
	defer reset()
	if h.StartPlugin() || h.CallOnRequestHeaders(h.InitializeHttpContext(), nil, true) != types.ActionPause {
		t.Error("it runs")
	}
	if logs := h.GetCriticalLogs(); len(logs) != 1 || logs[0] != "the module failed: no such import" {
		t.Errorf("logs are %q", logs)
	}
}

// The last one that is given counts.
func TestModuleOrNot(t *testing.T) {
	m := &module{broken: errors.New("was started")}
	h, reset := emulator.NewHostEmulator(emulator.NewEmulatorOption().WithVMContext(m).WithVMContext(&types.DefaultVMContext{}))
	defer reset()
	if logs := h.GetCriticalLogs(); len(logs) > 0 {
		t.Errorf("logs are %q", logs)
	}
}
