package conformance

import (
	"context"
	"errors"
	"net"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/host"
	"github.com/sluiceproxy/sluice/test/conformance/cells"
)

// tcpGateway passes connections through a plugin of its own, as Envoy's network
// filter does in front of its TCP proxy.
type tcpGateway struct {
	addr, upstream string
	listener       net.Listener
	worker         *host.Worker
	shared         *host.Shared
	vm             *host.VM
	plugin         *host.Plugin
}

func startTCP(t testing.TB, e *embeddedEngine) *tcpGateway {
	t.Helper()
	ctx := context.Background()
	module, err := e.runtime.Compile(ctx, "conformance", e.code)
	if err != nil {
		t.Fatal(err)
	}
	g := &tcpGateway{worker: host.NewWorker(), shared: host.NewShared(), upstream: e.up.tcp.Addr().String()}
	g.worker.Do(func() {
		g.vm, err = module.NewVM(ctx, host.VMOptions{
			Worker: g.worker, Name: "conformance", Config: []byte(VMConfig), Shared: g.shared, Clusters: e.clusters, LogLevel: host.LogWarn,
		})
		if err == nil {
			g.plugin, err = g.vm.Start(ctx, host.PluginOptions{Name: "conformance", Config: []byte("tcp")})
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	g.addr = listen(t, g.serve)
	return g
}

func (g *tcpGateway) serve(l net.Listener) {
	g.worker.Do(func() { g.listener = l })
	for {
		c, err := l.Accept()
		if err != nil {
			return
		}
		go g.pass(c)
	}
}

func (g *tcpGateway) stop(ctx context.Context) {
	g.worker.Do(func() {
		_ = g.listener.Close()
		_ = g.vm.Close(ctx)
	})
}

// control hands the plugin a command and returns its answer.
func (g *tcpGateway) control(command string) (answer string, err error) {
	queue, status := g.shared.Resolve("conformance", cells.ControlQueue)
	if status != host.StatusOK {
		return "", errors.New("no control queue")
	}
	if status := g.shared.Enqueue(queue, []byte(command)); status != host.StatusOK {
		return "", errors.New("the control queue takes nothing")
	}
	g.worker.Do(func() {}) // OnQueueReady runs before
	if err := g.vm.Err(); err != nil {
		return "", err
	}
	value, _, _ := g.shared.Get("conformance", cells.ControlKey)
	return string(value), nil
}

// side is one direction of a connection.
type side struct {
	to   net.Conn
	data *host.Buffer // what has arrived and has not been sent on
	got  int          // bytes that have arrived
}

// send sends what is held back.
func (d *side) send() {
	_, _ = d.to.Write(d.data.Bytes())
	d.data.Reset()
}

// tcpStream is one connection; all but Read happens in the worker.
type tcpStream struct {
	g          *tcpGateway
	plugin     *host.TCPContext
	sides      [2]side
	properties map[string][]byte
	began      time.Time
	connected  bool // the upstream is known to the plugin
	closed     bool // by the plugin
	ended      bool // the client has gone
}

func (g *tcpGateway) pass(client net.Conn) {
	server, err := net.Dial("tcp", g.upstream)
	if err != nil {
		client.Close()
		return
	}
	s := &tcpStream{g: g, properties: map[string][]byte{}, began: time.Now()}
	s.sides = [2]side{{to: server, data: host.NewBuffer(nil)}, {to: client, data: host.NewBuffer(nil)}}
	g.worker.Do(func() {
		s.plugin = g.plugin.NewTCPStream(s)
		_, _ = s.plugin.OnNewConnection()
		s.connected = true
	})
	done := make(chan struct{})
	go func() {
		s.read(server, &s.sides[1], s.plugin.OnUpstreamData)
		g.worker.Do(func() { _ = s.plugin.OnUpstreamClose(host.PeerUnknown) })
		s.closeWrite(client)
		close(done)
	}()
	s.read(client, &s.sides[0], s.plugin.OnDownstreamData)
	server.Close()
	<-done
	g.worker.Do(func() {
		s.ended = true
		by := host.PeerRemote
		if s.closed {
			by = host.PeerLocal
		}
		_ = s.plugin.OnDownstreamClose(by)
		s.plugin.Done()
	})
	client.Close()
}

// read shows the plugin what from sends, and its end.
func (s *tcpStream) read(from net.Conn, to *side, show func(int, bool) (host.Action, error)) {
	chunk := make([]byte, 16<<10)
	for {
		n, err := from.Read(chunk)
		s.g.worker.Do(func() {
			to.data.Append(chunk[:n])
			to.got += n
			action, _ := show(to.data.Len(), err != nil)
			if action == host.ActionContinue {
				to.send()
			}
		})
		if err != nil {
			return
		}
	}
}

func (*tcpStream) closeWrite(c net.Conn) {
	if t, ok := c.(*net.TCPConn); ok {
		_ = t.CloseWrite()
	}
}

// Buffer implements host.TCPStream.
func (s *tcpStream) Buffer(t host.BufferType) *host.Buffer {
	return s.sides[t-host.BufferDownstreamData].data
}

// Continue implements host.TCPStream.
func (s *tcpStream) Continue(host.Direction) { s.sides[0].send() }

// Close implements host.TCPStream.
func (s *tcpStream) Close(d host.Direction) {
	s.closed = true
	_ = s.sides[0].to.Close()
	_ = s.sides[1].to.Close()
}
