package wrapper

import (
	"encoding/binary"

	"github.com/sluiceproxy/sluice/sdk/proxywasm"
)

// countRequest asks for a fresh VM where a threshold is reached.
func (v *vm) countRequest() {
	if v.rebuildAfter > 0 {
		if v.requests++; v.requests >= v.rebuildAfter {
			v.requests = 0
			v.askRebuild("the number of requests was reached")
		}
	}
	if v.rebuildMemory > 0 {
		b, err := proxywasm.GetProperty([]string{"plugin_vm_memory"})
		if err == nil && len(b) == 8 && binary.LittleEndian.Uint64(b) >= v.rebuildMemory {
			v.askRebuild("the size of its memory was reached")
		}
	}
}

func (v *vm) askRebuild(why string) {
	if err := proxywasm.SetProperty([]string{"wasm_need_rebuild"}, []byte("true")); err != nil {
		v.log.Debug("ask for a fresh VM: " + err.Error())
		return
	}
	v.log.Debug("asked for a fresh VM: " + why)
}
