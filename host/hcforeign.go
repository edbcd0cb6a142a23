package host

// hcForeign: (name, arguments, result pointer pointer, result size pointer). The
// result is given even with a status other than OK; a null pointer means that the
// guest doesn't want it.
func hcForeign(vm *VM, s []uint64) Status {
	name, ok1 := vm.readString(s[0], s[1])
	args, ok2 := vm.read(s[2], s[3])
	if !ok1 || !ok2 {
		return StatusInvalidMemoryAccess
	}
	result, status := vm.foreign(name, args)
	if status == StatusNotFound && result == nil {
		return status
	}
	var ptr uint32
	if len(result) > 0 && uint32(s[4]) != 0 {
		view, p, ok := vm.alloc(len(result))
		if !ok {
			return StatusInvalidMemoryAccess
		}
		copy(view, result)
		ptr = p
	}
	if uint32(s[4]) != 0 && !vm.putU32(s[4], ptr) || uint32(s[5]) != 0 && !vm.putU32(s[5], uint32(len(result))) {
		return StatusInvalidMemoryAccess
	}
	return status
}

// foreign runs a function of the options, else a built-in one.
func (vm *VM) foreign(name string, args []byte) ([]byte, Status) {
	if f := vm.o.Foreign[name]; f != nil {
		return f(args)
	}
	switch name {
	case "clear_route_cache":
		vm.scopeNow().clearRouteCache()
		return nil, StatusOK
	case "declare_property":
		return nil, StatusOK // properties need no declaration here
	case "compress":
		return deflate(args)
	case "uncompress":
		return inflate(args)
	}
	return nil, StatusNotFound
}
