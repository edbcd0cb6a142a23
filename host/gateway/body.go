package gateway

import (
	"bytes"
	"errors"
	"io"
	"maps"
	"net/http"
	"sync"
	"time"

	"github.com/sluiceproxy/sluice/host"
)

// bufferSize is how much is read at once from client and upstream.
const bufferSize = 32 << 10

// startBody feeds the request body from a goroutine of its own.
func (x *exchange) startBody() {
	x.body = make(chan struct{})
	go func() {
		defer close(x.body)
		x.readBody(x.r.Body)
	}()
}

// readBody feeds what r gives until its end.
func (x *exchange) readBody(r io.Reader) {
	buf := x.g.buffers.Get().(*[bufferSize]byte)
	defer x.g.buffers.Put(buf)
	for x.mayReadRequest() {
		n, err := r.Read(buf[:])
		if n > 0 {
			x.mu.Lock()
			x.reqSize += int64(n)
			x.mu.Unlock()
			x.worker.Do(func() { x.stream.OnRequestData(buf[:n], false) })
			if c := x.sentCall(); c != nil {
				c.body.wait()
			}
		}
		if err == nil {
			continue
		}
		if err != io.EOF {
			x.fail(err)
			return
		}
		x.endRequest()
		return
	}
}

// endRequest feeds the end of the request.
func (x *exchange) endRequest() {
	x.mu.Lock()
	x.received = true
	x.mu.Unlock()
	x.worker.Do(func() {
		x.sentAt = time.Now()
		if t := trailers(host.MapRequestTrailers, x.r.Trailer); t != nil {
			x.stream.OnRequestTrailers(t)
			return
		}
		x.stream.OnRequestData(nil, true)
	})
}

// mayReadRequest waits while the chain wants no more of the request. It is
// false once the exchange has ended and what still comes is of no use. (While
// the answer waits to be read, the rest is read and dropped.)
func (x *exchange) mayReadRequest() bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	for x.paused[host.DirectionRequest] && !x.over && x.clientErr == nil {
		x.changed.Wait()
	}
	return x.clientErr == nil
}

// lingerTime is how long a client that is still sending may take to read an
// early answer before the connection is closed.
const lingerTime = 500 * time.Millisecond

// endBody ends the goroutine that reads the body, if there is one.
func (x *exchange) endBody() {
	if x.body == nil {
		return
	}
	if x.isReceived() {
		<-x.body // it is about to end
		return
	}
	if x.r.ProtoMajor == 1 && x.down.answered() {
		_ = x.rc.Flush()
		select {
		case <-x.body:
			return
		case <-time.After(lingerTime):
		}
	}
	if err := x.rc.SetReadDeadline(time.Unix(1, 0)); errors.Is(err, http.ErrNotSupported) {
		return // not a connection
	}
	<-x.body
}

// pipe carries the request body from the chain to the upstream. push never
// blocks; whoever feeds the chain calls wait before it reuses its buffer.
type pipe struct {
	mu       sync.Mutex
	cond     sync.Cond
	chunks   [][]byte
	borrowed int // how many of the chunks, the last ones, are not the pipe's own
	end      bool
	closed   bool
	started  bool          // something was read
	trailers http.Header   // what the reader finds at the end
	target   http.Header   // where it finds it
	limit    int64         // bytes that content-length still allows; -1 for any number
	overrun  func()        // called once when there are more
	room     int           // bytes that push may still copy, so that nobody waits for a reader
	settled  chan struct{} // closed at the end, or when there is no room; nil without gather
}

func newPipe(length int64, target http.Header) *pipe {
	p := &pipe{limit: length, target: target}
	p.cond.L = &p.mu
	return p
}

// push adds to the body. b stays in use until wait returns.
func (p *pipe) push(b []byte, end bool, trailers http.Header) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed || p.end {
		return
	}
	if p.limit >= 0 && int64(len(b)) > p.limit {
		b = b[:p.limit]
		if p.overrun != nil {
			p.overrun()
			p.overrun = nil
		}
	}
	if p.limit >= 0 {
		p.limit -= int64(len(b))
	}
	if len(b) > 0 {
		p.keep(b)
	}
	p.end, p.trailers = end, trailers
	if p.end || p.room <= 0 {
		p.settle()
	}
	p.cond.Broadcast()
}

// keep adds a chunk, or a copy of it while there is room for that.
func (p *pipe) keep(b []byte) {
	if p.room -= len(b); p.room > 0 {
		b = bytes.Clone(b)
	} else {
		p.borrowed++
	}
	p.chunks = append(p.chunks, b)
}

// gather makes push copy what it gets, until the end or until there are more than
// max bytes, so that the body goes on while nobody reads the pipe.
func (p *pipe) gather(max int) {
	p.room, p.settled = max+1, make(chan struct{})
}

// settle ends the gathering. p.mu must be held.
func (p *pipe) settle() {
	p.room = 0
	if p.settled != nil {
		close(p.settled)
		p.settled = nil
	}
}

// gathered waits until the gathering has ended, at most for d.
func (p *pipe) gathered(d time.Duration) {
	p.mu.Lock()
	settled := p.settled
	p.mu.Unlock()
	if settled == nil {
		return
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-settled:
	case <-t.C:
		p.mu.Lock()
		p.settle()
		p.mu.Unlock()
	}
}

// wait returns when all that was pushed has been read, or never will be.
func (p *pipe) wait() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for p.borrowed > 0 && !p.closed {
		p.cond.Wait()
	}
}

// whole takes the body, a copy, if its end is there, without trailers, nothing of
// it was read, and it has no more than max bytes.
func (p *pipe) whole(max int) (body []byte, ok bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	size := 0
	for _, b := range p.chunks {
		size += len(b)
	}
	if !p.end || p.closed || p.started || len(p.trailers) > 0 || size > max {
		return nil, false
	}
	body = bytes.Join(p.chunks, nil)
	p.chunks, p.borrowed = nil, 0
	p.cond.Broadcast()
	return body, true
}

// Read implements io.Reader for the upstream's transport.
func (p *pipe) Read(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.started = true
	for len(p.chunks) == 0 && !p.end && !p.closed {
		p.cond.Wait()
	}
	if p.closed {
		return 0, io.ErrClosedPipe
	}
	if len(p.chunks) == 0 {
		if p.target != nil { // a body with a content-length has no trailers
			maps.Copy(p.target, p.trailers)
		}
		return 0, io.EOF
	}
	n := copy(b, p.chunks[0])
	if p.chunks[0] = p.chunks[0][n:]; len(p.chunks[0]) == 0 {
		p.chunks = p.chunks[1:]
		p.borrowed = min(p.borrowed, len(p.chunks))
	}
	p.cond.Broadcast()
	return n, nil
}

// Close implements io.Closer: the upstream wants no more.
func (p *pipe) Close() error {
	p.close()
	return nil
}

func (p *pipe) close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closed = true
	p.settle()
	p.cond.Broadcast()
}
