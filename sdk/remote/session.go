// Package remote runs the plugin of this program, compiled natively, for a gateway
// in another process: the gateway's calls and the plugin's host calls go over a
// local socket. "sluice debug" links it into a plugin, so that a debugger stops in
// the plugin's code. Nothing of it is in a Wasm module.
package remote

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"sync"

	"github.com/sluiceproxy/sluice/sdk/internal/abi"
	"github.com/sluiceproxy/sluice/sdk/internal/wire"
)

// ErrProtocol is what the methods of a Session return where the gateway says what
// makes no sense.
var ErrProtocol = errors.New("the gateway speaks another protocol; use the same version of sluice and of the SDK")

// Session is a conversation with a gateway.
type Session struct {
	conn net.Conn
	in   *bufio.Reader

	mu     sync.Mutex // held during a host call
	out    []byte
	inside bool // the plugin runs because the gateway called it
	broken error
}

// Connect opens the conversation at address, a Unix socket, and lets the plugin's
// host functions go there. It is for a variable of the plugin's main package, so
// that it comes before the init functions.
func Connect(address string) (*Session, error) {
	if address == "" {
		return nil, errors.New("no address of a gateway: `sluice debug` starts this program")
	}
	conn, err := net.Dial("unix", address)
	if err != nil {
		return nil, fmt.Errorf("the gateway can't be reached: %w", err)
	}
	s := &Session{conn: conn, in: bufio.NewReader(conn), inside: true}
	if err := s.send(wire.Message{Kind: wire.Hello, Name: wire.Version}); err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	abi.SetHost(host{s})
	return s, nil
}

// Serve runs the plugin's callbacks until the gateway ends the conversation, which
// is no error. It is for the last init function of the plugin's main package.
func (s *Session) Serve() error {
	defer s.conn.Close()
	if err := s.leave(wire.Message{Kind: wire.Ready}); err != nil {
		return err
	}
	for {
		m, err := wire.Read(s.in)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := s.run(m); err != nil {
			return err
		}
	}
}

// run runs one callback.
func (s *Session) run(m wire.Message) error {
	f, ok := callbacks[m.Name]
	if m.Kind != wire.Call || !ok || len(m.Values) != f.params {
		return fmt.Errorf("%w (message %d, %q)", ErrProtocol, m.Kind, m.Name)
	}
	var a arguments
	for i, v := range m.Values {
		a[i] = uint32(v.Number)
	}
	s.enter()
	result := f.call(guest(), a)
	return s.leave(wire.Message{Kind: wire.Return, Values: []wire.Value{{Type: wire.Number, Number: uint64(result)}}})
}

func (s *Session) enter() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.inside = true
}

// leave gives the conversation back to the gateway.
func (s *Session) leave(m wire.Message) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.inside = false
	if s.broken != nil {
		return s.broken
	}
	return s.send(m)
}

func (s *Session) send(m wire.Message) (err error) {
	s.out, err = wire.Write(s.conn, s.out, m)
	return err
}

// guest takes the callbacks of this program's plugin.
func guest() abi.Guest {
	g := abi.SetGuest(nil)
	abi.SetGuest(g)
	return g
}

// ask makes a host call. A goroutine of the plugin's own that calls while the
// gateway does not wait is refused: in a Wasm VM it would not run.
func (s *Session) ask(name string, values ...wire.Value) answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.broken != nil || !s.inside {
		return answer{status: abi.StatusInternalFailure}
	}
	a, err := s.exchange(wire.Message{Kind: wire.HostCall, Name: name, Values: values})
	if err != nil {
		s.broken = err
		fmt.Fprintf(os.Stderr, "sluice debug: %s: the gateway has gone: %v\n", name, err)
		return answer{status: abi.StatusInternalFailure}
	}
	return a
}

func (s *Session) exchange(m wire.Message) (answer, error) {
	if err := s.send(m); err != nil {
		return answer{}, err
	}
	reply, err := wire.Read(s.in)
	if err != nil {
		return answer{}, err
	}
	wanted := 1
	for _, v := range m.Values {
		if v.Type > wire.Bytes {
			wanted++
		}
	}
	if reply.Kind != wire.Reply || len(reply.Values) != wanted {
		return answer{}, ErrProtocol
	}
	return answer{abi.Status(reply.Values[0].Number), reply.Values[1:]}, nil
}
