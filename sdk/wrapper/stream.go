package wrapper

import (
	"encoding/binary"
	"github.com/sluiceproxy/sluice/sdk/internal/abi"

	"github.com/sluiceproxy/sluice/sdk/internal/dispatch"
	"github.com/sluiceproxy/sluice/sdk/internal/headers"
	"github.com/sluiceproxy/sluice/sdk/internal/mem"
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
)

// stream is one HTTP exchange, without the configuration's type: the first field
// of a CommonHttpCtx, see contextOf. It is kept small, because the memory of each
// stream is new, and so in no cache.
type stream struct {
	plugin  *plugin
	config  any // *PluginConfig, nil where the plugin doesn't run
	more    *more
	headers [2]mem.Block // the request's, for a plugin with later callbacks, and the response's, for one that reads the body
	id      uint32
	phase   uint8 // an HTTPExecutionPhase
	upgrade bool
	sides   [2]side
}

// more is what only some plugins use.
type more struct {
	pseudo   [4]string
	have     uint8 // bits: pseudo[i] is known
	xRequest requestID

	values     map[string]interface{}
	attributes map[string]interface{}
	queue      [][]byte
	captured   RouteResponseCallback
	holdChunks bool // NeedPauseStreamingResponse
}

// batchSize is how many contexts are allocated at once, which costs little more
// than one alone. None is used twice; a stream that lives long keeps the memory of
// so many.
const batchSize = 16

// extra returns what is not there in every stream.
func (s *stream) extra() *more {
	if s.more == nil {
		if s.plugin == nil { // not a stream of the host's
			s.more = &more{}
			return s.more
		}
		s.more = next(&s.plugin.spare)
	}
	return s.more
}

// next takes one out of a batch.
func next[T any](batch *[]T) *T {
	if len(*batch) == 0 {
		*batch = make([]T, batchSize)
	}
	t := &(*batch)[0]
	*batch = (*batch)[1:]
	return t
}

// captured returns the callback that takes the response, nil for none.
func (s *stream) captured() RouteResponseCallback {
	if s.more == nil {
		return nil
	}
	return s.more.captured
}

// side is the state of one direction's body.
type side struct {
	read   bool  // a handler wants it
	chunks bool  // in parts
	empty  bool  // no body follows the headers
	done   bool  // the handler has had the whole body
	size   int32 // bytes shown so far, at least
}

func (s *stream) start(p *plugin, id uint32) {
	s.plugin, s.id, s.sides = p, id, p.vm.sides
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
	p := s.plugin
	s.sides[request].empty = endOfStream
	if p.vm.outlasts {
		s.headers[request], _ = headers.All(abi.MapRequestHeaders)
		s.upgrade = s.asksUpgrade()
	}
	if p.vm.counts {
		p.vm.countRequest()
	}
	s.config = p.rules.global
	if p.rules.index != nil {
		config, err := p.match(s)
		if err != nil {
			s.config = nil
			return s.refuse("the request can't be matched with the rules", err)
		}
		s.config = config
	}
	if s.config == nil {
		return types.HeaderContinue
	}
	action := types.HeaderContinue
	if h := p.vm.on.headers[request]; h != nil {
		action = s.runHeaders(request, h)
	}
	if s.sides[request].read {
		action = s.freeLength(request, action)
	}
	if action == types.HeaderContinue && s.headers[request] == nil && s.outstanding() > 0 {
		s.headers[request], _ = headers.All(abi.MapRequestHeaders) // gone when the answers come
	}
	return action
}

// OnHttpResponseHeaders implements types.HttpContext.
func (s *stream) OnHttpResponseHeaders(_ int, endOfStream bool) types.Action {
	s.phase = uint8(EncodeHeader)
	s.sides[response].empty = endOfStream
	if s.config == nil {
		return types.HeaderContinue
	}
	if s.sides[response].read && !endOfStream {
		s.headers[response], _ = headers.All(abi.MapResponseHeaders)
	}
	if s.upgrade {
		s.checkSwitched()
	}
	if s.captured() != nil {
		return s.captureHeaders(endOfStream)
	}
	action := types.HeaderContinue
	if h := s.plugin.vm.on.headers[response]; h != nil {
		action = s.runHeaders(response, h)
	}
	if s.sides[response].read {
		action = s.freeLength(response, action)
	}
	return action
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
	s.phase = uint8(DecodeData)
	if s.upgrade {
		s.checkWhetherSwitched()
	}
	return s.onData(request, bodySize, endOfStream)
}

// OnHttpResponseBody implements types.HttpContext.
func (s *stream) OnHttpResponseBody(bodySize int, endOfStream bool) types.Action {
	s.phase = uint8(EncodeData)
	return s.onData(response, bodySize, endOfStream)
}

// OnHttpRequestTrailers implements types.HttpContext.
func (s *stream) OnHttpRequestTrailers(int) types.Action {
	s.phase = uint8(DecodeData)
	return s.endTrailers(request)
}

// OnHttpResponseTrailers implements types.HttpContext.
func (s *stream) OnHttpResponseTrailers(int) types.Action {
	s.phase = uint8(EncodeData)
	return s.endTrailers(response)
}

// OnHttpStreamDone implements types.HttpContext.
func (s *stream) OnHttpStreamDone() {
	s.phase = uint8(Done)
	if h := s.plugin.vm.on.done; h != nil && s.config != nil {
		h(s)
	}
	if s.more != nil || s.headers[request] != nil || s.headers[response] != nil {
		s.headers, s.more = [2]mem.Block{}, nil // the batch may live longer
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
