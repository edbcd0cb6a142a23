package conformance

import (
	"context"
	"net"
	"os"
	"testing"

	"github.com/sluiceproxy/sluice/host"
	"github.com/sluiceproxy/sluice/host/gateway"
	hostup "github.com/sluiceproxy/sluice/host/upstream"
	"github.com/sluiceproxy/sluice/test/conformance/cells"
)

// Embedded returns an engine that runs the gateway of this module, on wazero's
// compiler or on its interpreter.
func Embedded(t testing.TB, wasm string, interpreter bool) Engine {
	t.Helper()
	code, err := os.ReadFile(wasm)
	if err != nil {
		t.Fatal(err)
	}
	e := &embeddedEngine{t: t, code: code, network: network{up: startUpstream(t)}}
	ctx := context.Background()
	if e.runtime, err = host.NewRuntime(ctx, host.RuntimeOptions{Interpreter: interpreter}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = e.runtime.Close(ctx) })
	if e.clusters, err = hostup.New(hostup.Options{}, at("upstream", e.up.http.URL), at(cells.Callee, e.up.callee.URL), at("tcp", "http://"+e.up.tcp.Addr().String())); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = e.clusters.Close() })
	e.start()
	t.Cleanup(e.stop)
	return e
}

func at(name, address string) hostup.Cluster { return hostup.Cluster{Name: name, URL: address} }

type embeddedEngine struct {
	network
	t        testing.TB
	code     []byte
	runtime  *host.Runtime
	clusters *hostup.Clusters
	gw       *gateway.Gateway
	tcp      *tcpGateway
	inTCP    bool // the phase that was armed last is one of a connection
}

func (e *embeddedEngine) start() {
	e.t.Helper()
	gw, err := gateway.New(context.Background(), gateway.Options{
		Runtime: e.runtime, Clusters: e.clusters, Concurrency: 1, LogLevel: host.LogWarn,
		Routes: []gateway.Route{{Name: "root", VirtualHost: "all", Cluster: "upstream"}},
		Plugins: []gateway.Plugin{{
			Name: "conformance", Code: e.code, Config: []byte("http"), VMConfig: []byte(VMConfig), VMID: "conformance",
		}},
	})
	if err != nil {
		e.t.Fatal(err)
	}
	e.gw = gw
	e.httpAddr = listen(e.t, func(l net.Listener) { _ = gw.Serve(l) })
	e.tcp = startTCP(e.t, e)
	e.tcpAddr = e.tcp.addr
}

// listen serves on a free port and returns its address.
func listen(t testing.TB, serve func(net.Listener)) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go serve(l)
	return l.Addr().String()
}

func (e *embeddedEngine) stop() {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	_ = e.gw.Shutdown(ctx)
	e.tcp.stop()
}

// Restart implements Engine.
func (e *embeddedEngine) Restart() {
	e.stop()
	e.start()
}

// Control implements Engine: connections have a VM of their own, which takes
// commands from a queue.
func (e *embeddedEngine) Control(command string) (string, error) {
	if e.inTCP = forConnections(command, e.inTCP); e.inTCP {
		return e.tcp.control(command)
	}
	return e.network.Control(command)
}
