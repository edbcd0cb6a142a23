package plugintest

import (
	"errors"
	"time"

	"github.com/sluiceproxy/sluice/plugintest/internal/wire"
)

// Stream is a request that is sent piece by piece. Where the gateway has
// answered early or broken the connection off, what is sent is dropped.
type Stream struct {
	gw       *Gateway
	r        Request
	x        exchange
	ended    bool
	deadline time.Time
}

// Send sends a piece of the body.
func (s *Stream) Send(chunk string) *Stream {
	s.write(chunk, false)
	return s
}

// End ends the request, with trailers if there are some.
func (s *Stream) End(trailers ...[2]string) *Stream {
	s.ended = true
	if len(trailers) > 0 {
		_ = s.x.trailers(trailers) // the response tells what became of it
		return s
	}
	s.write("", true)
	return s
}

// Abort breaks the request off, as a client does that goes away.
func (s *Stream) Abort() { s.x.abort() }

func (s *Stream) write(chunk string, end bool) {
	_ = s.x.write([]byte(chunk), end) // the response tells what became of it
}

// Response ends the request, if End did not, and waits for the response. The
// test ends where none comes within the request's patience.
func (s *Stream) Response() *Response {
	s.gw.t.Helper()
	if !s.ended {
		s.End()
	}
	r, err := s.x.response(s.deadline)
	switch {
	case errors.Is(err, wire.ErrTimeout):
		s.gw.t.Fatalf("%s %s: no answer within %v, so far status %d; the log is\n%s",
			s.r.Method, s.r.Path, s.r.Patience, r.Status, indent(s.gw.logs.all()))
	case err != nil && !errors.Is(err, wire.ErrReset):
		s.gw.t.Errorf("%s %s: the response: %v", s.r.Method, s.r.Path, err)
	}
	r.Broken = err != nil
	r.t = s.gw.t
	return &r
}
