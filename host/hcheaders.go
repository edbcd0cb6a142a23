package host

import (
	"strings"
)

// The header map calls: (map, key pointer, key length, …).

func hcGetHeader(vm *VM, s []uint64) Status {
	t := MapType(uint32(s[0]))
	if t > mapTypeMax {
		return StatusBadArgument
	}
	key, ok := vm.readString(s[1], s[2])
	if !ok {
		return StatusInvalidMemoryAccess
	}
	sc := vm.scopeNow()
	h := sc.reading(t)
	if h == nil && (!sc.logging || sc.http == nil) {
		return StatusBadArgument
	}
	var value string
	found := false
	if h != nil {
		value, found = h.Get(key)
	}
	if !found && vm.module.abi != ABI010 {
		return StatusNotFound
	}
	return vm.giveString(value, s[3], s[4])
}

func hcAddHeader(vm *VM, s []uint64) Status     { return vm.putHeader(s, (*HeaderMap).Add) }
func hcReplaceHeader(vm *VM, s []uint64) Status { return vm.putHeader(s, (*HeaderMap).Set) }

func (vm *VM) putHeader(s []uint64, put func(h *HeaderMap, name, value string)) Status {
	t := MapType(uint32(s[0]))
	if t > mapTypeMax {
		return StatusBadArgument
	}
	key, ok1 := vm.copyString(s[1], s[2])
	value, ok2 := vm.copyString(s[3], s[4])
	if !ok1 || !ok2 {
		return StatusInvalidMemoryAccess
	}
	sc := vm.scopeNow()
	h := sc.writing(t)
	if h == nil {
		return StatusBadArgument
	}
	put(h, key, value)
	sc.changed(t)
	return StatusOK
}

func hcRemoveHeader(vm *VM, s []uint64) Status {
	t := MapType(uint32(s[0]))
	if t > mapTypeMax {
		return StatusBadArgument
	}
	key, ok := vm.readString(s[1], s[2])
	if !ok {
		return StatusInvalidMemoryAccess
	}
	sc := vm.scopeNow()
	h := sc.writing(t)
	if h == nil {
		return StatusBadArgument
	}
	h.Remove(key)
	sc.changed(t)
	return StatusOK
}

// hcGetPairs gives an empty list where the map is not available, as Envoy does.
func hcGetPairs(vm *VM, s []uint64) Status {
	t := MapType(uint32(s[0]))
	if t > mapTypeMax {
		return StatusBadArgument
	}
	h := vm.scopeNow().reading(t)
	if h == nil || h.Len() == 0 {
		return vm.putPair(0, 0, s[1], s[2])
	}
	return vm.givePairs(h.Pairs(), s[1], s[2])
}

func (vm *VM) givePairs(pairs [][2]string, ptrPtr, sizePtr uint64) Status {
	size := PairsSize(pairs)
	view, ptr, ok := vm.alloc(size)
	if !ok {
		return StatusInvalidMemoryAccess
	}
	AppendPairs(view[:0], pairs)
	return vm.putPair(ptr, uint32(size), ptrPtr, sizePtr)
}

// hcSetPairs takes damaged or oversized pairs for none, as Envoy does: all
// headers are gone then. The log says so, since no status does.
func hcSetPairs(vm *VM, s []uint64) Status {
	t := MapType(uint32(s[0]))
	if t > mapTypeMax {
		return StatusBadArgument
	}
	data, ok := vm.read(s[1], s[2])
	if !ok {
		return StatusInvalidMemoryAccess
	}
	pairs := vm.pairs("proxy_set_header_map_pairs", data)
	sc := vm.scopeNow()
	h := sc.writing(t)
	if h == nil {
		return StatusBadArgument
	}
	h.SetPairs(pairs)
	sc.changed(t)
	return StatusOK
}

// pairs decodes what the guest passed to the function fn.
func (vm *VM) pairs(fn string, data []byte) [][2]string {
	if len(data) == 0 {
		return nil
	}
	pairs, err := DecodePairs(data)
	if err != nil {
		vm.log(LogWarn, strings.Join([]string{fn, err.Error(), "taken for an empty list, as Envoy does"}, ": "))
	}
	return pairs
}

func hcMapSize(vm *VM, s []uint64) Status {
	t := MapType(uint32(s[0]))
	if t > mapTypeMax {
		return StatusBadArgument
	}
	h := vm.scopeNow().writing(t)
	if h == nil {
		return StatusBadArgument
	}
	if !vm.putU32(s[1], uint32(h.ByteSize())) {
		return StatusInvalidMemoryAccess
	}
	return StatusOK
}
