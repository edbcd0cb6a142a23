package upstream

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"sync"
	"time"
)

// maxDirectBody is the longest request body that direct sends: it fits into the
// buffers of a socket, so sending it never waits for an upstream that waits for
// its answer to be read.
const maxDirectBody = 64 << 10

// maxResponseHead bounds the head of a response, as http.Transport does.
const maxResponseHead = 10 << 20

const (
	idleTime    = 90 * time.Second
	idlePerHost = 256
)

// direct sends HTTP/1.1 requests and reads their answers on the calling
// goroutine. http.Transport has two goroutines for each connection, and handing
// a request to one and its answer back from the other takes longer than a small
// plugin does. What direct is no good for (a body that is still coming, or long,
// a change of protocol) goes to the transport.
type direct struct {
	dial     func(ctx context.Context, network, address string) (net.Conn, error)
	fallback http.RoundTripper

	mu     sync.Mutex
	idle   map[string][]*directConn // the last one was used last
	reaper *time.Timer
	closed bool
}

// RoundTrip implements http.RoundTripper.
func (d *direct) RoundTrip(r *http.Request) (*http.Response, error) {
	if !suits(r) {
		return d.fallback.RoundTrip(r)
	}
	ctx := r.Context()
	if c := d.take(r.URL.Host); c != nil {
		resp, err := c.exchange(ctx, r)
		switch {
		case errors.Is(err, ErrBodyComing):
			return d.pass(r)
		case err == nil || ctx.Err() != nil || !errors.Is(err, errNoAnswer) || !repeatable(r):
			return resp, err
		}
		// The upstream had closed the connection at that moment.
	}
	conn, err := d.dial(ctx, "tcp", r.URL.Host)
	if err != nil {
		return nil, err
	}
	c := &directConn{Conn: conn, owner: d, address: r.URL.Host}
	c.r = bufio.NewReader(c)
	c.w = bufio.NewWriter(c)
	resp, err := c.exchange(ctx, r)
	if errors.Is(err, ErrBodyComing) {
		return d.pass(r)
	}
	return resp, err
}

// pass gives a request whose body is still coming to the transport, which could
// not ask for that body twice.
func (d *direct) pass(r *http.Request) (*http.Response, error) {
	once := *r
	once.GetBody = nil
	return d.fallback.RoundTrip(&once)
}

// ErrBodyComing is what GetBody of a request returns if its body, which could have
// been short and there, is not: Body has it then, and has to be passed on as it
// comes. GetBody is called once there is a connection.
var ErrBodyComing = errors.New("the request body is still coming")

// suits reports that a request is whole and short, and stays HTTP/1.1.
func suits(r *http.Request) bool {
	if !canCheck || r.Close || r.Method == http.MethodConnect || len(r.Trailer) > 0 || len(r.Header["Upgrade"]) > 0 || len(r.Header["Expect"]) > 0 {
		return false
	}
	return r.Body == nil || r.Body == http.NoBody || r.GetBody != nil && r.ContentLength <= maxDirectBody
}

// repeatable reports that a request may be sent twice (RFC 9110, 9.2.2).
func repeatable(r *http.Request) bool {
	switch r.Method {
	case http.MethodGet, http.MethodHead, http.MethodOptions, http.MethodTrace, http.MethodPut, http.MethodDelete:
		return true
	}
	return false
}

// take returns a connection that is idle and still open, or nil.
func (d *direct) take(address string) *directConn {
	for {
		d.mu.Lock()
		list := d.idle[address]
		if len(list) == 0 {
			d.mu.Unlock()
			return nil
		}
		c := list[len(list)-1]
		list[len(list)-1] = nil
		d.idle[address] = list[:len(list)-1]
		d.mu.Unlock()
		if time.Since(c.since) < idleTime && quiet(c.Conn) {
			return c
		}
		_ = c.Close()
	}
}

// put keeps a connection for the next request.
func (d *direct) put(c *directConn) {
	c.since = time.Now()
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.closed || len(d.idle[c.address]) >= idlePerHost {
		_ = c.Close()
		return
	}
	d.idle[c.address] = append(d.idle[c.address], c)
	if d.reaper == nil {
		d.reaper = time.AfterFunc(idleTime, func() { d.reap(time.Now().Add(-idleTime)) })
	}
}

// reap closes what has been idle since a time before limit.
func (d *direct) reap(limit time.Time) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.reaper = nil
	for address, list := range d.idle {
		n := 0
		for n < len(list) && list[n].since.Before(limit) {
			_ = list[n].Close()
			n++
		}
		if n == len(list) {
			delete(d.idle, address)
		} else {
			d.idle[address] = append(list[:0:0], list[n:]...)
		}
	}
	if len(d.idle) > 0 && !d.closed {
		d.reaper = time.AfterFunc(idleTime, func() { d.reap(time.Now().Add(-idleTime)) })
	}
}

// closeIdle closes what is idle, and what will be.
func (d *direct) closeIdle() {
	d.mu.Lock()
	d.closed = true
	if d.reaper != nil {
		d.reaper.Stop()
	}
	d.mu.Unlock()
	d.reap(time.Now().Add(time.Hour))
}

// directConn is a connection of direct.
type directConn struct {
	net.Conn
	owner   *direct
	address string
	r       *bufio.Reader
	w       *bufio.Writer
	head    int // bytes that the head of the response may still have; -1 behind it
	since   time.Time
	broken  bool // for writing
}

// errNoAnswer: the connection ended before the first byte of an answer.
var errNoAnswer = errors.New("the upstream has closed the connection without an answer")

// Read implements io.Reader for the response.
func (c *directConn) Read(b []byte) (int, error) {
	if c.head == 0 {
		return 0, fmt.Errorf("the head of the response is longer than %d bytes", maxResponseHead)
	}
	if c.head > 0 && len(b) > c.head {
		b = b[:c.head]
	}
	n, err := c.Conn.Read(b)
	if c.head > 0 {
		c.head -= n
	}
	return n, err
}

// Write implements io.Writer for the request.
func (c *directConn) Write(b []byte) (int, error) {
	n, err := c.Conn.Write(b)
	c.broken = c.broken || err != nil
	return n, err
}

// exchange sends a request and reads the head of its response. The connection
// goes back to its owner with the end of the body.
func (c *directConn) exchange(ctx context.Context, r *http.Request) (*http.Response, error) {
	if t := httptrace.ContextClientTrace(ctx); t != nil && t.GotConn != nil {
		t.GotConn(httptrace.GotConnInfo{Conn: c.Conn})
	}
	stop := context.AfterFunc(ctx, func() { _ = c.Close() })
	resp, err := c.send(r)
	if err != nil {
		if stop() && errors.Is(err, ErrBodyComing) { // nothing was sent
			c.owner.put(c)
			return nil, err
		}
		_ = c.Close()
		if ctx.Err() != nil {
			err = context.Cause(ctx)
		}
		return nil, err
	}
	b := &directBody{body: resp.Body, c: c, ctx: ctx, stop: stop, keep: !resp.Close && !c.broken}
	if resp.Body == http.NoBody || resp.ContentLength == 0 {
		b.end(true)
		resp.Body = http.NoBody
	} else {
		resp.Body = b
	}
	return resp, nil
}

func (c *directConn) send(r *http.Request) (*http.Response, error) {
	if r.GetBody != nil {
		body, err := r.GetBody()
		if err != nil {
			return nil, err
		}
		again := *r // the caller's body stays as it is, for another try
		again.Body, r = body, &again
	}
	err := r.Write(c.w)
	if err == nil {
		err = c.w.Flush()
	}
	if err != nil && !c.broken {
		return nil, err // the request itself: the upstream waits for the rest of it
	}
	c.head = maxResponseHead
	if _, peek := c.r.Peek(1); peek != nil {
		return nil, errors.Join(errNoAnswer, err, peek)
	}
	for {
		resp, err := http.ReadResponse(c.r, r)
		if err != nil {
			return nil, err
		}
		if resp.StatusCode == http.StatusSwitchingProtocols {
			return nil, errors.New("the upstream switches protocols without having been asked to")
		}
		if resp.StatusCode >= 200 {
			c.head = -1
			return resp, nil
		}
	}
}

// directBody gives the connection back at its end.
type directBody struct {
	body io.ReadCloser
	c    *directConn
	ctx  context.Context
	stop func() bool
	keep bool
	once sync.Once
}

// Read implements io.Reader.
func (b *directBody) Read(p []byte) (int, error) {
	n, err := b.body.Read(p)
	if err == nil {
		return n, nil
	}
	complete := errors.Is(err, io.EOF)
	if b.end(complete); !complete && b.ctx.Err() != nil {
		err = context.Cause(b.ctx)
	}
	return n, err
}

// Close implements io.Closer: what was not read is not waited for.
func (b *directBody) Close() error {
	b.end(false)
	return nil
}

// end gives the connection back, or closes it where a request behind this one
// could get a wrong answer.
func (b *directBody) end(complete bool) {
	b.once.Do(func() {
		if b.stop() && complete && b.keep && b.c.r.Buffered() == 0 {
			b.c.owner.put(b.c)
		} else {
			_ = b.c.Close()
		}
	})
}
