package wrapper

import (
	"encoding/binary"

	"github.com/sluiceproxy/sluice/sdk/internal/dispatch"
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
)

// stream is one HTTP exchange, without the configuration's type. It is the only
// allocation that the wrapper makes for a stream; maps come when a plugin uses
// them.
type stream struct {
	self   HttpContext // what callbacks get: the CommonHttpCtx around it
	plugin *plugin
	config any // *PluginConfig, nil where the plugin doesn't run
	id     uint32
	phase  HTTPExecutionPhase
	sides  [2]side

	snapshot [][2]string // request headers, for a plugin with later callbacks
	answered [][2]string // response headers, for a plugin that reads the body
	pseudo   [4]string
	have     uint8 // bits: pseudo[i] is known
	xRequest requestID

	values     map[string]interface{}
	attributes map[string]interface{}
	queue      [][]byte
	captured   RouteResponseCallback
	upgrade    bool
	holdChunks bool // NeedPauseStreamingResponse
}

// side is the state of one direction's body.
type side struct {
	read   bool // a handler wants it
	chunks bool // in parts
	empty  bool // no body follows the headers
	done   bool // the handler has had the whole body
	size   int  // bytes shown so far, at least
}

func (s *stream) start(p *plugin, self HttpContext, id uint32) {
	s.plugin, s.self, s.id = p, self, id
	for d := range s.sides {
		s.sides[d].read = p.vm.on.reads(direction(d))
		s.sides[d].chunks = p.vm.on.chunk[d] != nil
	}
}

func (s *stream) base() *stream { return s }

// current returns the stream that host calls act on, nil outside of one.
func current() *stream {
	v := dispatch.Current()
	if c, ok := v.HTTPContext(v.Active()).(interface{ base() *stream }); ok {
		return c.base()
	}
	return nil
}

// OnHttpRequestHeaders implements types.HttpContext.
func (s *stream) OnHttpRequestHeaders(_ int, endOfStream bool) types.Action {
	s.phase = DecodeHeader
	s.sides[request].empty = endOfStream
	on := &s.plugin.vm.on
	if on.outlasts() {
		s.snapshot, _ = proxywasm.GetHttpRequestHeaders()
		s.upgrade = s.asksUpgrade()
	}
	s.plugin.vm.countRequest()
	config, err := s.plugin.match(s)
	if err != nil {
		return s.refuse("the request can't be matched with the rules", err)
	}
	if s.config = config; config == nil {
		return types.HeaderContinue
	}
	if on.headers[request] == nil {
		return s.freeLength(request, types.HeaderContinue)
	}
	action := s.freeLength(request, s.runHeaders(request, on.headers[request]))
	if action == types.HeaderContinue && s.snapshot == nil && s.outstanding() > 0 {
		s.snapshot, _ = proxywasm.GetHttpRequestHeaders() // gone when the answers come
	}
	return action
}

// OnHttpResponseHeaders implements types.HttpContext.
func (s *stream) OnHttpResponseHeaders(_ int, endOfStream bool) types.Action {
	s.phase = EncodeHeader
	s.sides[response].empty = endOfStream
	if s.config == nil {
		return types.HeaderContinue
	}
	if s.sides[response].read && !endOfStream {
		s.answered, _ = proxywasm.GetHttpResponseHeaders()
	}
	if s.upgrade {
		s.checkSwitched()
	}
	if s.captured != nil {
		return s.captureHeaders(endOfStream)
	}
	if h := s.plugin.vm.on.headers[response]; h != nil {
		return s.freeLength(response, s.runHeaders(response, h))
	}
	return s.freeLength(response, types.HeaderContinue)
}

// checkSwitched turns bodies off once the upstream agreed to another protocol:
// what follows has no end that a body handler could wait for.
func (s *stream) checkSwitched() {
	if status, _ := proxywasm.GetHttpResponseHeader(":status"); status == "101" {
		s.sides[request].read, s.sides[response].read = false, false
	}
}

// checkWhetherSwitched is checkSwitched for the callbacks of requests: a plugin
// may have none for responses.
func (s *stream) checkWhetherSwitched() {
	code, err := proxywasm.GetProperty([]string{"response", "code"})
	if err == nil && len(code) == 8 && binary.LittleEndian.Uint64(code) == 101 {
		s.sides[request].read = false
	}
}

// OnHttpRequestBody implements types.HttpContext.
func (s *stream) OnHttpRequestBody(bodySize int, endOfStream bool) types.Action {
	s.phase = DecodeData
	if s.upgrade {
		s.checkWhetherSwitched()
	}
	return s.onData(request, bodySize, endOfStream)
}

// OnHttpResponseBody implements types.HttpContext.
func (s *stream) OnHttpResponseBody(bodySize int, endOfStream bool) types.Action {
	s.phase = EncodeData
	return s.onData(response, bodySize, endOfStream)
}

// OnHttpRequestTrailers implements types.HttpContext.
func (s *stream) OnHttpRequestTrailers(int) types.Action {
	s.phase = DecodeData
	return s.endTrailers(request)
}

// OnHttpResponseTrailers implements types.HttpContext.
func (s *stream) OnHttpResponseTrailers(int) types.Action {
	s.phase = EncodeData
	return s.endTrailers(response)
}

// OnHttpStreamDone implements types.HttpContext.
func (s *stream) OnHttpStreamDone() {
	s.phase = Done
	if h := s.plugin.vm.on.done; h != nil && s.config != nil {
		h(s)
	}
}

// refuse ends a stream that can't be looked at as the plugin wants, unless the
// plugin asked for WithFailOpen.
func (s *stream) refuse(what string, err error) types.Action {
	if s.plugin.vm.failOpen {
		s.plugin.vm.log.Warn(what + ", it passes nevertheless (WithFailOpen): " + err.Error())
		return types.ActionContinue
	}
	s.plugin.vm.log.Error(what + ", it is answered with 500: " + err.Error())
	if err := proxywasm.SendHttpResponseWithDetail(500, "plugin_could_not_inspect", nil, nil, -1); err != nil {
		s.plugin.vm.log.Error("answer with 500: " + err.Error())
	}
	return types.ActionPause
}
