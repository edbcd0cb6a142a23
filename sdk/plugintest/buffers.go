package plugintest

import (
	"slices"

	"github.com/sluiceproxy/sluice/sdk/internal/abi"
)

// buffer returns the buffer that calls act on, nil where it is not available.
// Configurations and callout answers can't be changed, so they come as copies.
func (h hostcalls) buffer(b abi.BufferType) *[]byte {
	ex, c := h.exchange(), h.conns[h.effective]
	switch {
	case b == abi.BufferPluginConfig && h.starting != 0:
		return copied(h.config)
	case b == abi.BufferVMConfig:
		return copied(h.vmConfig)
	case b == abi.BufferForeignCall && h.foreign != nil:
		return copied(h.foreign)
	case b == abi.BufferHTTPResponse || b == abi.BufferRedisResponse:
		return h.answerBuffer(b)
	case b == abi.BufferRequestBody && ex != nil:
		return ex.sides[request].body()
	case b == abi.BufferResponseBody && ex != nil:
		return ex.sides[response].body()
	case b == abi.BufferDownstream && c != nil:
		return c.shown[abi.StreamDownstream]
	case b == abi.BufferUpstream && c != nil:
		return c.shown[abi.StreamUpstream]
	}
	return nil
}

func copied(b []byte) *[]byte {
	c := append([]byte{}, b...)
	return &c
}

// body is available in the body callback and while data is held back.
func (s *side) body() *[]byte {
	if !s.inBody && !s.kept && len(s.buffer) == 0 {
		return nil
	}
	return &s.buffer
}

// GetBufferBytes implements abi.Host.
func (h hostcalls) GetBufferBytes(b abi.BufferType, start, size int32) ([]byte, abi.Status) {
	buf := h.buffer(b)
	if buf == nil && b <= abi.BufferUpstream {
		return nil, abi.StatusOK // as Envoy: there, but empty
	}
	if buf == nil {
		return nil, abi.StatusNotFound
	}
	if start < 0 || size < 0 {
		return nil, abi.StatusBadArgument
	}
	from := min(int64(start), int64(len(*buf)))
	to := min(from+int64(size), int64(len(*buf)))
	return append([]byte(nil), (*buf)[from:to]...), abi.StatusOK
}

// SetBufferBytes implements abi.Host: start 0 and size 0 prepends, start at or
// behind the end appends, and start 0 replaces the whole. Part of it can't be
// replaced, as on Envoy.
func (h hostcalls) SetBufferBytes(b abi.BufferType, start, size int32, data []byte) abi.Status {
	buf := h.buffer(b)
	if buf == nil || b > abi.BufferUpstream {
		return abi.StatusBadArgument
	}
	if start < 0 || size < 0 {
		return abi.StatusBadArgument
	}
	old := *buf
	from := min(int64(start), int64(len(old)))
	to := min(from+int64(size), int64(len(old)))
	if part := to-from < int64(len(old)); part && from < int64(len(old)) && (from > 0 || size > 0) {
		return abi.StatusBadArgument
	}
	*buf = slices.Concat(old[:from], data, old[to:])
	return abi.StatusOK
}
