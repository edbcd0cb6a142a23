package filter

import (
	"net/http"
	"strconv"

	"github.com/sluiceproxy/sluice/host"
)

// sendHeaders gives the headers to the sink.
func (p *pipe) sendHeaders(end bool) {
	s := p.s
	if p.dir == host.DirectionRequest {
		s.o.Sink.RequestHeaders(p.headers, end)
		return
	}
	if !validStatus(p.headers) {
		s.localReply(host.LocalReply{Status: http.StatusBadGateway, GRPCStatus: -1,
			Body:    []byte("missing required header: :status"),
			Details: "filter_removed_required_response_headers{missing_required_header:_:status}"})
		return
	}
	s.headersSent = true
	s.o.Sink.ResponseHeaders(p.headers, end)
	s.end(end)
}

// validStatus reports that a response has a status to send to a client.
func validStatus(h *host.HeaderMap) bool {
	v, _ := h.Get(":status")
	n, err := strconv.Atoi(v)
	return err == nil && (n == http.StatusSwitchingProtocols || n >= 200 && n <= 999)
}

func (p *pipe) sendData(buf *host.Buffer, end bool) {
	b := buf.Bytes()
	if p.dir == host.DirectionRequest {
		p.s.o.Sink.RequestData(b, end)
	} else {
		p.s.o.Sink.ResponseData(b, end)
		p.s.end(end)
	}
	p.drained(buf)
}

func (p *pipe) sendTrailers() {
	if p.dir == host.DirectionRequest {
		p.s.o.Sink.RequestTrailers(p.trailers)
		return
	}
	p.s.o.Sink.ResponseTrailers(p.trailers)
	p.s.end(true)
}
