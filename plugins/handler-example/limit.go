package main

import (
	"net"
	"net/http"
	"time"
)

const (
	// window is how long requests are counted together.
	window = time.Minute
	// maxClients bounds the memory: beyond it, old counts are forgotten, and
	// then all.
	maxClients = 10_000
)

// limiter counts requests of each client. A VM has one thread: no lock.
type limiter struct {
	most    int
	clients map[string]*count
}

// count is a client's, until reset.
type count struct {
	n     int
	reset time.Time
}

// take counts a request and reports whether it may pass, and when the count
// begins anew.
func (l *limiter) take(client string, now time.Time) (reset time.Time, ok bool) {
	c := l.clients[client]
	if c == nil || !now.Before(c.reset) {
		c = l.begin(client, now)
	}
	c.n++
	return c.reset, c.n <= l.most
}

func (l *limiter) begin(client string, now time.Time) *count {
	if len(l.clients) >= maxClients {
		for name, c := range l.clients {
			if !now.Before(c.reset) {
				delete(l.clients, name)
			}
		}
	}
	if l.clients == nil || len(l.clients) >= maxClients {
		l.clients = make(map[string]*count)
	}
	c := &count{reset: now.Add(window)}
	l.clients[client] = c
	return c
}

func (l *limiter) forget() { l.clients = nil }

// client names who asks: the address without the port, which changes with each
// connection.
func client(req *http.Request) string {
	host, _, err := net.SplitHostPort(req.RemoteAddr)
	if err != nil {
		return req.RemoteAddr
	}
	return host
}
