package conformance

import (
	"context"
	"errors"
	"net"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/host"
	"github.com/sluiceproxy/sluice/host/gateway"
	"github.com/sluiceproxy/sluice/test/conformance/cells"
)

// tcpGateway passes connections through a plugin of its own, as Envoy's network
// filter does in front of its TCP proxy.
type tcpGateway struct {
	gw     *gateway.Gateway
	addr   string
	shared *host.Shared
}

func startTCP(t testing.TB, e *embeddedEngine) *tcpGateway {
	t.Helper()
	g := &tcpGateway{shared: host.NewShared()}
	gw, err := gateway.New(context.Background(), gateway.Options{
		Runtime: e.runtime, Clusters: e.clusters, Concurrency: 1, LogLevel: host.LogWarn, Shared: g.shared,
		Plugins: []gateway.Plugin{{
			Name: "conformance", Code: e.code, Config: []byte("tcp"), VMConfig: []byte(VMConfig), VMID: "conformance",
		}},
	})
	if err != nil {
		t.Fatal(err)
	}
	g.gw = gw
	g.addr = listen(t, func(l net.Listener) { _ = gw.ServeTCP(l, "tcp") })
	return g
}

// stop ends the gateway; connections that a cell left open are cut.
func (g *tcpGateway) stop() {
	ctx, cancel := context.WithTimeout(context.Background(), 100*time.Millisecond)
	defer cancel()
	_ = g.gw.Shutdown(ctx)
}

// control hands the plugin a command and returns its answer.
func (g *tcpGateway) control(command string) (answer string, err error) {
	queue, status := g.shared.Resolve("conformance", cells.ControlQueue)
	if status != host.StatusOK {
		return "", errors.New("no control queue")
	}
	_, before, _ := g.shared.Get("conformance", cells.ControlKey)
	if status := g.shared.Enqueue(queue, []byte(command)); status != host.StatusOK {
		return "", errors.New("the control queue takes nothing")
	}
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(time.Millisecond) {
		if value, cas, _ := g.shared.Get("conformance", cells.ControlKey); cas != before {
			return string(value), nil
		}
	}
	return "", errors.New("the plugin takes no command")
}
