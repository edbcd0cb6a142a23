package emulator

import (
	"slices"

	"github.com/sluiceproxy/sluice/sdk/internal/abi"
)

// buffer returns the buffer that calls act on, nil where there is none. Those
// that can't be changed come as copies.
func (h hostcalls) buffer(b abi.BufferType) *[]byte {
	s, c := h.stream(), h.conns[h.guest.Active()]
	switch {
	case b == abi.BufferPluginConfig:
		return copied(h.pluginConfig)
	case b == abi.BufferVMConfig:
		return copied(h.vmCfg)
	case (b == abi.BufferHTTPResponse || b == abi.BufferRedisResponse) && h.answer != nil:
		return copied(h.answer.body)
	case b == abi.BufferRequestBody && s != nil:
		return &s.request.body
	case b == abi.BufferResponseBody && s != nil:
		return &s.response.body
	case b == abi.BufferDownstream && c != nil:
		return &c.downstream
	case b == abi.BufferUpstream && c != nil:
		return &c.upstream
	}
	return nil
}

func copied(b []byte) *[]byte {
	c := append([]byte{}, b...)
	return &c
}

// GetBufferBytes implements abi.Host. An empty buffer is as good as none.
func (h hostcalls) GetBufferBytes(b abi.BufferType, start, size int32) ([]byte, abi.Status) {
	buf := h.buffer(b)
	if buf == nil || len(*buf) == 0 {
		return nil, abi.StatusNotFound
	}
	if start < 0 || size < 0 || int(start) >= len(*buf) {
		return nil, abi.StatusBadArgument
	}
	end := min(int64(start)+int64(size), int64(len(*buf)))
	return append([]byte(nil), (*buf)[start:end]...), abi.StatusOK
}

// SetBufferBytes implements abi.Host: start 0 and size 0 prepends, start at or
// behind the end appends, else a part is replaced.
func (h hostcalls) SetBufferBytes(b abi.BufferType, start, size int32, data []byte) abi.Status {
	buf := h.buffer(b)
	if buf == nil {
		return abi.StatusNotFound
	}
	if start < 0 || size < 0 {
		return abi.StatusBadArgument
	}
	from := min(int64(start), int64(len(*buf)))
	to := min(from+int64(size), int64(len(*buf)))
	*buf = slices.Concat((*buf)[:from], data, (*buf)[to:])
	return abi.StatusOK
}
