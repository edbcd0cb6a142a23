package gateway

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"sync"
	"time"
)

// downstream writes to the client.
type downstream struct {
	x        *exchange
	mu       sync.Mutex // one writer at a time, in order
	spare    []event
	wrote    bool  // headers are out
	broken   bool  // the exchange was reset, or the client is gone
	left     int64 // what content-length still allows; -1 for any number
	unsent   bool  // something waits in net/http's buffer
	warned   bool  // about more body than content-length said
	closed   bool  // the handler returns
	hijacked net.Conn
}

// flush writes what has come out so far. It returns when nothing is left, also
// if another goroutine wrote it; so data that came out may be reused then.
func (d *downstream) flush() { d.drain(true) }

// drain is flush; without now, net/http may keep what it got until the next one.
func (d *downstream) drain(now bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for !d.closed {
		events := d.take()
		if len(events) == 0 {
			break
		}
		for i := range events {
			d.write(&events[i])
		}
		clear(events)
		d.spare = events[:0]
	}
	if now && d.unsent && !d.broken && !d.closed && d.hijacked == nil {
		d.unsent = false
		_ = d.x.rc.Flush()
	}
}

func (d *downstream) take() []event {
	d.x.mu.Lock()
	defer d.x.mu.Unlock()
	events := d.x.out
	d.x.out = d.spare[:0]
	d.spare = nil
	return events
}

func (d *downstream) write(e *event) {
	if d.broken {
		return
	}
	switch e.kind {
	case eventHeaders:
		d.writeHeaders(e)
	case eventData:
		d.writeData(e.data)
	case eventTrailers:
		if d.unsent && d.hijacked == nil {
			_ = d.x.rc.Flush() // net/http would announce a length, and leave trailers out
		}
		for k, v := range e.header {
			d.x.w.Header()[http.TrailerPrefix+k] = v
		}
	case eventReset:
		if d.unsent && !d.broken {
			_ = d.x.rc.Flush() // the client sees how far the response came
		}
		d.broken = true
	}
	if e.end && d.left > 0 && d.hijacked == nil && !d.broken {
		d.broken = true // a client would wait for the rest
		d.x.warn("", "the response body is shorter than its content-length: the client's connection is closed; "+lengthCure)
	}
	d.unsent = !e.end // the end is flushed by net/http, in one packet with what is before it
	if e.end && d.hijacked != nil {
		_ = d.hijacked.Close()
	}
}

func (d *downstream) writeHeaders(e *event) {
	x := d.x
	if e.status == http.StatusSwitchingProtocols {
		d.switchProtocols(e)
		return
	}
	if x.body != nil {
		_ = x.rc.EnableFullDuplex() // not on HTTP/2, which always is
	}
	if x.r.ProtoMajor == 1 && !x.isReceived() {
		// Envoy closes too: what the client still sends must not be taken for
		// its next request.
		e.header["Connection"] = []string{"close"}
	}
	h := x.w.Header()
	for k, v := range e.header {
		h[k] = v
	}
	d.wrote, d.left = true, -1
	if bodyAllowed(x.r.Method, e.status) {
		if n, err := strconv.ParseInt(h.Get("Content-Length"), 10, 64); err == nil {
			d.left = n
		}
	}
	x.w.WriteHeader(e.status)
}

func (d *downstream) writeData(b []byte) {
	if d.left >= 0 && int64(len(b)) > d.left && d.hijacked == nil {
		b = b[:d.left]
		if !d.warned {
			d.warned = true
			d.x.warn("", "the response body is longer than its content-length: the client gets no more than that; "+lengthCure)
		}
	}
	if len(b) == 0 {
		return
	}
	var w io.Writer = d.x.w
	if d.hijacked != nil {
		w = d.hijacked
	}
	n, err := w.Write(b)
	d.x.mu.Lock()
	d.x.resSize += int64(n)
	d.x.mu.Unlock()
	if d.left > 0 {
		d.left -= int64(n)
	}
	if err != nil && !errors.Is(err, http.ErrBodyNotAllowed) {
		d.broken = true
		d.x.fail(err)
	}
}

// lengthCure is what a plugin's author has to do about a wrong content-length.
const lengthCure = "a plugin that changes a body must remove content-length in its headers callback"

// bodyAllowed reports that a response has a body.
func bodyAllowed(method string, status int) bool {
	return method != http.MethodHead && status >= 200 && status != http.StatusNoContent && status != http.StatusNotModified
}

// switchProtocols answers 101 and takes the connection over.
func (d *downstream) switchProtocols(e *event) {
	x := d.x
	conn, rw, err := x.rc.Hijack()
	if err != nil {
		d.broken = true
		x.fail(err)
		return
	}
	d.hijacked, d.wrote = conn, true
	_ = conn.SetDeadline(time.Time{})
	delete(e.header, "Content-Type")
	_, err = fmt.Fprintf(rw, "HTTP/1.1 101 %s\r\n", http.StatusText(e.status))
	if err == nil {
		err = e.header.Write(rw)
	}
	if err == nil {
		_, err = rw.WriteString("\r\n")
	}
	if err == nil {
		err = rw.Flush()
	}
	if err != nil {
		d.broken = true
		x.fail(err)
		return
	}
	x.startUpgraded(rw.Reader)
}

// answered reports that an answer has gone out and not been broken off.
func (d *downstream) answered() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.wrote && !d.broken
}

// close writes nothing more. gone says that the response is not complete.
func (d *downstream) close(gone bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.closed = true
	if d.hijacked != nil {
		_ = d.hijacked.Close()
		d.broken = false // there is no response for net/http to break off
		return
	}
	d.broken = d.broken || gone
}

func (x *exchange) isReceived() bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.received
}

// logAccess reports the request.
func (x *exchange) logAccess() {
	if x.g.o.AccessLog == nil {
		return
	}
	e := Entry{Start: x.start, Duration: time.Since(x.start), Method: x.r.Method, Path: x.r.RequestURI,
		Authority: x.r.Host, Protocol: protocol(x.r), Details: x.stream.Details()}
	if x.route != nil {
		e.Route, e.Cluster = x.route.Name, x.route.Cluster
	}
	if x.down.wrote {
		e.Status = x.status
	}
	x.mu.Lock()
	e.Upstream, e.RequestBytes, e.ResponseBytes = x.address, x.reqSize, x.resSize
	gone := x.gone
	x.mu.Unlock()
	if gone {
		e.Details = "downstream_remote_disconnect"
	}
	x.g.o.AccessLog(e)
}

// protocol is the protocol's name as Envoy writes it.
func protocol(r *http.Request) string {
	if r.ProtoMajor == 2 {
		return "HTTP/2"
	}
	return r.Proto
}
