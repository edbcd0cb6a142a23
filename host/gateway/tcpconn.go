package gateway

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"time"

	"github.com/sluiceproxy/sluice/host"
)

// Why a connection ended, as plugins are told.
const (
	closedHere   = host.PeerLocal
	closedByPeer = host.PeerRemote
)

// tcpConn is a client's connection and the one to the upstream.
type tcpConn struct {
	g       *Gateway
	id      uint64
	cluster string
	start   time.Time
	worker  *worker
	client  net.Conn

	// In the worker only:
	links      []*tcpLink
	sides      [2]tcpSide // to the upstream, to the client
	server     net.Conn   // nil until it is connected
	properties map[string][]byte
	over       bool // the client has gone

	ready  chan struct{} // closed when all plugins know the connection
	told   sync.Once     // for ready
	dead   chan struct{} // closed when it is to end at once
	mu     sync.Mutex    // guards what follows
	closes bool          // the gateway or a plugin closes it
	killed bool
	by     host.PeerType
}

const (
	toUpstream = 0
	toClient   = 1
)

// pass takes a connection through the chain from its beginning to its end.
func (g *Gateway) pass(client net.Conn, cluster string) {
	defer func() { _ = client.Close() }()
	s := g.acquire()
	if s == nil {
		return
	}
	defer s.release()
	c := &tcpConn{
		g: g, id: g.connections.Add(1), cluster: cluster, start: time.Now(), client: client,
		properties: map[string][]byte{}, ready: make(chan struct{}), dead: make(chan struct{}), by: closedByPeer,
	}
	c.worker = s.workers[c.id%uint64(len(s.workers))]
	c.sides[toUpstream].init()
	c.sides[toClient].init()
	if !g.tcp.begin(c) {
		return
	}
	defer g.tcp.end(c)
	c.worker.Do(c.begin)
	var address string
	select {
	case <-c.ready:
		address = c.connected()
	case <-c.dead:
	}
	c.kill(closedByPeer)
	c.worker.Do(c.end)
	c.logAccess(address)
}

// connected connects to the upstream, and passes data until the end.
func (c *tcpConn) connected() (address string) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	go func() { // a connection that is closed meanwhile needs no upstream
		select {
		case <-c.dead:
			cancel()
		case <-ctx.Done():
		}
	}()
	server, err := c.g.clusters.Dial(ctx, c.cluster)
	if err != nil && c.isDead() {
		return ""
	}
	if err != nil {
		c.g.log(host.LogWarn, "", "a connection is closed, its upstream can't be reached: "+err.Error())
		c.kill(closedHere)
		return ""
	}
	defer func() { _ = server.Close() }()
	c.worker.Do(func() { c.server = server })
	c.move(server)
	return server.RemoteAddr().String()
}

// move passes data until both directions have ended or the connection is dead.
func (c *tcpConn) move(server net.Conn) {
	var wg sync.WaitGroup
	start := func(f func()) <-chan struct{} {
		done := make(chan struct{})
		wg.Add(1)
		go func() { defer wg.Done(); defer close(done); f() }()
		return done
	}
	up, down := &c.sides[toUpstream], &c.sides[toClient]
	start(func() { c.read(server, toClient) })
	flushed := start(func() {
		if err := up.write(server); err != nil {
			c.shut() // the client still gets what is there for it
		}
		closeWrite(server)
	})
	written := start(func() {
		if err := down.write(c.client); err != nil {
			c.kill(closedByPeer)
		}
		if c.closing() {
			c.kill(closedHere)
		}
		closeWrite(c.client)
	})
	read := start(func() { c.read(c.client, toUpstream) })
	for _, done := range []<-chan struct{}{written, read, flushed} {
		select {
		case <-done:
		case <-c.dead:
		}
		if done == read { // and nothing more comes: the upstream gets the rest
			_ = server.SetWriteDeadline(time.Now().Add(flushTime))
			up.finish()
		}
	}
	c.kill(closedByPeer)
	_ = server.Close()
	wg.Wait()
}

// read shows the plugins what comes from one end, until it ends.
func (c *tcpConn) read(from net.Conn, to int) {
	chunk := make([]byte, bufferSize)
	side := &c.sides[to]
	for side.room(c.limit()) {
		n, err := from.Read(chunk)
		if err != nil && !errors.Is(err, io.EOF) {
			c.broken(to)
			return
		}
		c.worker.Do(func() { c.arrive(to, chunk[:n], err != nil) })
		if err != nil {
			return
		}
	}
}

// broken ends a connection of which one end was reset.
func (c *tcpConn) broken(to int) {
	if to == toUpstream {
		c.kill(closedByPeer)
		return
	}
	c.shut()
}

// limit is how much of each direction may be under way.
func (c *tcpConn) limit() int {
	if c.g.o.BufferLimit > 0 {
		return c.g.o.BufferLimit
	}
	return defaultTCPLimit
}

// defaultTCPLimit is Envoy's per_connection_buffer_limit_bytes.
const defaultTCPLimit = 1 << 20

// shut closes the connection once the client has what is on its way to it.
func (c *tcpConn) shut() {
	c.mu.Lock()
	c.closes = true
	c.mu.Unlock()
	_ = c.client.SetWriteDeadline(time.Now().Add(flushTime))
	c.sides[toClient].finish()
	select {
	case <-c.ready:
	default: // nothing can be on its way
		c.kill(closedHere)
	}
}

func (c *tcpConn) closing() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.closes
}

// kill ends the connection at once. The first reason is the one that counts.
func (c *tcpConn) kill(by host.PeerType) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.killed {
		return
	}
	c.killed, c.by = true, by
	if c.closes {
		c.by = closedHere
	}
	close(c.dead)
	c.sides[toUpstream].kill()
	c.sides[toClient].kill()
	_ = c.client.Close()
}

// logAccess reports the connection.
func (c *tcpConn) logAccess(address string) {
	if c.g.o.AccessLog == nil {
		return
	}
	c.g.o.AccessLog(Entry{
		Start: c.start, Duration: time.Since(c.start), Protocol: "TCP", Cluster: c.cluster, Upstream: address,
		RequestBytes: int64(c.sides[toUpstream].got), ResponseBytes: int64(c.sides[toClient].got),
	})
}

// trapped says what happens without a plugin: it is left out, or the connection
// ends.
func (c *tcpConn) trapped(l *tcpLink, err error) (goOn bool) {
	if l.slot.def.FailOpen {
		l.gone = true
		return true
	}
	c.g.log(host.LogError, l.slot.def.Name, fmt.Sprintf("connection %d is closed: %v", c.id, err))
	c.kill(closedHere)
	return false
}
