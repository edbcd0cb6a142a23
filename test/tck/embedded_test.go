package tck

import (
	"context"
	"net"
	"os"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/host"
	"github.com/sluiceproxy/sluice/host/gateway"
	hostup "github.com/sluiceproxy/sluice/host/upstream"
	"github.com/sluiceproxy/sluice/test/e2e/harness"
	"github.com/sluiceproxy/sluice/test/tck/cells"
)

// onEmbedded runs the kit on the gateway of this module, on wazero's compiler
// or on its interpreter.
func onEmbedded(t *testing.T, interpreter bool) {
	t.Helper()
	backends := StartBackends(t, Addresses{})
	e := newEmbedded(t, backends.Addresses(), interpreter)
	Run(t, "http://"+e.addr, Options{Backends: backends, TCP: e.tcpAddr, Restart: e.restart, ControlTCP: e.control, Every: every(interpreter)})
}

// every is which part of the calls an embedded gateway is asked: all take the
// compiler three minutes and the interpreter ten.
func every(interpreter bool) int {
	switch {
	case *all:
		return 1
	case !harness.Strict():
		return 10
	case interpreter:
		return 4
	}
	return 1
}

// embedded is a gateway for requests and one for connections, each with a VM of
// its own.
type embedded struct {
	t             testing.TB
	code          []byte
	addr, tcpAddr string
	runtime       *host.Runtime
	clusters      *hostup.Clusters
	gw, tcp       *gateway.Gateway
	shared        *host.Shared // of the connections' VM
}

func newEmbedded(t testing.TB, at Addresses, interpreter bool) *embedded {
	t.Helper()
	code, err := os.ReadFile(harness.BuildPlugin(t, pluginDir))
	if err != nil {
		t.Fatal(err)
	}
	e := &embedded{t: t, code: code, addr: "127.0.0.1:0", tcpAddr: "127.0.0.1:0"}
	ctx := context.Background()
	if e.runtime, err = host.NewRuntime(ctx, host.RuntimeOptions{Interpreter: interpreter}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = e.runtime.Close(ctx) })
	e.clusters, err = hostup.New(hostup.Options{}, hostup.Cluster{Name: "upstream", URL: "http://" + at.HTTP},
		hostup.Cluster{Name: cells.Callee, URL: "http://" + at.Callee}, hostup.Cluster{Name: "tcp", URL: "http://" + at.TCP})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = e.clusters.Close() })
	if err := e.start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(e.stop)
	return e
}

// options are what the two gateways share.
func (e *embedded) options(config string) gateway.Options {
	return gateway.Options{
		Runtime: e.runtime, Clusters: e.clusters, Concurrency: 1, LogLevel: host.LogWarn,
		Plugins: []gateway.Plugin{{
			Name: "conformance", Code: e.code, Config: []byte(config), VMConfig: []byte(VMConfig), VMID: "conformance",
		}},
	}
}

func (e *embedded) start() (err error) {
	ctx, o := context.Background(), e.options("http")
	o.Routes = []gateway.Route{{Name: "root", VirtualHost: "all", Cluster: "upstream"}}
	if e.gw, err = gateway.New(ctx, o); err != nil {
		return err
	}
	e.shared, o = host.NewShared(), e.options("tcp")
	o.Shared = e.shared
	if e.tcp, err = gateway.New(ctx, o); err != nil {
		return err
	}
	gw, tcp := e.gw, e.tcp
	if err := serve(&e.addr, func(l net.Listener) { _ = gw.Serve(l) }); err != nil {
		return err
	}
	return serve(&e.tcpAddr, func(l net.Listener) { _ = tcp.ServeTCP(l, "tcp") })
}

// serve listens at an address, which is the same after a restart.
func serve(address *string, f func(net.Listener)) error {
	l, err := net.Listen("tcp", *address)
	if err != nil {
		return err
	}
	*address = l.Addr().String()
	go f(l)
	return nil
}

// stop ends the gateways; connections that a cell left open are cut.
func (e *embedded) stop() {
	for _, gw := range []*gateway.Gateway{e.gw, e.tcp} {
		ctx, cancel := context.WithTimeout(context.Background(), 100*time.Millisecond)
		_ = gw.Shutdown(ctx)
		cancel()
	}
}

func (e *embedded) restart() error {
	e.stop()
	return e.start()
}
