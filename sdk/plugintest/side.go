package plugintest

import "github.com/sluiceproxy/sluice/sdk/proxywasm/types"

// side is one direction of an exchange: what has arrived, what the plugin
// holds back, and what has left.
type side struct {
	headers  Headers // nil once they have left, and before they arrive
	trailers Headers // likewise
	buffer   []byte  // body that is held back
	queue    []event // what the plugin has not been shown yet
	inBody   bool    // the body callback is running
	stopped  bool    // nothing more is shown to the plugin until it resumes
	held     bool    // something waits for the plugin
	kept     bool    // the buffer is, even if it is empty
	dropRest bool    // the message ended early
	ended    bool    // the last event was shown
	seen     bool    // the trailers were shown
	added    Headers // trailers that the plugin adds behind a body without any
	opened   bool    // it has added some
	out      *Message
}

// showing prepares what the plugin may read during an event.
func (s *side) showing(e event) {
	s.inBody = e.kind == bodyEvent
	s.ended = e.end
	s.seen = s.seen || e.kind == trailersEvent
	if s.inBody {
		s.buffer = append(s.buffer, e.data...)
	}
}

// acted applies what a callback returned.
func (s *side) acted(e event, action uint32) {
	s.inBody = false
	if e.kind == bodyEvent {
		s.actedOnBody(types.Action(action))
		return
	}
	switch types.Action(action) {
	case types.HeaderContinue:
		s.pass()
	case types.HeaderContinueAndEndStream:
		s.queue, s.ended, s.dropRest = nil, true, true
		s.pass()
	case types.HeaderStopIteration:
		s.held = true
	default:
		s.held, s.stopped = true, true
	}
}

func (s *side) actedOnBody(action types.Action) {
	switch action {
	case types.DataContinue:
		s.pass()
	case types.DataStopIterationNoBuffer:
		s.buffer, s.held = nil, true
	default:
		s.held, s.kept = true, true
	}
}

// pass sends on what was held back.
func (s *side) pass() {
	if s.headers != nil {
		s.out.Headers, s.headers = s.headers, nil
	}
	s.out.Body = append(s.out.Body, s.buffer...)
	s.buffer = nil
	if s.opened {
		s.trailers, s.added, s.opened = s.added, nil, false
	}
	if s.ended && !s.out.Ended {
		s.out.Trailers, s.trailers = s.shownTrailers(), nil
		s.out.Ended = true
	}
	s.held, s.kept, s.stopped = false, false, false
}

func (s *side) shownTrailers() Headers {
	if s.dropRest {
		return nil
	}
	return s.trailers
}
