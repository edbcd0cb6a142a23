package host

// hcGetSharedData: (key, value pointer pointer, value size pointer, cas pointer).
func hcGetSharedData(vm *VM, s []uint64) Status {
	key, ok := vm.copyString(s[0], s[1])
	if !ok {
		return StatusInvalidMemoryAccess
	}
	value, cas, status := vm.o.Shared.Get(vm.o.Name, key)
	if status != StatusOK {
		return status
	}
	if status := vm.give(value, s[2], s[3]); status != StatusOK {
		return status
	}
	return vm.putWord(s[4], cas)
}

// hcSetSharedData: (key, value, cas).
func hcSetSharedData(vm *VM, s []uint64) Status {
	key, ok1 := vm.copyString(s[0], s[1])
	value, ok2 := vm.read(s[2], s[3])
	if !ok1 || !ok2 {
		return StatusInvalidMemoryAccess
	}
	return vm.o.Shared.Set(vm.o.Name, key, value, uint32(s[4]))
}

// hcRegisterQueue: (name, token pointer).
func hcRegisterQueue(vm *VM, s []uint64) Status {
	name, ok := vm.copyString(s[0], s[1])
	if !ok {
		return StatusInvalidMemoryAccess
	}
	p := vm.scopeNow().root
	if p == nil {
		return StatusBadArgument
	}
	token, status := vm.o.Shared.register(vm.o.Name, name, p)
	if status != StatusOK {
		return status
	}
	return vm.putWord(s[2], token)
}

// hcResolveQueue: (vm id, name, token pointer); an empty id means this VM's.
func hcResolveQueue(vm *VM, s []uint64) Status {
	id, ok1 := vm.copyString(s[0], s[1])
	name, ok2 := vm.copyString(s[2], s[3])
	if !ok1 || !ok2 {
		return StatusInvalidMemoryAccess
	}
	if id == "" {
		id = vm.o.Name
	}
	token, status := vm.o.Shared.Resolve(id, name)
	if status != StatusOK {
		return status
	}
	return vm.putWord(s[4], token)
}

// hcDequeue: (token, data pointer pointer, data size pointer).
func hcDequeue(vm *VM, s []uint64) Status {
	data, status := vm.o.Shared.Dequeue(uint32(s[0]))
	if status != StatusOK {
		return status
	}
	return vm.give(data, s[1], s[2])
}

// hcEnqueue: (token, data).
func hcEnqueue(vm *VM, s []uint64) Status {
	data, ok := vm.read(s[1], s[2])
	if !ok {
		return StatusInvalidMemoryAccess
	}
	return vm.o.Shared.Enqueue(uint32(s[0]), data)
}
