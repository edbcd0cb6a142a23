package emulator

import (
	"sync"

	"github.com/sluiceproxy/sluice/sdk/compat/emulator/wasmabi"
	"github.com/sluiceproxy/sluice/sdk/internal/abi"
	"github.com/sluiceproxy/sluice/sdk/internal/dispatch"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
)

// emulator is a HostEmulator. Its hostcalls answer the plugin.
type emulator struct {
	vm                  *dispatch.VM
	guest               guest            // vm, or a module
	instance            wasmabi.Instance // nil unless it is a module
	inside              bool             // a callback runs
	pluginConfig, vmCfg []byte
	nextID              uint32
	streams             map[uint32]*httpStream
	conns               map[uint32]*connection
	properties          map[string][]byte
	foreign             map[string]func([]byte) []byte
	logs                [abi.LogCritical + 1][]string
	tick                uint32
	callouts
	shared
	metrics
}

var _ HostEmulator = (*emulator)(nil)

// running is held while a plugin runs: the SDK's state is that of one VM.
var running sync.Mutex

// NewHostEmulator makes a host with a plugin context in it. reset drops it;
// nothing else depends on reset being called.
func NewHostEmulator(opt *EmulatorOption) (host HostEmulator, reset func()) {
	e := &emulator{
		vm: dispatch.NewVM(), pluginConfig: opt.pluginConfiguration, vmCfg: opt.vmConfiguration,
		nextID: PluginContextID + 1, streams: map[uint32]*httpStream{}, conns: map[uint32]*connection{},
		properties: map[string][]byte{}, foreign: map[string]func([]byte) []byte{}, shared: newShared(),
	}
	e.vm.PlainActions(true)
	e.guest = e.vm
	for key, value := range opt.properties {
		e.properties[key] = value
	}
	if opt.module != nil {
		e.instantiate(opt.module)
	} else {
		running.Lock()
		opt.register()
		running.Unlock()
	}
	e.call(func(g abi.Guest) { g.OnContextCreate(PluginContextID, 0) })
	return e, e.drop
}

// call runs the plugin with this emulator as its host. The emulator stays the
// host until another one is called, so that a test can call package proxywasm.
func (e *emulator) call(f func(abi.Guest)) {
	running.Lock()
	defer running.Unlock()
	abi.SetHost(hostcalls{e})
	dispatch.SetCurrent(e.vm)
	e.inside = true
	defer func() { e.inside = false }()
	f(e.guest)
	e.tellReady()
}

func (e *emulator) drop() {
	running.Lock()
	defer running.Unlock()
	if dispatch.Current() == e.vm {
		abi.SetHost(nil)
		dispatch.SetCurrent(dispatch.NewVM())
	}
	if e.instance != nil {
		if err := e.instance.Close(); err != nil {
			e.failed(err)
		}
		e.instance = nil
	}
}

func (e *emulator) newID() uint32 {
	id := e.nextID
	e.nextID++
	return id
}

// StartVM implements HostEmulator.
func (e *emulator) StartVM() (ok types.OnVMStartStatus) {
	e.call(func(g abi.Guest) { ok = types.OnVMStartStatus(g.OnVMStart(PluginContextID, int32(len(e.vmCfg)))) })
	return ok
}

// StartPlugin implements HostEmulator.
func (e *emulator) StartPlugin() (ok types.OnPluginStartStatus) {
	e.call(func(g abi.Guest) {
		ok = types.OnPluginStartStatus(g.OnConfigure(PluginContextID, int32(len(e.pluginConfig))))
	})
	return ok
}

// FinishVM implements HostEmulator.
func (e *emulator) FinishVM() (ok bool) {
	e.call(func(g abi.Guest) { ok = g.OnDone(PluginContextID) })
	return ok
}

// Tick implements HostEmulator.
func (e *emulator) Tick() { e.call(func(g abi.Guest) { g.OnTick(PluginContextID) }) }

// GetTickPeriod implements HostEmulator.
func (e *emulator) GetTickPeriod() uint32 { return e.tick }

// RegisterForeignFunction implements HostEmulator.
func (e *emulator) RegisterForeignFunction(name string, f func([]byte) []byte) { e.foreign[name] = f }
