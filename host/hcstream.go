package host

import "strings"

func hcContinueRequest(vm *VM, _ []uint64) Status { return vm.continueStream(DirectionRequest) }

func hcContinueResponse(vm *VM, _ []uint64) Status { return vm.continueStream(DirectionResponse) }

func hcContinueStream(vm *VM, s []uint64) Status { return vm.continueStream(Direction(uint32(s[0]))) }

// continueStream resumes a direction after the callback that runs.
func (vm *VM) continueStream(d Direction) Status {
	sc := vm.scopeNow()
	switch d {
	case DirectionRequest, DirectionResponse:
		if h := sc.http; h != nil {
			vm.later(sc, func() { h.Continue(d) })
		}
		sc.continued()
		return StatusOK
	case DirectionDownstream:
		if t := sc.tcp; t != nil {
			vm.later(sc, func() { t.Continue(d) })
		}
		return StatusOK
	case DirectionUpstream:
		return StatusUnimplemented
	}
	return StatusBadArgument
}

func hcCloseStream(vm *VM, s []uint64) Status {
	sc := vm.scopeNow()
	d := Direction(uint32(s[0]))
	switch d {
	case DirectionRequest, DirectionResponse:
		if h := sc.http; h != nil {
			vm.later(sc, func() { h.Close(d) })
		}
	case DirectionDownstream, DirectionUpstream:
		if t := sc.tcp; t != nil {
			vm.later(sc, func() { t.Close(d) })
		}
	default:
		return StatusBadArgument
	}
	return StatusOK
}

// later queues an after-call action for a stream; it is dropped if the stream
// ends before.
func (vm *VM) later(sc *scope, f func()) {
	vm.after = append(vm.after, func() {
		if !sc.done {
			f()
		}
	})
}

// hcSendLocalResponse: (status, details, body, header pairs, gRPC status).
func hcSendLocalResponse(vm *VM, s []uint64) Status {
	details, ok1 := vm.copyString(s[1], s[2])
	body, ok2 := vm.read(s[3], s[4])
	raw, ok3 := vm.read(s[5], s[6])
	if !ok1 || !ok2 || !ok3 {
		return StatusInvalidMemoryAccess
	}
	sc := vm.scopeNow()
	if h := sc.http; h != nil {
		r := LocalReply{
			Status: int(uint32(s[0])), Details: noSpace(details), Body: append([]byte(nil), body...),
			Headers: vm.pairs("proxy_send_local_response", raw), GRPCStatus: int32(uint32(s[7])),
		}
		vm.later(sc, func() { h.SendLocalReply(r) })
	}
	vm.stop = true
	return StatusOK
}

// noSpace makes details fit for an access log, as Envoy does.
func noSpace(s string) string {
	if !strings.ContainsAny(s, " \t\r\n\v\f") {
		return s
	}
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(" \t\r\n\v\f", r) {
			return '_'
		}
		return r
	}, s)
}

func hcClearRouteCache(vm *VM, _ []uint64) Status {
	vm.scopeNow().clearRouteCache()
	return StatusOK
}

// hcInjectEncodedData (Higress): (body pointer, body size, end of stream).
func hcInjectEncodedData(vm *VM, s []uint64) Status {
	body, ok := vm.read(s[0], s[1])
	if !ok {
		return StatusInvalidMemoryAccess
	}
	sc := vm.scopeNow()
	if sc.http == nil {
		return StatusBadArgument
	}
	return sc.http.InjectEncodedData(body, uint32(s[2]) != 0)
}

// hcUpstreamHosts (Higress): (pointer pointer, size pointer).
func hcUpstreamHosts(vm *VM, s []uint64) Status {
	u, ok := vm.scopeNow().http.(UpstreamHosts)
	if !ok {
		return StatusNotFound
	}
	hosts, status := u.UpstreamHosts()
	if status != StatusOK {
		return status
	}
	return vm.givePairs(hosts, s[0], s[1])
}

// hcOverrideHost (Higress): (address pointer, address size).
func hcOverrideHost(vm *VM, s []uint64) Status {
	address, ok := vm.copyString(s[0], s[1])
	if !ok {
		return StatusInvalidMemoryAccess
	}
	u, ok := vm.scopeNow().http.(UpstreamHosts)
	if !ok {
		return StatusNotFound
	}
	return u.SetUpstreamOverrideHost(address)
}
