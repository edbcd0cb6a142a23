package run

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// maxSocketPath is the longest path that a Unix socket can have everywhere.
const maxSocketPath = 100

// errNoProgram is why a VM can't start again.
var errNoProgram = errors.New("the plugin's program has ended; start it again in the debugger (in dlv: restart, then continue), or end this command and start it again")

// debugSocket is where the plugin's program calls the gateway. It lies in a
// directory that nobody else may enter.
type debugSocket struct {
	*net.UnixListener
	path string

	mu     sync.Mutex
	conns  []net.Conn
	called bool // the program has called once
	ended  bool // hangUp was called
}

func listenDebug(dir string) (*debugSocket, error) {
	path := filepath.Join(dir, "gateway")
	if len(path) > maxSocketPath {
		return nil, fmt.Errorf("the path of a socket may have %d characters, and %s has %d; set TMPDIR to a shorter one", maxSocketPath, path, len(path))
	}
	l, err := net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"})
	if err != nil {
		return nil, fmt.Errorf("listening for the plugin's program: %w", err)
	}
	return &debugSocket{UnixListener: l, path: path}, nil
}

// connect waits for the program to call: for as long as it takes when it starts
// with this command, and for a moment only where it has been started again.
func (s *debugSocket) connect(ctx context.Context) (io.ReadWriteCloser, error) {
	s.mu.Lock()
	again := s.called
	s.mu.Unlock()
	limit := time.Time{}
	if again {
		limit = time.Now().Add(100 * time.Millisecond)
	}
	if err := s.SetDeadline(limit); err != nil {
		return nil, err
	}
	stop := context.AfterFunc(ctx, func() { _ = s.SetDeadline(time.Unix(1, 0)) })
	defer stop()
	conn, err := s.Accept()
	switch {
	case ctx.Err() != nil:
		return nil, errors.Join(context.Cause(ctx), err)
	case errors.Is(err, os.ErrDeadlineExceeded):
		return nil, errNoProgram
	case err != nil:
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ended { // between the call and here
		return nil, errors.Join(net.ErrClosed, conn.Close())
	}
	s.conns, s.called = append(s.conns, conn), true
	return conn, nil
}

// hangUp ends every conversation, also one that a breakpoint holds.
func (s *debugSocket) hangUp() {
	_ = s.Close()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ended = true
	for _, c := range s.conns {
		_ = c.Close()
	}
}
