package wrapper

import (
	"errors"

	"github.com/sluiceproxy/sluice/sdk/internal/abi"
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
)

// RouteCall implements HttpContext.
func (s *stream) RouteCall(method, url string, headers [][2]string, body []byte, callback RouteResponseCallback) error {
	t, err := parseTarget(url)
	if err != nil {
		return err
	}
	abi.WantResponseBody()
	if callback == nil {
		return errors.New("RouteCall needs a callback")
	}
	if _, err := proxywasm.GetHttpRequestHeader(":path"); err != nil {
		return errors.New("RouteCall, the request's headers have gone on (return HeaderStopIteration from the header callback first): " + err.Error())
	}
	if err := s.replaceWhole(body); err != nil {
		return err
	}
	if err := s.rewrite(method, t, headers); err != nil {
		return err
	}
	s.extra().captured = callback
	return nil
}

// replaceWhole replaces the request's body. It comes before anything that can't
// be undone, because hosts have no body to replace where the request has
// trailers and no data.
func (s *stream) replaceWhole(body []byte) error {
	err := proxywasm.ReplaceHttpRequestBody(body)
	if err == nil || len(body) == 0 && s.sides[request].size == 0 {
		return nil
	}
	return errors.New("RouteCall, replace the request's body (a request with trailers and no data can't get one): " + err.Error())
}

// rewrite makes the request another one, and keeps what it was in headers.
func (s *stream) rewrite(method string, t target, headers [][2]string) error {
	edits := [][2]string{
		{"x-envoy-original-method", s.Method()},
		{"x-envoy-original-path", s.Path()},
		{"x-envoy-original-host", s.Host()},
		{":method", method},
		{":path", t.requestPath()},
	}
	if t.host != "" {
		edits = append(edits, [2]string{":authority", t.host})
	}
	for _, h := range append(edits, headers...) {
		if err := proxywasm.ReplaceHttpRequestHeader(h[0], h[1]); err != nil {
			return errors.New("RouteCall, set request header " + h[0] +
				" (return HeaderStopIteration from the header callback first): " + err.Error())
		}
	}
	for _, name := range []string{"accept-encoding", "content-length"} {
		if err := proxywasm.RemoveHttpRequestHeader(name); err != nil && !errors.Is(err, types.ErrorStatusNotFound) {
			return errors.New("RouteCall, remove request header " + name + ": " + err.Error())
		}
	}
	return nil
}

// captureHeaders holds the answer to RouteCall until its body is there.
func (s *stream) captureHeaders(end bool) types.Action {
	if !end {
		return types.HeaderStopIteration
	}
	before := s.outstanding()
	s.giveCaptured(nil)
	if s.outstanding() > before {
		return types.HeaderStopAllIterationAndWatermark
	}
	return types.HeaderContinue
}

// captureBody gives the answer to RouteCall's callback. content-length goes,
// because the callback may replace the body.
func (s *stream) captureBody(body []byte) types.Action {
	if err := proxywasm.RemoveHttpResponseHeader("content-length"); err != nil && !errors.Is(err, types.ErrorStatusNotFound) {
		s.plugin.vm.log.Warn("remove response header content-length: " + err.Error())
	}
	before := s.outstanding()
	s.giveCaptured(body)
	if s.outstanding() > before {
		return types.DataStopIterationAndBuffer
	}
	return types.DataContinue
}

func (s *stream) giveCaptured(body []byte) {
	headers, err := proxywasm.GetHttpResponseHeaders()
	if err != nil {
		s.plugin.vm.log.Error("RouteCall, get the response's headers: " + err.Error())
	}
	status := 500
	for _, h := range headers {
		if h[0] == ":status" {
			status = statusOf(headers)
		}
	}
	s.captured()(status, headers, body)
}
