package dispatch

import (
	"runtime"
	"strconv"

	"github.com/sluiceproxy/sluice/sdk/internal/abi"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
)

// Phase names the callback that the plugin was in.
type Phase uint8

// Phases, one for each callback.
const (
	PhaseVMStart Phase = iota
	PhasePluginStart
	PhaseNewContext
	PhaseTick
	PhaseQueueReady
	PhaseForeignFunction
	PhaseHTTPCall
	PhaseRedisCall
	PhaseRequestHeaders
	PhaseRequestBody
	PhaseRequestTrailers
	PhaseResponseHeaders
	PhaseResponseBody
	PhaseResponseTrailers
	PhaseNewConnection
	PhaseDownstreamData
	PhaseDownstreamClose
	PhaseUpstreamData
	PhaseUpstreamClose
	PhaseStreamDone
	PhasePluginDone
)

// phaseNames are safe in an HTTP status detail: no spaces.
var phaseNames = [...]string{
	"vm_start", "plugin_start", "new_context", "tick", "queue_ready", "foreign_function",
	"http_call", "redis_call",
	"request_headers", "request_body", "request_trailers",
	"response_headers", "response_body", "response_trailers",
	"new_connection", "downstream_data", "downstream_close", "upstream_data", "upstream_close",
	"stream_done", "plugin_done",
}

// phaseDetails are the status details of replies, made once.
var phaseDetails = func() (d [len(phaseNames)]string) {
	for i, name := range phaseNames {
		d[i] = "plugin_failed_in_" + name
	}
	return d
}()

// String returns the phase's name: lower case, words joined with underscores.
func (p Phase) String() string { return phaseNames[p] }

// direction is the one that the phase of an HTTP callback belongs to.
func (p Phase) direction() abi.StreamType {
	if p.response() {
		return abi.StreamResponse
	}
	return abi.StreamRequest
}

// headers reports whether the phase is that of a headers callback.
func (p Phase) headers() bool { return p == PhaseRequestHeaders || p == PhaseResponseHeaders }

// response reports whether the phase belongs to the response.
func (p Phase) response() bool { return p >= PhaseResponseHeaders && p <= PhaseResponseTrailers }

// Panic describes a panic of the plugin to a policy.
type Panic struct {
	// Phase is the callback that panicked.
	Phase Phase
	// ContextID is the stream's id, or the plugin's where no stream is meant.
	ContextID uint32
	// PluginID is the id of the plugin context.
	PluginID uint32
	// Value is what the plugin panicked with.
	Value any
}

// Verdict is what becomes of a stream whose callback panicked.
type Verdict uint8

const (
	// FailClosed answers the stream with 500 and lets nothing more of it pass.
	FailClosed Verdict = iota
	// FailOpen lets the stream go on as if the callback had continued.
	FailOpen
)

// maxStack bounds the stack in the log line, in bytes.
const maxStack = 16 << 10

// rescue turns a panic with value r in a callback of a stream into the action that
// fits the verdict. Callbacks call it from a deferred function, and only where they
// have not returned: asking for a panic that there is not takes time.
func (v *VM) rescue(s *stream, p Phase, r any) (action uint32) {
	if v.judge(Panic{Phase: p, ContextID: s.id, PluginID: s.plugin, Value: r}) == FailClosed {
		v.fail(s, p)
		return uint32(types.ActionPause)
	}
	return uint32(types.ActionContinue)
}

// rescueCall is deferred where the plugin runs for a stream that may be paused.
func (v *VM) rescueCall(s *stream, p Phase) {
	r := recover()
	if r == nil {
		return
	}
	if v.judge(Panic{Phase: p, ContextID: s.id, PluginID: s.plugin, Value: r}) == FailClosed {
		v.fail(s, p)
		return
	}
	s.release()
}

// release resumes what is held back of a stream.
func (s *stream) release() {
	for i, stopped := range s.paused {
		if stopped {
			s.paused[i] = false
			registered.resume(abi.StreamType(i))
		}
	}
}

// rescuePlugin is deferred where the plugin runs for no stream.
func (v *VM) rescuePlugin(id uint32, p Phase) {
	if r := recover(); r != nil {
		v.logPanic(Panic{Phase: p, ContextID: id, PluginID: id, Value: r})
	}
}

// judge logs a panic and asks the policy.
func (v *VM) judge(p Panic) Verdict {
	v.logPanic(p)
	return v.ask(p)
}

// ask asks the policy. A policy that panics fails closed.
func (v *VM) ask(p Panic) (verdict Verdict) {
	if registered.policy == nil {
		return FailClosed
	}
	defer func() {
		if r := recover(); r != nil {
			p.Value = r
			v.logPanic(p)
			verdict = FailClosed
		}
	}()
	return registered.policy(p)
}

// fail answers a stream whose callback panicked.
func (v *VM) fail(s *stream, p Phase) { v.failWith(s, phaseDetails[p]) }

// failWith answers a stream, and lets nothing more of it through.
func (v *VM) failWith(s *stream, detail string) {
	s.failed = failedInRequest
	if s.responding {
		s.failed = failedInResponse
	}
	if s.tcp != nil {
		abi.CloseStream(abi.StreamUpstream)
		abi.CloseStream(abi.StreamDownstream)
		return
	}
	if !s.answered() {
		replyWith(detail)
	}
}

func reply(p Phase) { replyWith(phaseDetails[p]) }

// replyWith sends the 500. A host that can't take it gets the stream reset.
func replyWith(detail string) {
	st := abi.SendLocalResponse(500, detail, []byte("internal server error\n"), nil, -1)
	if st != abi.StatusOK {
		abi.CloseStream(abi.StreamRequest)
	}
}

// afterFailure is what later callbacks of a failed stream return. The reply
// itself comes by as a response, if it was sent before any other response.
func (s *stream) afterFailure(p Phase) uint32 {
	if s.failed == passesBy || (s.failed == failedInRequest && p.response()) {
		return uint32(types.ActionContinue)
	}
	return uint32(types.ActionPause)
}

// logPanic writes one line, with the place and the stack, and counts the panic.
func (v *VM) logPanic(p Panic) {
	stack := make([]byte, maxStack)
	stack = stack[:runtime.Stack(stack, false)]
	line := make([]byte, 0, len(stack)+256)
	line = append(line, "plugin panicked in "...)
	line = append(line, p.Phase.String()...)
	line = append(line, " (context "...)
	line = strconv.AppendUint(line, uint64(p.ContextID), 10)
	line = append(line, ')')
	if at := panicPlace(string(stack)); at != "" {
		line = append(append(line, " at "...), at...)
	}
	line = append(line, ": "...)
	line = appendEscaped(line, Describe(p.Value))
	line = append(line, "; stack: "...)
	line = appendEscaped(line, string(stack))
	abi.Log(abi.LogCritical, string(line))
	v.tally("sluice_plugin_panics")
}

// Describe puts what a plugin panicked with into words.
func Describe(value any) (text string) {
	defer func() {
		if recover() != nil {
			text = "(its message panicked as well)"
		}
	}()
	switch v := value.(type) {
	case error:
		return v.Error()
	case interface{ String() string }:
		return v.String()
	case string:
		return v
	case int:
		return strconv.Itoa(v)
	default:
		return "(a value that is no error or string)"
	}
}

// appendEscaped appends text with control characters escaped, so that it stays
// one line and can't pass for another one.
func appendEscaped(dst []byte, text string) []byte {
	const hex = "0123456789abcdef"
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '\n':
			dst = append(dst, `\n`...)
		case c == '\t':
			dst = append(dst, ' ')
		case c < ' ' || c == 0x7f:
			dst = append(dst, '\\', 'x', hex[c>>4], hex[c&15])
		default:
			dst = append(dst, c)
		}
	}
	return dst
}
