package gateway

import (
	"net/http"
	"strconv"
	"time"

	"github.com/sluiceproxy/sluice/host"
	"github.com/sluiceproxy/sluice/host/filter"
)

var (
	_ filter.Sink            = (*exchange)(nil)
	_ host.RouteCacheClearer = (*exchange)(nil)
)

// eventKind is what an event brings to the client.
type eventKind uint8

const (
	eventHeaders eventKind = iota
	eventData
	eventTrailers
	eventReset
)

// event is something to write to the client.
type event struct {
	kind   eventKind
	status int
	header http.Header
	data   []byte
	end    bool
}

func (x *exchange) emit(e event) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.out = append(x.out, e)
	x.over = x.over || e.end
	x.notify()
}

// ResponseHeaders implements filter.Sink.
func (x *exchange) ResponseHeaders(h *host.HeaderMap, endStream bool) {
	v, _ := h.Get(":status")
	x.status, _ = strconv.Atoi(v)
	x.emit(event{kind: eventHeaders, status: x.status, header: x.g.responseHeader(h, x.status), end: endStream})
}

// ResponseData implements filter.Sink.
func (x *exchange) ResponseData(b []byte, endStream bool) {
	x.emit(event{kind: eventData, data: b, end: endStream})
}

// ResponseTrailers implements filter.Sink.
func (x *exchange) ResponseTrailers(h *host.HeaderMap) {
	x.emit(event{kind: eventTrailers, header: plainHeader(h), end: true})
}

// Reset implements filter.Sink.
func (x *exchange) Reset(string) {
	x.cancel()
	x.emit(event{kind: eventReset, end: true})
}

// LocalReply implements filter.Sink: the upstream is not needed any more.
func (x *exchange) LocalReply(host.LocalReply) {
	x.mu.Lock()
	x.local = true
	x.mu.Unlock()
	x.cancel()
}

// PauseReading implements filter.Sink.
func (x *exchange) PauseReading(d host.Direction, pause bool) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.paused[d] = pause
	x.notify()
}

// RequestHeaders implements filter.Sink: it chooses the cluster and asks the
// main goroutine to send the request.
func (x *exchange) RequestHeaders(h *host.HeaderMap, endStream bool) {
	c, bad := x.newCall(h, endStream)
	if bad != nil {
		x.stream.SendLocalReply(*bad)
		return
	}
	x.mu.Lock()
	x.call, x.sent = c, c
	x.notify()
	x.mu.Unlock()
	if endStream {
		x.arm()
	}
}

// RequestData implements filter.Sink.
func (x *exchange) RequestData(b []byte, endStream bool) {
	if c := x.sentCall(); c != nil {
		c.body.push(b, endStream, nil)
	}
	if endStream {
		x.arm()
	}
}

// RequestTrailers implements filter.Sink.
func (x *exchange) RequestTrailers(h *host.HeaderMap) {
	if c := x.sentCall(); c != nil {
		c.body.push(nil, true, plainHeader(h))
	}
	x.arm()
}

func (x *exchange) sentCall() *call {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.sent
}

func (x *exchange) takeCall() *call {
	x.mu.Lock()
	defer x.mu.Unlock()
	c := x.call
	x.call = nil
	if x.local || x.over {
		return nil
	}
	return c
}

// arm starts the route's timeout: the request has left completely.
func (x *exchange) arm() {
	r := x.currentRoute()
	if r == nil || r.timeout() < 0 || x.timer != nil || x.upgrade {
		return
	}
	x.timer = time.AfterFunc(r.timeout(), func() {
		x.mu.Lock()
		x.timedOut = true
		x.mu.Unlock()
		x.worker.Post(x.onTimeout)
	})
}

// onTimeout answers for an upstream that took too long.
func (x *exchange) onTimeout() {
	x.stream.SendLocalReply(host.LocalReply{Status: http.StatusGatewayTimeout, Details: "response_timeout",
		Body: []byte("upstream request timeout"), GRPCStatus: -1})
	x.cancel()
}

// ClearRouteCache implements host.RouteCacheClearer.
func (x *exchange) ClearRouteCache() { x.routed = false }

// currentRoute is the route for the request headers as they are now.
func (x *exchange) currentRoute() *Route {
	if !x.routed {
		authority, _ := x.headers.Get(":authority")
		path, ok := x.headers.Get(":path")
		x.routed, x.route = true, nil
		if ok {
			x.route = x.g.routes.Load().find(authority, path)
		}
	}
	return x.route
}
