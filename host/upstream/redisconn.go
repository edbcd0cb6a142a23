package upstream

import (
	"bufio"
	"context"
	"errors"
	"net"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/sluiceproxy/sluice/host"
)

// maxWaiting bounds the commands that wait on one connection.
const maxWaiting = 1 << 16

// redisConn is one connection. Commands wait in line until it is up; then they
// are written in order and answered in order.
type redisConn struct {
	clusters *Clusters
	key      redisKey

	mu      sync.Mutex
	up      *redisLink // nil: not connected, nobody tries
	waiting []*redisCall
}

// redisLink is the life of a connection from dialing to its end.
type redisLink struct {
	cluster *cluster // nil: there is none any more
	address string
	net     net.Conn // nil while dialing
	dialed  context.CancelFunc
	out     []byte        // to be written
	wake    chan struct{} // there is something to write
	ended   chan struct{}
	sent    []*redisCall // written or to be written, unanswered
}

// redisCall is one command on its way.
type redisCall struct {
	query    []byte
	answered atomic.Bool
	done     func(host.RedisResponse)
	timer    *time.Timer
	stop     func() bool // ends the watch on the context
}

// answer calls done once.
func (c *redisCall) answer(r host.RedisResponse) {
	if c.answered.Swap(true) {
		return
	}
	c.timer.Stop()
	c.stop()
	c.done(r)
}

func (c *redisConn) fail(kind, err error) error {
	e := &RedisError{Cluster: c.key.cluster, Kind: kind, Err: err}
	if c.up != nil {
		e.Address = c.up.address
	}
	return e
}

// send puts a command in line and starts connecting if need be.
func (c *redisConn) send(ctx context.Context, query []byte, timeout time.Duration, done func(host.RedisResponse)) error {
	call := &redisCall{query: query, done: done}
	c.mu.Lock()
	if len(c.waiting) >= maxWaiting || c.up != nil && len(c.up.sent) >= maxWaiting {
		err := c.fail(ErrRedisBusy, nil)
		c.mu.Unlock()
		return err
	}
	// The timer and the watch need the lock before they answer, so they see a
	// complete call.
	call.timer = time.AfterFunc(timeout, func() { c.late(call, timeout) })
	call.stop = context.AfterFunc(ctx, func() {
		c.mu.Lock()
		c.mu.Unlock() //nolint:staticcheck // waits until the call is complete
		call.answer(host.RedisResponse{Err: context.Cause(ctx)})
	})
	if c.up == nil {
		c.connect()
	}
	if c.up.net != nil {
		c.up.push(call)
	} else {
		c.waiting = append(c.waiting, call)
	}
	c.mu.Unlock()
	return nil
}

// push hands a command to the writer.
func (l *redisLink) push(call *redisCall) {
	l.out = append(l.out, call.query...)
	l.sent = append(l.sent, call)
	select {
	case l.wake <- struct{}{}:
	default:
	}
}

// late answers a command that took too long. A connection over which the answer
// did not come is of no use to those behind it: it is given up.
func (c *redisConn) late(call *redisCall, timeout time.Duration) {
	c.mu.Lock()
	err := c.fail(ErrRedisTimeout, errors.New("waited "+timeout.String()))
	link := c.up
	stuck := false
	if link != nil {
		for _, s := range link.sent {
			stuck = stuck || s == call
		}
	}
	c.mu.Unlock()
	call.answer(host.RedisResponse{Err: err})
	if stuck {
		c.end(link, ErrRedisLost, ErrRedisTimeout)
	}
}

// connect starts a link; the lock is held.
func (c *redisConn) connect() {
	ctx, cancel := context.WithTimeout(context.Background(), c.clusters.o.ConnectTimeout)
	link := &redisLink{cluster: c.clusters.find(c.key.cluster), dialed: cancel, wake: make(chan struct{}, 1), ended: make(chan struct{})}
	if link.cluster != nil {
		link.address = link.cluster.address()
	}
	c.up = link
	go c.run(ctx, link)
}

// run dials, logs in, and then reads answers until the connection ends.
func (c *redisConn) run(ctx context.Context, link *redisLink) {
	defer link.dialed()
	if link.cluster == nil {
		c.end(link, ErrRedisConnect, host.ErrUnknownCluster)
		return
	}
	nc, err := link.cluster.dial(ctx, link.address)
	if err != nil {
		c.end(link, ErrRedisConnect, err)
		return
	}
	r := bufio.NewReaderSize(nc, 16<<10)
	if err := c.login(ctx, nc, r); err != nil {
		_ = nc.Close()
		c.end(link, ErrRedisLogin, err)
		return
	}
	if !c.ready(link, nc) {
		_ = nc.Close()
		return
	}
	go c.write(link, nc)
	for {
		reply, err := readReply(r, c.clusters.o.MaxReplyBytes)
		if err != nil {
			c.end(link, ErrRedisLost, err)
			return
		}
		if !c.deliver(link, reply) {
			c.end(link, ErrRedisLost, errors.New("the server sent an answer that nobody asked for"))
			return
		}
	}
}

// login sends AUTH and SELECT if they are wanted, and reads their answers.
func (c *redisConn) login(ctx context.Context, nc net.Conn, r *bufio.Reader) error {
	deadline, _ := ctx.Deadline()
	_ = nc.SetDeadline(deadline)
	defer func() { _ = nc.SetDeadline(time.Time{}) }()
	var steps [][]string
	switch {
	case c.key.user != "":
		steps = append(steps, []string{"AUTH", c.key.user, c.key.password})
	case c.key.password != "":
		steps = append(steps, []string{"AUTH", c.key.password})
	}
	if c.key.db != 0 {
		steps = append(steps, []string{"SELECT", strconv.Itoa(c.key.db)})
	}
	for _, words := range steps {
		if _, err := nc.Write(appendCommand(nil, words...)); err != nil {
			return err
		}
		reply, err := readReply(r, maxLine)
		if err != nil {
			return err
		}
		if reply[0] == '-' {
			return errors.New(words[0] + ": " + strings.TrimSpace(string(reply[1:])))
		}
	}
	return nil
}

// ready gives the link its connection and what waited for it.
func (c *redisConn) ready(link *redisLink, nc net.Conn) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.up != link {
		return false
	}
	link.net = nc
	for _, call := range c.waiting {
		if !call.answered.Load() { // else it is too late to run it
			link.push(call)
		}
	}
	c.waiting = nil
	return true
}

// write sends what is pushed, many commands at a time.
func (c *redisConn) write(link *redisLink, nc net.Conn) {
	var spare []byte
	for {
		select {
		case <-link.wake:
		case <-link.ended:
			return
		}
		c.mu.Lock()
		out := link.out
		link.out = spare[:0]
		c.mu.Unlock()
		if _, err := nc.Write(out); err != nil {
			c.end(link, ErrRedisLost, err)
			return
		}
		if spare = out; cap(spare) > 1<<20 {
			spare = nil
		}
	}
}

// deliver gives a reply to the command that waits longest.
func (c *redisConn) deliver(link *redisLink, reply []byte) bool {
	c.mu.Lock()
	if len(link.sent) == 0 {
		c.mu.Unlock()
		return false
	}
	call := link.sent[0]
	link.sent[0] = nil
	link.sent = link.sent[1:]
	c.mu.Unlock()
	call.answer(host.RedisResponse{Body: reply})
	return true
}

// end gives a link up and fails everything that waits for it.
func (c *redisConn) end(link *redisLink, kind, cause error) {
	c.mu.Lock()
	if c.up != link {
		c.mu.Unlock()
		return
	}
	err := c.fail(kind, cause)
	failed := slices.Concat(link.sent, c.waiting)
	c.up, c.waiting, link.sent = nil, nil, nil
	nc := link.net
	close(link.ended)
	c.mu.Unlock()
	link.dialed()
	if nc != nil {
		_ = nc.Close()
	}
	for _, call := range failed {
		call.answer(host.RedisResponse{Err: err})
	}
}

func (c *redisConn) close(cause error) {
	c.mu.Lock()
	link := c.up
	c.mu.Unlock()
	if link != nil {
		c.end(link, ErrRedisLost, cause)
	}
}
