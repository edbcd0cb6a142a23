package gateway

import (
	"bytes"
	"net"
	"net/http"
	"strconv"
	"sync/atomic"
	"time"
)

// watchedListener notices what net/http answers without asking the gateway: 400
// to what is no HTTP, 431 to too many headers and the like. There is no hook for
// that, so the answers are recognised as they are written.
type watchedListener struct {
	net.Listener
	g *Gateway
}

// Accept implements net.Listener.
func (l watchedListener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return &watched{Conn: c, g: l.g}, nil
}

// watched is a client connection.
type watched struct {
	net.Conn
	g       *Gateway
	handled atomic.Bool // the gateway got the request that is under way
}

// Write implements net.Conn.
func (c *watched) Write(b []byte) (int, error) {
	if !c.handled.Load() {
		if status := refusedWith(b); status != 0 {
			c.g.logRefused(Entry{Protocol: "HTTP/1.1", Status: status, Details: refusedDetails(status)})
		}
	}
	return c.Conn.Write(b)
}

// onState notes that an answer is complete. A request that was sent ahead makes
// no connection active, so being idle is what tells.
func onState(c net.Conn, state http.ConnState) {
	if w, ok := c.(*watched); ok && state == http.StateIdle {
		w.handled.Store(false)
	}
}

// refusedWith returns the status of an HTTP/1 answer that is an error, else 0.
func refusedWith(b []byte) int {
	rest, ok := bytes.CutPrefix(b, []byte("HTTP/1.1 "))
	if !ok || len(rest) < 3 {
		return 0
	}
	status, err := strconv.Atoi(string(rest[:3]))
	if err != nil || status < 400 {
		return 0
	}
	return status
}

// refusedDetails are Envoy's words for such answers.
func refusedDetails(status int) string {
	switch status {
	case http.StatusRequestHeaderFieldsTooLarge:
		return "http1.headers_too_large"
	case http.StatusUpgradeRequired:
		return "low_version"
	}
	return "http1.codec_error"
}

// logRefused reports a request that no chain got to see.
func (g *Gateway) logRefused(e Entry) {
	if g.o.AccessLog != nil {
		e.Start = time.Now()
		g.o.AccessLog(e)
	}
}
