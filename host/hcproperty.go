package host

import "strings"

// hcGetProperty: (path pointer, path size, pointer pointer, size pointer). The
// parts of a path are separated by zero bytes.
func hcGetProperty(vm *VM, s []uint64) Status {
	raw, ok := vm.readString(s[0], s[1])
	if !ok {
		return StatusInvalidMemoryAccess
	}
	path := vm.splitPath(raw)
	if len(path) == 0 {
		return StatusSerializationFailure
	}
	sc := vm.scopeNow()
	if len(path) == 1 {
		if v, known := sc.ownProperty(path[0]); known {
			return vm.giveString(v, s[2], s[3])
		}
		if path[0] == "xds" || (sc.http != nil || sc.tcp != nil) && isObject(path[0]) {
			return StatusSerializationFailure
		}
	}
	v, ok := sc.property(path)
	if !ok {
		return StatusNotFound
	}
	return vm.give(v, s[2], s[3])
}

// isObject reports whether a name stands for attributes without being one.
func isObject(name string) bool {
	switch name {
	case "request", "response", "connection", "source", "destination", "upstream":
		return true
	}
	return false
}

// ofHeaders reports whether a property is made of the request's headers, which
// a stream does not have while it is created.
func ofHeaders(path []string) bool {
	if len(path) < 2 || path[0] != "request" {
		return false
	}
	switch path[1] {
	case "time", "protocol", "size", "total_size", "duration":
		return false
	}
	return true
}

func (sc *scope) property(path []string) ([]byte, bool) {
	switch {
	case sc.creating && ofHeaders(path):
		return AppendPairs(nil, nil), len(path) == 2 && path[1] == "headers"
	case sc.http != nil:
		return sc.http.Property(path)
	case sc.tcp != nil:
		return sc.tcp.Property(path)
	case sc.vm.o.Property != nil:
		return sc.vm.o.Property(path)
	}
	return nil, false
}

// ownProperty answers what the host knows itself.
func (sc *scope) ownProperty(name string) (string, bool) {
	if sc.root == nil {
		return "", false
	}
	switch name {
	case "plugin_name":
		return sc.root.o.Name, true
	case "plugin_root_id":
		return sc.root.o.RootID, true
	case "plugin_vm_id":
		return sc.vm.o.Name, true
	}
	return "", false
}

// splitPath splits at zero bytes; one at the end counts for nothing. The result
// is reused by the next call.
func (vm *VM) splitPath(raw string) []string {
	path := vm.pathBuf[:0]
	for len(raw) > 0 {
		part, rest, _ := strings.Cut(raw, "\x00")
		path = append(path, part)
		raw = rest
	}
	vm.pathBuf = path
	return path
}

// hcSetProperty: (path pointer, path size, value pointer, value size).
func hcSetProperty(vm *VM, s []uint64) Status {
	raw, ok1 := vm.readString(s[0], s[1])
	value, ok2 := vm.read(s[2], s[3])
	if !ok1 || !ok2 {
		return StatusInvalidMemoryAccess
	}
	sc := vm.scopeNow()
	set := false
	switch {
	case sc.http != nil:
		set = sc.http.SetProperty(vm.splitPath(raw), value)
	case sc.tcp != nil:
		set = sc.tcp.SetProperty(vm.splitPath(raw), value)
	default:
		return StatusNotFound
	}
	if !set {
		return StatusBadArgument
	}
	return StatusOK
}
