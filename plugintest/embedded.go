package plugintest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"time"

	"github.com/sluiceproxy/sluice/host"
	"github.com/sluiceproxy/sluice/host/gateway"
)

// wazero is a runtime and what was compiled on it, for a whole test binary.
type wazero struct {
	once    sync.Once
	runtime *host.Runtime
	modules *gateway.Modules
	err     error
}

// wazeros are the compiler and the interpreter.
var wazeros [2]wazero

func (w *wazero) open(interpreter bool) (*host.Runtime, *gateway.Modules, error) {
	w.once.Do(func() {
		w.runtime, w.err = host.NewRuntime(context.Background(), host.RuntimeOptions{Interpreter: interpreter})
		w.modules = gateway.NewModules()
	})
	return w.runtime, w.modules, w.err
}

// vmID is the name under which the case's VM shares data.
const vmID = "plugintest"

// embedded is a plugin in the embedded gateway.
type embedded struct {
	network
	gw       *gateway.Gateway
	plugin   gateway.Plugin
	sharing  *host.Shared
	metering *host.Metrics
}

func startEmbedded(gw *Gateway) (session, error) {
	code, err := load(gw.p.Module)
	if err != nil {
		return nil, err
	}
	interpreter := gw.engine == Interpreter
	w := &wazeros[0]
	if interpreter {
		w = &wazeros[1]
	}
	runtime, modules, err := w.open(interpreter)
	if err != nil {
		return nil, err
	}
	clusters, err := gw.callees()
	if err != nil {
		return nil, err
	}
	s := &embedded{sharing: host.NewShared(), metering: host.NewMetrics(), plugin: gateway.Plugin{
		Name: gw.p.Name, Code: code, Config: []byte(gw.p.Config), VMID: vmID,
	}}
	s.gw, err = gateway.New(context.Background(), gateway.Options{
		Runtime: runtime, Modules: modules, Clusters: clusters, Concurrency: 1,
		Routes:  []gateway.Route{{Name: gw.p.Route, VirtualHost: "local_service", Cluster: gw.p.Upstream}},
		Plugins: []gateway.Plugin{s.plugin}, Shared: s.sharing, Metrics: s.metering,
		Log:      gw.takeLog,
		Coverage: gw.p.Coverage,
		LogLevel: host.LogDebug, Now: gw.clock.source(), Random: gw.random(),
	})
	if err != nil {
		return nil, err
	}
	return s, s.listen(gw)
}

// takeLog keeps a line, but for what Go's runtime says of a module that counts
// its statements: it knows of no directory, and needs none here.
func (gw *Gateway) takeLog(level host.LogLevel, _, text string) {
	if gw.p.Coverage != nil && strings.Contains(text, "GOCOVERDIR") {
		return
	}
	gw.logs.add(Level(level), text)
}

// random is the source of the plugin's random numbers, nil for the machine's.
func (gw *Gateway) random() io.Reader {
	if gw.p.Random == nil {
		return nil
	}
	return &lockedReader{r: gw.p.Random()}
}

func (s *embedded) listen(gw *Gateway) error {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	s.network = network{t: gw.t, addr: l.Addr().String()}
	go func() { _ = s.gw.Serve(l) }()
	gw.t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), grace)
		defer cancel()
		_ = s.gw.Shutdown(ctx) // what still runs was left open by the test
	})
	return nil
}

// grace is the time that requests get to finish after the test's body.
const grace = 100 * time.Millisecond

func (s *embedded) configure(config []byte) error {
	p := s.plugin
	p.Config = config
	return s.gw.Swap(context.Background(), []gateway.Plugin{p})
}

func (s *embedded) metric(name string) (int64, bool, error) {
	for _, v := range s.metering.Values() {
		if v.Name == name && v.Type != host.MetricHistogram {
			return int64(v.Value), true, nil
		}
	}
	return 0, false, nil
}

func (s *embedded) histogram(name string) (count, sum uint64, ok bool) {
	for _, v := range s.metering.Values() {
		if v.Name == name && v.Type == host.MetricHistogram {
			return v.Value, v.Sum, true
		}
	}
	return 0, 0, false
}

func (s *embedded) shared(key string) ([]byte, bool) {
	value, _, status := s.sharing.Get(vmID, key)
	return value, status == host.StatusOK
}

func (s *embedded) setShared(key string, value []byte) error {
	if status := s.sharing.Set(vmID, key, value, 0); status != host.StatusOK {
		return fmt.Errorf("the host says %w", errors.New(status.String()))
	}
	return nil
}
