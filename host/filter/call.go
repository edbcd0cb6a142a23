package filter

import (
	"net/http"

	"github.com/sluiceproxy/sluice/host"
)

// callHeaders runs the headers callback of this direction.
func (h *half) callHeaders(end bool) host.Action {
	if a, skip := h.skip(host.HeadersStopAllAndWatermark); skip {
		return a
	}
	h.p.created = true
	h.seesHeaders = true
	h.enter()
	a, err := h.onHeaders(h.pipe.headers.Len(), end)
	if err != nil {
		a = h.p.trapped(err, host.HeadersStopAllAndWatermark)
	}
	h.started = true
	h.leave()
	if a == host.HeadersContinue {
		h.seesHeaders = false
	}
	return a
}

// callData runs the body callback of this direction on buf, or on everything
// that is held back if the plugin asked to buffer.
func (h *half) callData(buf *host.Buffer, end bool) host.Action {
	if a, skip := h.skip(host.DataStopNoBuffer); skip {
		return a
	}
	h.enter()
	if h.buffering {
		h.pipe.watermark = false
		h.pipe.keep(buf)
		if h.pipe.aborted || h.pipe.over() {
			h.leave()
			return host.DataStopAndBuffer
		}
	}
	h.chunk = buf
	h.added = nil
	if end {
		h.added = host.NewHeaderMap(h.trailersType(), 0)
	}
	a, err := h.onBody(h.body().Len(), end)
	if err != nil {
		a = h.p.trapped(err, host.DataStopNoBuffer)
	}
	h.leave()
	h.buffering = a == host.DataStopAndBuffer
	if a == host.DataContinue {
		h.chunk = nil
	}
	return a
}

// callTrailers runs the trailers callback of this direction.
func (h *half) callTrailers() host.Action {
	if a, skip := h.skip(host.ActionStop); skip {
		return a
	}
	h.seesTrailers = true
	h.enter()
	a, err := h.onTrailers(h.pipe.trailers.Len())
	if err != nil {
		a = h.p.trapped(err, host.ActionStop)
	}
	h.leave()
	if a == host.ActionContinue {
		h.seesTrailers = false
	}
	return a
}

// skip says whether the callback is left out, and what counts as its answer:
// the plugin failed or is bypassed, the request never got to it, or its VM is
// gone.
func (h *half) skip(stop host.Action) (host.Action, bool) {
	p := h.p
	if p.bypass || p.failed || (h.pipe.dir == host.DirectionResponse && !p.created) {
		return host.HeadersContinue, true
	}
	if p.err == nil {
		return 0, false
	}
	err := p.err()
	switch {
	case err == nil:
		return 0, false
	case p.failOpen:
		p.bypass = true
		return host.HeadersContinue, true
	}
	h.enter() // the reply belongs to this callback
	defer h.leave()
	return p.trapped(err, stop), true
}

func (h *half) enter() {
	h.running = true
	h.pipe.calling++
}

func (h *half) leave() {
	h.running = false
	h.pipe.calling--
}

func (h *half) onHeaders(n int, end bool) (host.Action, error) {
	if h.pipe.dir == host.DirectionRequest {
		return h.p.c.OnRequestHeaders(n, end)
	}
	return h.p.c.OnResponseHeaders(n, end)
}

func (h *half) onBody(n int, end bool) (host.Action, error) {
	if h.pipe.dir == host.DirectionRequest {
		return h.p.c.OnRequestBody(n, end)
	}
	return h.p.c.OnResponseBody(n, end)
}

func (h *half) onTrailers(n int) (host.Action, error) {
	if h.pipe.dir == host.DirectionRequest {
		return h.p.c.OnRequestTrailers(n)
	}
	return h.p.c.OnResponseTrailers(n)
}

func (h *half) trailersType() host.MapType {
	if h.pipe.dir == host.DirectionRequest {
		return host.MapRequestTrailers
	}
	return host.MapResponseTrailers
}

// trapped answers 503 for an exchange whose plugin is gone.
func (p *pluginStream) trapped(err error, stop host.Action) host.Action {
	p.failed = true
	p.s.warn(p.name, "no answer from the plugin, the client gets 503: "+err.Error())
	p.s.localReply(host.LocalReply{Status: http.StatusServiceUnavailable, Details: "wasm_fail_stream",
		GRPCStatus: grpcUnavailable})
	return stop
}

const grpcUnavailable = 14
