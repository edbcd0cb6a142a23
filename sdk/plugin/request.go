package plugin

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/sluiceproxy/sluice/sdk/internal/coroutine"
	"github.com/sluiceproxy/sluice/sdk/log"
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
)

// readRequest makes the request that handlers see. An error is the client's.
func (s *stream) readRequest(end bool) error {
	side := &s.sides[request]
	side.headers = headersOf(request).all()
	req := &http.Request{
		Method:     find(side.headers, ":method"),
		Host:       find(side.headers, ":authority"),
		RequestURI: find(side.headers, ":path"),
		Header:     toHeader(side.headers),
		RemoteAddr: property("source", "address"),
	}
	req.Proto, req.ProtoMajor, req.ProtoMinor = protocol(property("request", "protocol"))
	var err error
	if req.URL, err = target(req); err != nil {
		return err
	}
	side.upgraded = req.Method == http.MethodConnect || asksUpgrade(req)
	side.body, req.ContentLength = s.view(request, end, req.Header)
	req.Body = side.body
	s.req = req.WithContext(coroutine.Stream(s.id))
	return nil
}

// target parses a request's target, which CONNECT may have none of.
func target(req *http.Request) (*url.URL, error) {
	if req.RequestURI == "" && req.Method == http.MethodConnect {
		return &url.URL{Host: req.Host}, nil
	}
	return url.ParseRequestURI(req.RequestURI)
}

// view returns what handlers read a body from, and its length, -1 for unknown.
func (s *stream) view(d direction, end bool, h http.Header) (r io.ReadCloser, length int64) {
	side := &s.sides[d]
	side.empty = end || side.upgraded
	if side.empty {
		return http.NoBody, 0
	}
	length, err := strconv.ParseInt(h.Get("Content-Length"), 10, 64)
	if err != nil || length < 0 {
		length = -1
	}
	side.sized = length >= 0
	return &body{s: s, d: d}, length
}

// processRequest runs the handlers for the request.
func (s *stream) processRequest(ctx context.Context) *answer {
	return s.chain.process(ctx,
		func(h Handler) *Result {
			rewind(s.req.Body)
			return h.ProcessRequest(ctx, s.req)
		},
		func(r *Result) error {
			setFields(s.req.Header, r.Headers)
			if r.ResponseBody != nil {
				s.req.Body = newReader(r.ResponseBody)
			}
			if r.StatusCode != 0 {
				log.Warn("a handler's result for a request that goes on has a status, which has no meaning there")
			}
			return nil
		})
}

// commitRequest makes the request what the handlers left.
func (s *stream) commitRequest() error {
	side, req := &s.sides[request], s.req
	if req.URL == nil {
		return errNoURL
	}
	data, is, err := replaced(side.body, req.Body)
	switch {
	case err != nil:
		return err
	case is && side.upgraded:
		return errUpgraded
	case is && side.empty:
		return errNoBody
	case is:
		setLength(req.Header, len(data))
		if err := s.setBody(request, data); err != nil {
			return err
		}
		side.headers = withoutLength(side.headers)
	}
	if err := s.commitTarget(); err != nil {
		return err
	}
	if err := headersOf(request).write(side.headers, req.Header); err != nil {
		return err
	}
	return trailersOf(request).writeTrailers(side.trailers, req.Trailer)
}

// commitTarget writes method, host and path where they differ.
func (s *stream) commitTarget() error {
	headers, req := s.sides[request].headers, s.req
	before := http.Request{Method: find(headers, ":method"), Host: find(headers, ":authority"), RequestURI: find(headers, ":path")}
	if req.Method != before.Method {
		if err := proxywasm.ReplaceHttpRequestHeader(":method", req.Method); err != nil {
			return err
		}
	}
	if req.Host != before.Host {
		if err := proxywasm.ReplaceHttpRequestHeader(":authority", req.Host); err != nil {
			return err
		}
	}
	if u, err := target(&before); err != nil || u.RequestURI() == req.URL.RequestURI() {
		return err
	}
	return proxywasm.ReplaceHttpRequestHeader(":path", req.URL.RequestURI())
}

// badRequest answers a request of which no http.Request can be made.
func (s *stream) badRequest(err error) types.Action {
	if u := new(url.Error); errors.As(err, &u) {
		err = u.Err // without the path, which may have secrets in its query
	}
	log.Infof("a request is answered with 400, its path is not valid: %v", err)
	return s.send(&Result{StatusCode: http.StatusBadRequest, ResponseBody: []byte("Bad Request\n")}, nil)
}

// asksUpgrade reports whether what follows the headers is not HTTP if upstream
// agrees. A request that says that it has a body has one: an upstream that
// knows nothing of the upgrade may read it.
func asksUpgrade(req *http.Request) bool {
	h := req.Header
	if length := h.Get("Content-Length"); length != "" && length != "0" || len(h["Transfer-Encoding"]) > 0 {
		return false
	}
	for _, value := range h["Connection"] {
		for _, token := range strings.Split(value, ",") {
			if strings.EqualFold(strings.TrimSpace(token), "upgrade") {
				return true
			}
		}
	}
	return false
}

// property returns a property's text, "" where the host has none.
func property(path ...string) string {
	value, err := proxywasm.GetProperty(path)
	if err != nil {
		return ""
	}
	return string(value)
}

// protocol returns the version of HTTP that a gateway names, 1.1 for none.
func protocol(name string) (proto string, major, minor int) {
	if major, minor, ok := http.ParseHTTPVersion(name); ok {
		return name, major, minor
	}
	if number, ok := strings.CutPrefix(name, "HTTP/"); ok {
		if major, err := strconv.Atoi(number); err == nil {
			return name + ".0", major, 0
		}
	}
	return "HTTP/1.1", 1, 1
}
