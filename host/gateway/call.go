package gateway

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/sluiceproxy/sluice/host"
	"github.com/sluiceproxy/sluice/host/upstream"
)

// call is the request to the upstream.
type call struct {
	rt   http.RoundTripper
	req  *http.Request
	body *pipe
}

// newCall makes the upstream's request out of the headers that left the chain,
// or says what to answer in its place.
func (x *exchange) newCall(h *host.HeaderMap, end bool) (*call, *host.LocalReply) {
	route := x.currentRoute()
	if route == nil {
		return nil, &host.LocalReply{Status: http.StatusNotFound, Details: "route_not_found", GRPCStatus: -1}
	}
	rt, ok := x.g.clusters.RoundTripper(route.Cluster)
	if !ok {
		x.warn("", "no cluster is named "+strconv.Quote(route.Cluster))
		return nil, &host.LocalReply{Status: http.StatusServiceUnavailable, Details: "cluster_not_found", GRPCStatus: -1}
	}
	if msg := badRequestHeader(h); msg != "" {
		return nil, &host.LocalReply{Status: http.StatusServiceUnavailable, Body: []byte(msg), GRPCStatus: -1,
			Details: "filter_removed_required_request_headers{" + strings.ReplaceAll(msg, " ", "_") + "}"}
	}
	c := &call{rt: rt, req: x.newRequest(h, route)}
	length := c.req.ContentLength
	if x.upgrade {
		length = -1 // what follows is no body
	}
	c.body = newPipe(length, c.req.Trailer)
	c.body.overrun = func() {
		x.warn("", "the request body is longer than its content-length: the upstream gets no more than that; "+lengthCure)
	}
	if end {
		c.req.Body, c.req.ContentLength, c.req.Trailer = http.NoBody, 0, nil
		c.body.push(nil, true, nil)
		return c, nil
	}
	// A transport that was told to stop waits until it has read the body.
	context.AfterFunc(x.ctx, c.body.close)
	if !x.upgrade {
		c.req.Body = c.body
		if n := x.r.ContentLength; n > 0 && n <= maxWhole {
			c.body.gather(maxWhole)
			c.req.GetBody = bytesOnce(c.body)
		}
	}
	return c, nil
}

func (x *exchange) newRequest(h *host.HeaderMap, route *Route) *http.Request {
	method, _ := h.Get(":method")
	authority, _ := h.Get(":authority")
	path, _ := h.Get(":path")
	req := &http.Request{Method: method, Host: authority, URL: targetURL(path), Header: plainHeader(h),
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, ContentLength: -1}
	if v, ok := h.Get("content-length"); ok {
		if n, err := strconv.ParseInt(v, 10, 64); err == nil && n >= 0 {
			req.ContentLength = n
		}
	}
	if req.ContentLength < 0 {
		req.Trailer = make(http.Header, len(x.r.Trailer))
		for k := range x.r.Trailer {
			req.Trailer[k] = nil
		}
	}
	delete(req.Header, "Trailer")
	delete(req.Header, "Content-Length")
	if _, ok := req.Header["User-Agent"]; !ok {
		req.Header["User-Agent"] = []string{""} // net/http adds none of its own
	}
	if t := route.timeout(); t > 0 {
		req.Header["X-Envoy-Expected-Rq-Timeout-Ms"] = []string{itoa(t.Milliseconds())}
	}
	if x.upgrade {
		req.Header["Connection"], req.Header["Upgrade"] = []string{"Upgrade"}, h.Values("upgrade")
		req.ContentLength = 0
	}
	return req.WithContext(x.trace())
}

// targetURL sends path as it is. (Opaque must not begin with two slashes.)
func targetURL(path string) *url.URL {
	if strings.HasPrefix(path, "//") {
		if u, err := url.ParseRequestURI(path); err == nil {
			return u
		}
	}
	return &url.URL{Opaque: path}
}

// badRequestHeader says what can't be sent to an upstream, in Envoy's words.
func badRequestHeader(h *host.HeaderMap) string {
	for _, name := range []string{":method", ":path", ":authority"} {
		v, ok := h.Get(name)
		if !ok || v == "" {
			return "missing required header: " + name
		}
		if strings.ContainsFunc(v, func(r rune) bool { return r <= ' ' || r == 0x7f }) {
			return "invalid header value for: " + name
		}
	}
	for _, f := range h.Pairs() {
		if strings.ContainsAny(f[1], "\r\n\x00") {
			return "invalid header value for: " + f[0]
		}
		if f[0] == "" || strings.ContainsFunc(f[0], func(r rune) bool { return r <= ' ' || r >= 0x7f }) {
			return "invalid header name: " + strconv.Quote(f[0])
		}
	}
	return ""
}

// maxWhole is how much of a request body that has come in completely is handed to
// the upstream at once.
const maxWhole = 64 << 10

// gatherTime is how long a short request body may take to come in until the
// request is sent without its end.
const gatherTime = 5 * time.Millisecond

// bytesOnce returns what gives a short body to the upstream as bytes, if its end
// is there or about to come: no goroutine has to pass it on then.
func bytesOnce(p *pipe) func() (io.ReadCloser, error) {
	var body []byte
	taken := false
	return func() (io.ReadCloser, error) {
		if !taken {
			p.gathered(gatherTime)
			if body, taken = p.whole(maxWhole); !taken {
				return nil, upstream.ErrBodyComing
			}
		}
		return io.NopCloser(bytes.NewReader(body)), nil
	}
}

// roundTrip sends the request and waits for the response headers.
func (x *exchange) roundTrip(c *call) (*http.Response, error) {
	x.setReading(true)
	defer x.setReading(false)
	return c.rt.RoundTrip(c.req)
}

// setReading says whether the main goroutine waits for the upstream. What came
// out before it began is written by now.
func (x *exchange) setReading(on bool) {
	x.mu.Lock()
	x.reading = on
	pending := on && len(x.out) > 0
	x.mu.Unlock()
	if pending {
		x.down.flush()
	}
}

// smallBody is the length up to which a response's headers wait for its body, to
// leave in one packet: such a body comes with its headers.
const smallBody = 2 << 10

// proxy sends the request and feeds the response.
func (x *exchange) proxy(c *call) {
	x.down.flush()
	res, err := x.roundTrip(c)
	if err != nil {
		x.upstreamFailed(err, false)
		return
	}
	defer res.Body.Close()
	defer c.body.close()
	end := res.Body == http.NoBody || x.r.Method == http.MethodHead || res.ContentLength == 0
	if rw, ok := res.Body.(io.ReadWriteCloser); ok && res.StatusCode == http.StatusSwitchingProtocols {
		end = false
		x.startUpgradedUpstream(rw, c)
	}
	x.do(func() {
		x.responseCame(end)
		x.stream.OnResponseHeaders(responseHeaders(res, time.Since(x.sentSince())), end)
	})
	x.down.drain(res.ContentLength <= 0 || res.ContentLength > smallBody)
	if !end {
		x.pump(res)
	}
}

func (x *exchange) sentSince() time.Time {
	if x.sentAt.IsZero() {
		return time.Now()
	}
	return x.sentAt
}

// responseCame stops the timeout at the end of the response.
func (x *exchange) responseCame(end bool) {
	if end && x.timer != nil {
		x.timer.Stop()
	}
}

// pump feeds the response body.
func (x *exchange) pump(res *http.Response) {
	buf := x.g.buffers.Get().(*[bufferSize]byte)
	defer x.g.buffers.Put(buf)
	for x.mayReadResponse() {
		x.setReading(true)
		n, err := res.Body.Read(buf[:])
		x.setReading(false)
		if n > 0 {
			x.do(func() { x.stream.OnResponseData(buf[:n], false) })
			x.down.flush()
		}
		switch {
		case err == nil:
		case err == io.EOF:
			x.endResponse(res)
			return
		default:
			x.upstreamFailed(err, true)
			return
		}
	}
}

func (x *exchange) endResponse(res *http.Response) {
	x.do(func() {
		x.responseCame(true)
		if t := trailers(host.MapResponseTrailers, res.Trailer); t != nil {
			x.stream.OnResponseTrailers(t)
			return
		}
		x.stream.OnResponseData(nil, true)
	})
	x.down.flush()
}

// mayReadResponse waits while the chain wants no more of the response; false
// means that it wants none at all.
func (x *exchange) mayReadResponse() bool {
	for {
		x.mu.Lock()
		stop, paused := x.over || x.local || x.clientErr != nil, x.paused[host.DirectionResponse]
		x.mu.Unlock()
		if stop || !paused {
			return !stop
		}
		select {
		case <-x.wake:
			x.down.flush()
		case <-x.r.Context().Done():
			return false
		}
	}
}

// upstreamFailed answers for an upstream that broke off, unless it was told to.
func (x *exchange) upstreamFailed(err error, started bool) {
	x.mu.Lock()
	expected := x.local || x.over || x.timedOut || x.clientErr != nil || x.r.Context().Err() != nil
	x.mu.Unlock()
	if expected {
		x.wakeUp()
		return
	}
	reason := resetReason(err)
	x.warn("", "upstream: "+err.Error())
	r := host.LocalReply{Status: http.StatusServiceUnavailable, GRPCStatus: -1,
		Body:    []byte("upstream connect error or disconnect/reset before headers. reset reason: " + reason),
		Details: "upstream_reset_before_response_started{" + strings.ReplaceAll(reason, " ", "_") + "}"}
	if started {
		r.Details = "upstream_reset_after_response_started{" + strings.ReplaceAll(reason, " ", "_") + "}"
	}
	x.do(func() {
		x.responseCame(true)
		x.stream.SendLocalReply(r)
	})
	x.wakeUp()
}

// wakeUp makes the main goroutine look again.
func (x *exchange) wakeUp() {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.notify()
}

// resetReason is Envoy's name for what went wrong.
func resetReason(err error) string {
	var op *net.OpError
	if errors.As(err, &op) && op.Op == "dial" {
		if op.Timeout() {
			return "connection timeout"
		}
		return "remote connection failure"
	}
	var timeout interface{ Timeout() bool }
	if errors.As(err, &timeout) && timeout.Timeout() {
		return "connection timeout"
	}
	return "connection termination"
}

func itoa(n int64) string { return strconv.FormatInt(n, 10) }
