package proxytest

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/higress-group/proxy-wasm-go-sdk/proxywasm/types"
)

// code is the plugin of testdata as a module, built once.
var code = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "proxytest")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	out := filepath.Join(dir, "main.wasm")
	cmd := exec.Command("go", "build", "-buildmode=c-shared", "-o", out, "./testdata/plugin")
	cmd.Env = append(os.Environ(), "GOOS=wasip1", "GOARCH=wasm")
	cmd.Stderr = os.Stderr
	if err := cmd.Run(); err != nil {
		return nil, err
	}
	return os.ReadFile(out)
})

// wasm returns the plugin, compiled once for all that f does with it.
func wasm(t *testing.T) WasmVMContext {
	t.Helper()
	module, err := code()
	if err != nil {
		t.Fatal(err)
	}
	vm, err := NewWasmVMContext(module)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := vm.Close(); err != nil {
			t.Error(err)
		}
	})
	return vm
}

func start(t *testing.T, vm WasmVMContext) HostEmulator {
	t.Helper()
	h, reset := NewHostEmulator(NewEmulatorOption().WithVMContext(vm))
	t.Cleanup(reset)
	if h.StartVM() != types.OnVMStartStatusOK || h.StartPlugin() != types.OnPluginStartStatusOK {
		t.Fatalf("it does not start: %q", h.GetCriticalLogs())
	}
	return h
}

func path(p string) [][2]string { return [][2]string{{":path", p}, {":authority", "a"}} }

func TestWasm(t *testing.T) {
	h := start(t, wasm(t))
	id := h.InitializeHttpContext()
	if a := h.CallOnRequestHeaders(id, path("/"), true); a != types.ActionContinue {
		t.Errorf("action is %d", a)
	}
	if headers := h.GetCurrentRequestHeaders(id); !slices.Contains(headers, [2]string{"x-seen", "yes"}) {
		t.Errorf("headers are %q", headers)
	}
	if p, err := h.GetProperty([]string{"a", "b"}); err != nil || string(p) != "c" {
		t.Errorf("property is %q, %v", p, err)
	}
	h.CallOnResponseBody(id, []byte("a"), false)
	h.CallOnResponseBody(id, []byte("b"), true)
	if body := string(h.GetCurrentResponseBody(id)); body != "ab!" {
		t.Errorf("body is %q", body)
	}
	h.CompleteHttpContext(id)
	id = h.InitializeHttpContext()
	h.CallOnRequestHeaders(id, path("/deny"), true)
	if r := h.GetSentLocalResponse(id); r == nil || r.StatusCode != 403 || string(r.Data) != "no" || r.Headers[0] != [2]string{"x-why", "so"} {
		t.Errorf("answer is %+v", r)
	}
	if h.FinishVM() != true || h.GetTickPeriod() != 7 {
		t.Errorf("the tick's period is %d", h.GetTickPeriod())
	}
}

// Callouts belong to the stream that made them, not to the one that runs.
func TestWasmCallouts(t *testing.T) {
	h := start(t, wasm(t))
	first, second := h.InitializeHttpContext(), h.InitializeHttpContext()
	for _, id := range []uint32{first, second} {
		if a := h.CallOnRequestHeaders(id, path("/call"), true); a != types.ActionPause {
			t.Errorf("action is %d", a)
		}
	}
	for _, id := range []uint32{second, first} {
		calls := h.GetCalloutAttributesFromContext(id)
		if len(calls) != 1 || calls[0].Upstream != "cluster" || string(calls[0].Body) != "q" {
			t.Fatalf("calls are %+v", calls)
		}
		h.CallOnHttpCallResponse(calls[0].CalloutID, [][2]string{{":status", "200"}}, nil, []byte{byte('0' + id)})
		if headers := h.GetCurrentRequestHeaders(id); !slices.Contains(headers, [2]string{"x-answer", string(rune('0' + id))}) {
			t.Errorf("headers of %d are %q", id, headers)
		}
		if h.GetCurrentHttpStreamAction(id) != types.ActionContinue {
			t.Errorf("%d was not resumed", id)
		}
	}
}

// A queue's news come when the callback has returned: a module isn't called while
// it calls.
func TestWasmQueue(t *testing.T) {
	h := start(t, wasm(t))
	h.Tick()
	if logs := h.GetInfoLogs(); !slices.Equal(logs, []string{"tick ends", "queue ticked"}) {
		t.Errorf("logs are %q", logs)
	}
}

// Each emulator has a module of its own.
func TestWasmEmulatorsAreApart(t *testing.T) {
	vm := wasm(t)
	a, b := start(t, vm), start(t, vm)
	for _, h := range []HostEmulator{a, b, a} {
		h.CallOnRequestHeaders(h.InitializeHttpContext(), path("/"), true)
	}
	if logs := append(a.GetCriticalLogs(), b.GetCriticalLogs()...); len(logs) > 0 {
		t.Errorf("logs are %q", logs)
	}
}

func TestWasmRefusesToStart(t *testing.T) {
	h, reset := NewHostEmulator(NewEmulatorOption().WithVMContext(wasm(t)).WithPluginConfiguration([]byte("bad")))
	defer reset()
	if h.StartPlugin() != types.OnPluginStartStatusFailed {
		t.Error("it started")
	}
}

// A module that traps is not called again, and lets nothing pass.
func TestWasmTrap(t *testing.T) {
	h := start(t, wasm(t))
	for _, p := range []string{"/trap", "/"} {
		if a := h.CallOnRequestHeaders(h.InitializeHttpContext(), path(p), true); a != types.ActionPause {
			t.Errorf("%s: action is %d", p, a)
		}
	}
	if logs := h.GetCriticalLogs(); len(logs) != 1 || !strings.HasPrefix(logs[0], "the module failed: ") {
		t.Errorf("logs are %q", logs)
	}
}

func TestWasmErrors(t *testing.T) {
	if _, err := NewWasmVMContext([]byte("no module")); err == nil || !strings.Contains(err.Error(), "compile the module") {
		t.Errorf("no module: %v", err)
	}
	// A module that imports env.nobody, a function without parameters.
	foreign := []byte("\x00asm\x01\x00\x00\x00\x01\x04\x01\x60\x00\x00\x02\x0e\x01\x03env\x06nobody\x00\x00")
	if _, err := NewWasmVMContext(foreign); err == nil || !strings.Contains(err.Error(), "nobody") {
		t.Errorf("a foreign function: %v", err)
	}
	// A module that traps when it starts: _initialize is unreachable.
	broken := []byte("\x00asm\x01\x00\x00\x00\x01\x04\x01\x60\x00\x00\x03\x02\x01\x00\x07\x0f\x01\x0b_initialize\x00\x00\x0a\x05\x01\x03\x00\x00\x0b")
	vm, err := NewWasmVMContext(broken)
	if err != nil {
		t.Fatal(err)
	}
	defer vm.Close()
	h, reset := NewHostEmulator(NewEmulatorOption().WithVMContext(vm))
	defer reset()
	if bool(h.StartVM()) || bool(h.StartPlugin()) || len(h.GetCriticalLogs()) != 1 || !strings.Contains(h.GetCriticalLogs()[0], "start the module") {
		t.Errorf("it started; logs are %q", h.GetCriticalLogs())
	}
}
