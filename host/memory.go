package host

import "unsafe"

// read returns a view of guest memory; it is valid until the guest runs again.
func (vm *VM) read(ptr, size uint64) ([]byte, bool) {
	if vm.mem == nil {
		return nil, false
	}
	return vm.mem.Read(uint32(ptr), uint32(size))
}

// readString returns a view of guest memory as a string, for look-ups only: it
// changes under the holder when the guest runs again.
func (vm *VM) readString(ptr, size uint64) (string, bool) {
	b, ok := vm.read(ptr, size)
	return unsafe.String(unsafe.SliceData(b), len(b)), ok
}

// copyString returns a copy of guest memory.
func (vm *VM) copyString(ptr, size uint64) (string, bool) {
	b, ok := vm.read(ptr, size)
	return string(b), ok
}

func (vm *VM) putU32(ptr uint64, v uint32) bool {
	return vm.mem != nil && vm.mem.WriteUint32Le(uint32(ptr), v)
}

func (vm *VM) putU64(ptr uint64, v uint64) bool {
	return vm.mem != nil && vm.mem.WriteUint64Le(uint32(ptr), v)
}

// alloc asks the guest for n bytes and returns them with their address. The
// guest may refuse (0) or lie: the answer is checked.
func (vm *VM) alloc(n int) (view []byte, ptr uint32, ok bool) {
	if vm.malloc == nil || n < 0 || int64(n) > int64(^uint32(0)) {
		return nil, 0, false
	}
	was := vm.phase
	vm.phase = phaseMalloc
	vm.mstack[0] = uint64(n)
	err := vm.malloc.fn.CallWithStack(vm.ctx, vm.mstack[:])
	vm.phase = was
	if err != nil {
		// The callback that asked must not go on in a broken instance.
		panic(&mallocError{vm.malloc.name, err})
	}
	ptr = uint32(vm.mstack[0])
	if ptr == 0 {
		return nil, 0, false
	}
	view, ok = vm.read(uint64(ptr), uint64(n))
	return view, ptr, ok
}

// mallocError unwinds the callback during which the allocator trapped.
type mallocError struct {
	name string
	err  error
}

// Error says that the allocator failed, and how.
func (e *mallocError) Error() string { return e.name + " failed: " + e.err.Error() }

// Unwrap returns the trap.
func (e *mallocError) Unwrap() error { return e.err }

// give copies data into memory that the guest allocates and stores address and
// length where the guest wants them. Nothing is allocated for no data.
func (vm *VM) give(data []byte, ptrPtr, sizePtr uint64) Status {
	var ptr uint32
	if len(data) > 0 {
		view, p, ok := vm.alloc(len(data))
		if !ok {
			return StatusInvalidMemoryAccess
		}
		copy(view, data)
		ptr = p
	}
	return vm.putPair(ptr, uint32(len(data)), ptrPtr, sizePtr)
}

func (vm *VM) giveString(s string, ptrPtr, sizePtr uint64) Status {
	return vm.give(unsafe.Slice(unsafe.StringData(s), len(s)), ptrPtr, sizePtr)
}

func (vm *VM) putPair(ptr, size uint32, ptrPtr, sizePtr uint64) Status {
	if !vm.putU32(ptrPtr, ptr) || !vm.putU32(sizePtr, size) {
		return StatusInvalidMemoryAccess
	}
	return StatusOK
}
