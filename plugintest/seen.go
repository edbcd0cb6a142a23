package plugintest

import "testing"

// Seen is a request that a backend got, with assertions.
type Seen struct {
	Received
	t    testing.TB
	name string
}

// WantHeader fails the test unless the header has exactly these values, in this
// order; with no value it must not be there.
func (s Seen) WantHeader(name string, values ...string) Seen {
	s.t.Helper()
	wantFields(s.t, s.name+": request header", s.Headers, name, values)
	return s
}

// WantTrailer is WantHeader for trailers.
func (s Seen) WantTrailer(name string, values ...string) Seen {
	s.t.Helper()
	wantFields(s.t, s.name+": request trailer", s.Trailers, name, values)
	return s
}

// WantBody fails the test unless the body is this one, and complete.
func (s Seen) WantBody(body string) Seen {
	s.t.Helper()
	if s.Body != body {
		s.t.Errorf("%s: the request's body differs\n%s", s.name, diff(body, s.Body))
	}
	if !s.Ended {
		s.t.Errorf("%s: the request is not complete, broken off %v", s.name, s.Broken)
	}
	return s
}

// WantLine fails the test unless the request has this method and path.
func (s Seen) WantLine(method, path string) Seen {
	s.t.Helper()
	if want, got := method+" "+path, s.Method+" "+s.Path; want != got {
		s.t.Errorf("%s: the request differs\n%s", s.name, diff(want, got))
	}
	return s
}
