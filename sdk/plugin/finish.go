package plugin

import (
	"bytes"
	"io"
	"net/http"
	"slices"
	"strconv"

	"github.com/sluiceproxy/sluice/sdk/log"
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
)

// finish does what the handlers of a message came to.
func (s *stream) finish(d direction, a *answer) types.Action {
	defer leave(s.sides[d].body)
	if a == nil {
		var err error
		var whole *Result
		if d == request {
			err = s.commitRequest()
		} else {
			whole, err = s.commitResponse()
		}
		switch {
		case isTimeout(err):
			a = &answer{result: timedOut}
		case err != nil:
			return s.refuse("what handlers made of a message can't be sent", err)
		case whole != nil:
			return s.send(whole, nil)
		default:
			return types.ActionContinue
		}
	}
	if a.err != nil {
		return s.refuse("what handler "+strconv.Quote(a.handler)+" decided can't be done", a.err)
	}
	return s.send(a.result, s.kept(d))
}

// kept are the headers that an answer in a response's place keeps of it: those
// that handlers have set.
func (s *stream) kept(d direction) http.Header {
	if d == request {
		return nil
	}
	kept := http.Header{}
	for _, key := range changed(s.sides[d].headers, s.resp.Header) {
		if values := s.resp.Header[key]; len(values) > 0 {
			kept[key] = values
		}
	}
	return kept
}

// send answers the client.
func (s *stream) send(r *Result, kept http.Header) types.Action {
	s.answered = true
	headers := http.Header{}
	setFields(headers, kept)
	setFields(headers, r.Headers)
	text := r.ResponseBody
	if text == nil && r.StatusCode >= 400 {
		text = []byte(http.StatusText(r.StatusCode) + "\n")
		headers.Set("Content-Type", "text/plain; charset=utf-8")
	}
	// The gateway writes these itself.
	for _, name := range []string{"Content-Length", "Transfer-Encoding", "Connection"} {
		headers.Del(name)
	}
	if err := proxywasm.SendHttpResponse(uint32(r.StatusCode), toPairs(headers), text, -1); err != nil {
		log.Errorf("a handler's answer with status %d: %v", r.StatusCode, err)
	}
	return types.ActionPause
}

// refuse ends an exchange of which no handler's answer can be had.
func (s *stream) refuse(what string, err error) types.Action {
	log.Errorf("%s, the client gets status 500: %v", what, err)
	s.answered = true
	if err := proxywasm.SendHttpResponseWithDetail(500, "plugin_handler_failed", nil, []byte("internal server error\n"), -1); err != nil {
		log.Errorf("answer with status 500: %v", err)
	}
	return types.ActionPause
}

// setFields makes the values of each name in from those of to. They are copied,
// since a result can serve many requests.
func setFields(to, from http.Header) {
	for key, values := range from {
		to[http.CanonicalHeaderKey(key)] = slices.Clone(values)
	}
}

// setLength makes a new body's length known.
func setLength(h http.Header, n int) {
	h.Set("Content-Length", strconv.Itoa(n))
	h.Del("Transfer-Encoding")
}

// withoutLength forgets the length that came: hosts take it away themselves where
// a body is replaced, so that the new one is written even if it is the same.
func withoutLength(pairs [][2]string) [][2]string {
	return slices.DeleteFunc(slices.Clone(pairs), func(p [2]string) bool { return p[0] == "content-length" })
}

func newReader(b []byte) io.ReadCloser { return io.NopCloser(bytes.NewReader(b)) }

// showTrailers lets handlers see the trailers that have come.
func (s *stream) showTrailers(d direction) {
	trailer := toHeader(s.sides[d].trailers)
	if d == request {
		s.req.Trailer = trailer
	} else {
		s.resp.Trailer = trailer
	}
}

// writeTrailers is write for trailers that have come; there are no others.
func (f fields) writeTrailers(pairs [][2]string, now http.Header) error {
	if pairs == nil {
		return nil
	}
	return f.write(pairs, now)
}
