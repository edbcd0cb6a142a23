package plugin

import (
	"context"
	"net/http"
	"strconv"

	"github.com/sluiceproxy/sluice/sdk/proxywasm"
)

// readResponse makes the response that handlers see.
func (s *stream) readResponse(end bool) error {
	side := &s.sides[response]
	side.headers = headersOf(response).all()
	status, err := strconv.Atoi(find(side.headers, ":status"))
	if err != nil {
		return err
	}
	resp := &http.Response{
		StatusCode: status,
		Status:     statusLine(status),
		Proto:      "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header:  toHeader(side.headers),
		Request: s.req,
	}
	side.upgraded = status == http.StatusSwitchingProtocols || s.req.Method == http.MethodConnect && status/100 == 2
	side.body, resp.ContentLength = s.view(response, end, resp.Header)
	resp.Body = side.body
	s.resp = resp
	return nil
}

func statusLine(status int) string { return strconv.Itoa(status) + " " + http.StatusText(status) }

// processResponse runs the handlers for the response.
func (s *stream) processResponse(ctx context.Context) *answer {
	return s.chain.process(ctx,
		func(h Handler) *Result {
			rewind(s.resp.Body)
			return h.ProcessResponse(ctx, s.resp)
		},
		func(r *Result) error {
			setFields(s.resp.Header, r.Headers)
			if r.ResponseBody != nil {
				s.resp.Body = newReader(r.ResponseBody)
			}
			if r.StatusCode != 0 {
				s.resp.StatusCode = r.StatusCode
			}
			return nil
		})
}

// commitResponse makes the response what the handlers left. whole is a response
// that has to be sent anew, since upstream's had no body.
func (s *stream) commitResponse() (whole *Result, err error) {
	side, resp := &s.sides[response], s.resp
	before := find(side.headers, ":status")
	status := strconv.Itoa(resp.StatusCode)
	if status != before && (resp.StatusCode < 200 || resp.StatusCode > 599) {
		return nil, errNoResponse
	}
	data, is, err := replaced(side.body, resp.Body)
	switch {
	case err != nil:
		return nil, err
	case is && side.upgraded:
		return nil, errUpgraded
	case is && side.empty && find(s.sides[request].headers, ":method") == http.MethodHead:
		// What HEAD is answered with has no body, whatever a handler sets.
	case is && side.empty:
		return &Result{StatusCode: resp.StatusCode, ResponseBody: data, Headers: resp.Header}, nil
	case is:
		setLength(resp.Header, len(data))
		if err := s.setBody(response, data); err != nil {
			return nil, err
		}
		side.headers = withoutLength(side.headers)
	}
	if status != before {
		if err := proxywasm.ReplaceHttpResponseHeader(":status", status); err != nil {
			return nil, err
		}
	}
	if err := headersOf(response).write(side.headers, resp.Header); err != nil {
		return nil, err
	}
	return nil, trailersOf(response).writeTrailers(side.trailers, resp.Trailer)
}
