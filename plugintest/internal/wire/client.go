package wire

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"time"

	"golang.org/x/net/http2"
)

// dialTimeout bounds connecting to a gateway on the same machine.
const dialTimeout = 5 * time.Second

// Client is a client's exchange, on a connection of its own.
type Client struct {
	*Stream
	c  net.Conn
	h2 bool
}

// Dial connects to a gateway for one exchange, over HTTP/2 if h2 is set. The
// connection ends with Close.
func Dial(addr string, h2 bool) (*Client, error) {
	c, err := net.DialTimeout("tcp", addr, dialTimeout)
	if err != nil {
		return nil, err
	}
	if !h2 {
		return &Client{Stream: &Stream{Protocol: "HTTP/1.1", out: &h1Sender{c: c}}, c: c}, nil
	}
	_, err = io.WriteString(c, http2.ClientPreface)
	conn := newH2(c, bufio.NewReader(c), nil)
	if err == nil {
		err = conn.greet()
	}
	if err != nil {
		_ = c.Close()
		return nil, err
	}
	s := conn.open(1)
	go conn.read()
	return &Client{Stream: &s.Stream, c: c, h2: true}, nil
}

// WriteHead is as Stream.WriteHead.
func (c *Client) WriteHead(h Head, end bool) error {
	if !c.h2 {
		go c.read(h.Method == http.MethodHead)
	}
	return c.Stream.WriteHead(h, end)
}

// Close ends the connection.
func (c *Client) Close() { _ = c.c.Close() }

// read takes the response of HTTP/1.1. The answer to HEAD has no body.
func (c *Client) read(isHead bool) {
	r := bufio.NewReader(c.c)
	for {
		first, fields, err := h1Head(r)
		var head Head
		if err == nil {
			head, err = responseHead(first, fields)
		}
		if err != nil {
			c.in.fail(broken(err))
			return
		}
		if head.Status < http.StatusOK {
			continue
		}
		if isHead || head.Status == http.StatusNoContent || head.Status == http.StatusNotModified {
			c.in.push(Event{Head: &head, End: true})
			return
		}
		c.in.push(Event{Head: &head})
		if err := h1Body(r, head, &c.in, true); err != nil {
			c.in.fail(broken(err))
		}
		return
	}
}
