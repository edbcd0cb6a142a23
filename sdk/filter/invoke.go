package filter

import (
	"context"
	"errors"

	"github.com/sluiceproxy/sluice/sdk/internal/dispatch"
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
)

// argument is what a method is shown.
type argument struct {
	headers  *Headers
	data     *Data
	trailers *Headers
	end      bool
}

// call runs a method of a plugin's filter, if it has it, and reports whether
// the next filter may be shown the same.
func (s *side) call(ctx context.Context, i int, m method, arg *argument) bool {
	x := s.x
	slot, p := &x.slots[i], &x.bundle.plugins[i]
	if slot.filter == nil || slot.out || !p.methods.has[s.d][m] {
		return true
	}
	x.running = i
	var action Action
	if p.failOpen {
		action = s.invokeForgiving(ctx, slot, m, arg)
	} else {
		action = s.invoke(ctx, slot.filter, m, arg)
	}
	if ctx.Err() != nil {
		s.over = true
		return false
	}
	if err := arg.broken(); err != nil {
		action = failure{err}
	}
	return s.take(i, m, action)
}

// broken returns why the host didn't hand over what a method asked for.
func (a *argument) broken() error {
	for _, h := range [...]*Headers{a.headers, a.trailers} {
		if h != nil && h.err != nil {
			return h.err
		}
	}
	if a.data != nil {
		return a.data.err
	}
	return nil
}

func (s *side) invoke(ctx context.Context, filter any, m method, arg *argument) Action {
	if s.d == request {
		switch m {
		case onHeaders:
			return filter.(HeadersDecoder).DecodeHeaders(ctx, arg.headers, arg.end)
		case onData:
			return filter.(DataDecoder).DecodeData(ctx, arg.data, arg.end)
		case onTrailers:
			return filter.(TrailersDecoder).DecodeTrailers(ctx, arg.trailers)
		}
		return filter.(RequestDecoder).DecodeRequest(ctx, arg.headers, arg.data, arg.trailers)
	}
	switch m {
	case onHeaders:
		return filter.(HeadersEncoder).EncodeHeaders(ctx, arg.headers, arg.end)
	case onData:
		return filter.(DataEncoder).EncodeData(ctx, arg.data, arg.end)
	case onTrailers:
		return filter.(TrailersEncoder).EncodeTrailers(ctx, arg.trailers)
	}
	return filter.(ResponseEncoder).EncodeResponse(ctx, arg.headers, arg.data, arg.trailers)
}

// invokeForgiving is invoke for a plugin that is left out when it panics.
func (s *side) invokeForgiving(ctx context.Context, slot *slot, m method, arg *argument) (action Action) {
	returned := false
	defer func() {
		if returned {
			return
		}
		if value := recover(); value != nil {
			slot.out = true
			s.x.forgive(phases[s.d][m], value)
		}
	}()
	action = s.invoke(ctx, slot.filter, m, arg)
	returned = true
	return action
}

// phases are what a panic's log line calls the methods.
var phases = [2][4]dispatch.Phase{
	{dispatch.PhaseRequestHeaders, dispatch.PhaseRequestBody, dispatch.PhaseRequestTrailers, dispatch.PhaseRequestBody},
	{dispatch.PhaseResponseHeaders, dispatch.PhaseResponseBody, dispatch.PhaseResponseTrailers, dispatch.PhaseResponseBody},
}

// forgive logs and counts a panic that changes nothing for the stream.
func (x *exchange) forgive(p dispatch.Phase, value any) {
	x.forgiving = true
	dispatch.Current().Rescue(x.id, p, value, false)
	x.forgiving = false
}

// log runs a filter's OnLog; a panic in it concerns no other one.
func (x *exchange) log(i int) {
	x.running = i
	defer func() {
		if value := recover(); value != nil {
			x.forgive(dispatch.PhaseStreamDone, value)
		}
	}()
	x.slots[i].filter.(Logger).OnLog()
}

// take does what a method returned, and reports whether the next filter's turn
// has come.
func (s *side) take(i int, m method, action Action) bool {
	x := s.x
	switch a := action.(type) {
	case nil:
	case *LocalReply:
		if a == nil {
			return true
		}
		s.reply(i, a)
		return false
	case failure:
		if x.bundle.plugins[i].failOpen {
			x.bundle.logs[i].Warn("the plugin is left out for the rest of this request (WithFailOpen): " + a.err.Error())
			x.slots[i].out = true
			return true
		}
		x.running = i
		x.refuse(a.err)
		s.over = true
		return false
	case verdict:
		if a == WaitAllData {
			return s.wait(i, m)
		}
	default: // a type that embeds one of the actions
		return s.take(i, m, failure{errUnknownAction})
	}
	return true
}

var errUnknownAction = errors.New("a method returned an Action of a type that is not this package's: " +
	"return Continue, WaitAllData, a *LocalReply or what Fail returns, not a type with one of them inside")

// wait notes a filter that wants the whole message.
func (s *side) wait(i int, m method) bool {
	if methods := &s.x.bundle.plugins[i].methods; m != onHeaders || !methods.body(s.d) {
		s.x.bundle.logs[i].Warn("WaitAllData is taken for Continue: it is for headers, and for plugins with a method that takes the message")
		return true
	}
	s.waiting = s.position(i)
	return false
}

func (s *side) reply(i int, a *LocalReply) {
	s.over = true
	status := a.Status
	if status == 0 {
		status = 200
	}
	if err := proxywasm.SendHttpResponseWithDetail(status, a.Details, a.Headers, a.Body, -1); err != nil {
		s.x.bundle.logs[i].Error("a local reply is not sent as it is: " + err.Error())
	}
}
