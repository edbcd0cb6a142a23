package filter

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/sluiceproxy/sluice/host"
)

// SendLocalReply answers the client in place of the upstream, as a plugin's
// reply does: the data plane uses it for 404, 503 and the like. If response
// headers are already out, the exchange is reset.
func (s *Stream) SendLocalReply(r host.LocalReply) { s.localReply(r) }

// localReply chooses the way of a reply. The first reply counts.
func (s *Stream) localReply(r host.LocalReply) {
	if s.closed || s.ended || s.prepared != nil {
		return
	}
	if r.Status < 200 || r.Status > 599 {
		s.warn("", fmt.Sprintf("a reply with status %d can't be sent (allowed: 200 to 599): the client gets 500", r.Status))
		r = host.LocalReply{Status: http.StatusInternalServerError, Details: "invalid_local_reply_status", GRPCStatus: -1}
	}
	decoding := s.req.calling > 0
	s.abortCallbacks()
	switch {
	case s.headersSent:
		s.resetStream(r.Details)
	case s.res.headers != nil:
		s.replyDirectly(r)
	case decoding:
		s.prepared = &r // no plugin is called while another one runs
	default:
		s.replyThroughChain(r)
	}
}

// abortCallbacks keeps the callbacks that run from passing anything on.
func (s *Stream) abortCallbacks() {
	if s.req.calling > 0 {
		s.req.aborted = true
	} else if s.res.calling > 0 {
		s.res.aborted = true
	}
}

// executePrepared sends the reply that a request callback asked for.
func (s *Stream) executePrepared() {
	r := s.prepared
	s.prepared = nil
	if r != nil && !s.ended && !s.closed {
		s.replyThroughChain(*r)
	}
}

// replyThroughChain shows the reply to the plugins that have seen the request.
func (s *Stream) replyThroughChain(r host.LocalReply) {
	h, body := s.announce(r)
	end := s.head || len(body) == 0
	s.respond(h, end)
	if !end && !s.ended {
		s.responded = true
		s.res.feed(body, true)
	}
}

// replyDirectly sends the reply past the plugins, whose response callbacks have
// already begun with another response.
func (s *Stream) replyDirectly(r host.LocalReply) {
	h, body := s.announce(r)
	end := s.head || len(body) == 0
	s.res.headers, s.res.trailers, s.res.buffered = h, nil, nil
	s.responded, s.headersSent, s.ended = true, true, true
	s.o.Sink.ResponseHeaders(h, end)
	if !end {
		s.o.Sink.ResponseData(body, true)
	}
}

func (s *Stream) announce(r host.LocalReply) (*host.HeaderMap, []byte) {
	s.local, s.details = true, r.Details
	s.o.Sink.LocalReply(r)
	return s.replyHeaders(r)
}

// replyHeaders builds the headers that Envoy gives a local reply.
func (s *Stream) replyHeaders(r host.LocalReply) (*host.HeaderMap, []byte) {
	h := host.NewHeaderMap(host.MapResponseHeaders, len(r.Headers)+3)
	h.Add(":status", strconv.Itoa(r.Status))
	for _, f := range r.Headers {
		if !strings.HasPrefix(f[0], ":") {
			h.Add(f[0], f[1])
		}
	}
	if s.grpc {
		s.grpcHeaders(h, r)
		return h, nil
	}
	body := r.Body
	if r.Status == http.StatusNoContent || r.Status == http.StatusNotModified {
		body = nil // such a response has none: bytes behind it would be taken for the next one
	}
	if len(body) == 0 {
		h.Remove("content-length")
		h.Remove("content-type")
		return h, nil
	}
	h.Set("content-length", strconv.Itoa(len(body)))
	if _, ok := h.Get("content-type"); !ok {
		h.Add("content-type", "text/plain")
	}
	return h, body
}

// grpcHeaders turns a reply into what a gRPC client understands: headers only,
// with status and message in them.
func (s *Stream) grpcHeaders(h *host.HeaderMap, r host.LocalReply) {
	h.Set(":status", "200")
	h.Set("content-type", "application/grpc")
	h.Remove("content-length")
	if _, ok := h.Get("grpc-status"); !ok {
		code := int(r.GRPCStatus)
		if code < 0 || code > 16 {
			code = GRPCStatus(r.Status)
		}
		h.Add("grpc-status", strconv.Itoa(code))
	}
	if len(r.Body) > 0 && !s.head {
		h.Set("grpc-message", percentEncode(strings.TrimSuffix(string(r.Body), "\n")))
	}
}

// GRPCStatus is the gRPC status that stands for an HTTP status, as the gRPC
// specification maps it; 2 (unknown) for those that it doesn't name.
func GRPCStatus(status int) int {
	switch status {
	case http.StatusBadRequest:
		return 13
	case http.StatusUnauthorized:
		return 16
	case http.StatusForbidden:
		return 7
	case http.StatusNotFound:
		return 12
	case http.StatusTooManyRequests, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return grpcUnavailable
	}
	return 2
}

// percentEncode encodes what the gRPC specification does not allow in a
// message: everything but printable ASCII, and the percent sign.
func percentEncode(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if c := s[i]; c < ' ' || c > '~' || c == '%' {
			fmt.Fprintf(&b, "%%%02X", c)
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}
