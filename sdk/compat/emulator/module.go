package emulator

import (
	"github.com/sluiceproxy/sluice/sdk/compat/emulator/wasmabi"
	"github.com/sluiceproxy/sluice/sdk/internal/abi"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
)

// Module is a plugin as Wasm, for EmulatorOption.WithVMContext. Each emulator has
// an instance of its own. Its methods as a VMContext are not called.
type Module interface {
	types.VMContext
	// Instantiate links the host functions and starts the module.
	Instantiate(functions []wasmabi.Function) (wasmabi.Instance, error)
}

// guest is the plugin as an emulator calls it, native or Wasm.
type guest interface {
	abi.Guest
	Active() uint32
	SetActive(id uint32)
}

// instantiate runs a module instead of what is registered natively.
func (e *emulator) instantiate(m Module) {
	in, err := m.Instantiate(wasmabi.Functions(hostcalls{e}))
	if err != nil {
		e.failed(err)
		e.guest = wasmabi.NewDeadGuest()
		return
	}
	e.instance, e.guest = in, wasmabi.NewGuest(in, e.failed)
}

// failed notes that a module has trapped, or could not be started.
func (e *emulator) failed(err error) {
	e.logs[abi.LogCritical] = append(e.logs[abi.LogCritical], "the module failed: "+err.Error())
}
