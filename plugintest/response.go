package plugintest

import (
	"slices"
	"testing"
)

// Response is what the client got.
type Response struct {
	// Status is 0 where the connection ended without an answer.
	Status int
	// Headers are without pseudo headers, with names in lower case.
	Headers  Headers
	Body     string
	Trailers Headers
	// Broken says that the connection ended before the response did.
	Broken bool

	t testing.TB
}

// WantStatus fails the test unless the status is this one, and the response is
// complete.
func (r *Response) WantStatus(status int) *Response {
	r.t.Helper()
	if r.Status != status || r.Broken {
		r.t.Errorf("response: status %d, broken off %v; want %d\n%s\t%q", r.Status, r.Broken, status, show(r.Headers), clip(r.Body))
	}
	return r
}

// WantBody fails the test unless the body is this one.
func (r *Response) WantBody(body string) *Response {
	r.t.Helper()
	if r.Body != body {
		r.t.Errorf("response: the body differs\n%s", diff(body, r.Body))
	}
	return r
}

// WantHeader fails the test unless the header has exactly these values, in this
// order; with no value it must not be there.
func (r *Response) WantHeader(name string, values ...string) *Response {
	r.t.Helper()
	wantFields(r.t, "response: header", r.Headers, name, values)
	return r
}

// WantTrailer is WantHeader for trailers.
func (r *Response) WantTrailer(name string, values ...string) *Response {
	r.t.Helper()
	wantFields(r.t, "response: trailer", r.Trailers, name, values)
	return r
}

// WantBroken fails the test unless the connection ended before the response did.
func (r *Response) WantBroken() *Response {
	r.t.Helper()
	if !r.Broken {
		r.t.Errorf("response: status %d came whole; want it broken off", r.Status)
	}
	return r
}

// GRPC returns the response's messages and status; the test fails where they
// can't be read. Servers without a message may send the status in the headers.
func (r *Response) GRPC() (status string, messages []string) {
	r.t.Helper()
	messages, err := GRPCMessages(r.Body)
	if err != nil {
		r.t.Errorf("response: %v", err)
	}
	status, ok := r.Trailers.Lookup("grpc-status")
	if !ok {
		status, ok = r.Headers.Lookup("grpc-status")
	}
	if !ok {
		r.t.Errorf("response: no grpc-status\n%s%s", show(r.Headers), show(r.Trailers))
	}
	return status, messages
}

// wantFields compares the values of one name.
func wantFields(t testing.TB, what string, h Headers, name string, values []string) {
	t.Helper()
	if got := h.Values(name); !slices.Equal(got, values) {
		t.Errorf("%s %s is %q, want %q; all are\n%s", what, name, got, values, show(h))
	}
}

// clip shortens a body for a message.
func clip(s string) string {
	if len(s) > 500 {
		return s[:500] + "..."
	}
	return s
}
