package wrapper

import (
	"strconv"

	"github.com/sluiceproxy/sluice/sdk/internal/abi"
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
)

// DontReadRequestBody implements HttpContext.
func (s *stream) DontReadRequestBody() { s.sides[request].read = false }

// DontReadResponseBody implements HttpContext.
func (s *stream) DontReadResponseBody() { s.sides[response].read = false }

// BufferRequestBody implements HttpContext.
func (s *stream) BufferRequestBody() { s.sides[request].chunks = false }

// BufferResponseBody implements HttpContext.
func (s *stream) BufferResponseBody() { s.sides[response].chunks = false }

// NeedPauseStreamingResponse implements HttpContext.
func (s *stream) NeedPauseStreamingResponse() { s.extra().holdChunks = true }

// PushBuffer implements HttpContext.
func (s *stream) PushBuffer(buffer []byte) { m := s.extra(); m.queue = append(m.queue, buffer) }

// PopBuffer implements HttpContext.
func (s *stream) PopBuffer() []byte {
	if s.BufferQueueSize() == 0 {
		return nil
	}
	m := s.more
	first := m.queue[0]
	m.queue[0] = nil
	m.queue = m.queue[1:]
	return first
}

// BufferQueueSize implements HttpContext.
func (s *stream) BufferQueueSize() int {
	if s.more == nil {
		return 0
	}
	return len(s.more.queue)
}

// DisableReroute implements HttpContext.
func (s *stream) DisableReroute() { s.ask("clear_route_cache", "off") }

// SetRequestBodyBufferLimit implements HttpContext.
func (s *stream) SetRequestBodyBufferLimit(byteSize uint32) {
	s.ask("set_decoder_buffer_limit", strconv.FormatUint(uint64(byteSize), 10))
}

// SetResponseBodyBufferLimit implements HttpContext.
func (s *stream) SetResponseBodyBufferLimit(byteSize uint32) {
	s.ask("set_encoder_buffer_limit", strconv.FormatUint(uint64(byteSize), 10))
}

// ask sets a property that is a request to the gateway.
func (s *stream) ask(name, value string) {
	if err := proxywasm.SetProperty([]string{name}, []byte(value)); err != nil {
		s.plugin.vm.log.Debug("set property " + name + ": " + err.Error())
	}
}

// HasRequestBody implements HttpContext.
func (s *stream) HasRequestBody() bool { return !s.sides[request].empty }

// HasResponseBody implements HttpContext.
func (s *stream) HasResponseBody() bool {
	abi.WantResponseHeaders()
	return !s.sides[response].empty
}
