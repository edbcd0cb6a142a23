package gateway

import (
	"net"
	"sync"
	"time"

	"github.com/sluiceproxy/sluice/host"
)

// tcpSide is one direction of a connection.
type tcpSide struct {
	// In the worker only:
	data *host.Buffer // what has arrived and was not passed on
	got  uint64       // bytes that have arrived
	end  bool         // nothing more arrives
	sent bool         // the end was passed on

	mu     sync.Mutex // guards what follows
	change *sync.Cond
	held   int    // bytes in data
	out    []byte // what is to be written
	outEnd bool   // and then nothing more
	dead   bool
}

func (s *tcpSide) init() {
	s.data = host.NewBuffer(nil)
	s.change = sync.NewCond(&s.mu)
}

// hold notes how much is held back. It runs in the worker.
func (s *tcpSide) hold() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.held = s.data.Len()
	s.change.Broadcast()
}

// send passes on what has arrived, in the worker.
func (s *tcpSide) send() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.out = append(s.out, s.data.Bytes()...)
	s.data.Reset()
	s.held = 0
	s.sent = s.sent || s.end
	s.outEnd = s.outEnd || s.end
	s.change.Broadcast()
}

// finish lets what was passed on be written, and then nothing more.
func (s *tcpSide) finish() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.outEnd = true
	s.change.Broadcast()
}

func (s *tcpSide) kill() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.dead = true
	s.change.Broadcast()
}

// room waits until no more than limit bytes are under way; false if the
// connection ends before.
func (s *tcpSide) room(limit int) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for s.held+len(s.out) >= limit && !s.dead {
		s.change.Wait()
	}
	return !s.dead
}

// take waits for something to write; ok is false when there will be nothing.
func (s *tcpSide) take() (b []byte, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for len(s.out) == 0 && !s.outEnd && !s.dead {
		s.change.Wait()
	}
	if s.dead || len(s.out) == 0 {
		return nil, false
	}
	b, s.out = s.out, nil
	s.change.Broadcast()
	return b, true
}

// write sends on what is passed on until its end.
func (s *tcpSide) write(to net.Conn) error {
	for {
		b, ok := s.take()
		if !ok {
			return nil
		}
		if _, err := to.Write(b); err != nil {
			return err
		}
	}
}

// flushTime is how long a client may take to read the rest of what a connection
// that is being closed still has for it.
const flushTime = 10 * time.Second
