package host

// guestBuffer is a buffer as a host call sees it: buf can be changed, data can
// only be read.
type guestBuffer struct {
	buf  *Buffer
	data []byte
}

func (b guestBuffer) bytes() []byte {
	if b.buf != nil {
		return b.buf.Bytes()
	}
	return b.data
}

// buffer returns one of the buffers; ok is false where there is none. A
// body that can't be reached now is an empty buffer, as on Envoy.
func (sc *scope) buffer(t BufferType) (b guestBuffer, ok bool) {
	p := sc.root
	switch t {
	case BufferRequestBody, BufferResponseBody:
		if sc.http != nil && sc.buffers[t] {
			b.buf = sc.http.Buffer(t)
		}
	case BufferDownstreamData, BufferUpstreamData:
		if sc.tcp != nil && sc.buffers[t] {
			b.buf = sc.tcp.Buffer(t)
		}
	case BufferCallResponse:
		if p == nil || p.answer == nil || p.answer.Headers == nil {
			return b, false
		}
		b.data = p.answer.Body
	case BufferVMConfig:
		b.data = sc.vm.o.Config
	case BufferPluginConfig:
		if p == nil || !p.configuring {
			return b, false
		}
		b.data = p.o.Config
	case BufferRedisCallResponse:
		b.data = p.redisAnswer
	}
	return b, true
}

// pick is buffer with the status that Envoy answers where there is none.
func (sc *scope) pick(t BufferType) (guestBuffer, Status) {
	if t > bufferTypeMax || t == BufferRedisCallResponse && (sc.root == nil || sc.root.redisAnswer == nil) {
		return guestBuffer{}, StatusBadArgument
	}
	b, ok := sc.buffer(t)
	if !ok {
		return b, StatusNotFound
	}
	return b, StatusOK
}

// hcGetBuffer: (buffer, start, length, pointer pointer, size pointer).
func hcGetBuffer(vm *VM, s []uint64) Status {
	b, status := vm.scopeNow().pick(BufferType(uint32(s[0])))
	if status != StatusOK {
		return status
	}
	data := b.bytes()
	start, length := uint64(uint32(s[1])), uint64(uint32(s[2]))
	if start > uint64(len(data)) {
		return vm.putPair(0, 0, s[3], s[4])
	}
	data = data[start:]
	if length < uint64(len(data)) {
		data = data[:length]
	}
	return vm.give(data, s[3], s[4])
}

// hcBufferStatus: (buffer, length pointer, flags pointer).
func hcBufferStatus(vm *VM, s []uint64) Status {
	b, status := vm.scopeNow().pick(BufferType(uint32(s[0])))
	if status != StatusOK {
		return status
	}
	return vm.putPair(uint32(len(b.bytes())), 0, s[1], s[2])
}

// hcSetBuffer: (buffer, start, length, data pointer, data size).
func hcSetBuffer(vm *VM, s []uint64) Status {
	b, status := vm.scopeNow().pick(BufferType(uint32(s[0])))
	if status != StatusOK {
		return status
	}
	data, ok := vm.read(s[3], s[4])
	if !ok {
		return StatusInvalidMemoryAccess
	}
	if b.buf == nil {
		return StatusBadArgument
	}
	return b.buf.Splice(int(uint32(s[1])), int(uint32(s[2])), data)
}

// hcGetConfiguration (ABI 0.1.0): the plugin's configuration while it starts,
// else the VM's.
func hcGetConfiguration(vm *VM, s []uint64) Status {
	sc := vm.scopeNow()
	if sc.root != nil && sc.root.configuring {
		return vm.give(sc.root.o.Config, s[0], s[1])
	}
	return vm.give(vm.o.Config, s[0], s[1])
}
