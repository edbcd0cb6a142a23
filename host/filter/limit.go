package filter

import (
	"net/http"

	"github.com/sluiceproxy/sluice/host"
)

// keep adds buf to what is held back and empties it.
func (p *pipe) keep(buf *host.Buffer) {
	if buf == p.buffered {
		return
	}
	if p.buffered == nil {
		p.buffered = new(host.Buffer)
	}
	before := p.buffered.Len()
	p.buffered.Append(buf.Bytes())
	buf.Reset()
	limit := p.s.o.limit()
	if before > limit || p.buffered.Len() <= limit {
		return
	}
	if p.watermark {
		p.pause(true)
		return
	}
	p.s.localReply(tooLarge(p.dir))
}

func tooLarge(d host.Direction) host.LocalReply {
	r := host.LocalReply{Status: http.StatusRequestEntityTooLarge, Details: "request_payload_too_large",
		Body: []byte("Payload Too Large"), GRPCStatus: -1}
	if d == host.DirectionResponse {
		r.Status, r.Details = http.StatusInternalServerError, "response_payload_too_large"
		r.Body = []byte("Internal Server Error")
	}
	return r
}

// drained empties buf after its content has left, and lets reading go on once
// little is held back.
func (p *pipe) drained(buf *host.Buffer) {
	if buf == p.buffered {
		p.buffered = nil
	} else {
		buf.Reset()
	}
	if p.paused && (p.buffered == nil || p.buffered.Len() <= p.s.o.limit()/2) {
		p.pause(false)
	}
}

func (p *pipe) pause(on bool) {
	if p.paused == on {
		return
	}
	p.paused = on
	p.s.o.Sink.PauseReading(p.dir, on)
}
