package gateway

import (
	"context"
	"errors"
	"net"
	"net/http"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/sluiceproxy/sluice/host"
	"github.com/sluiceproxy/sluice/host/upstream"
)

// Gateway serves HTTP through a chain of plugins. It is safe for concurrent use.
type Gateway struct {
	o           Options
	runtime     *host.Runtime
	ownRuntime  bool
	clusters    *upstream.Clusters
	routes      atomic.Pointer[table]
	concurrency int
	server      *http.Server
	modules     *Modules
	buffers     sync.Pool
	tcp         tcpServer

	connections atomic.Uint64
	next        atomic.Uint64 // worker for requests without a connection

	swapping sync.Mutex // one Swap or Shutdown at a time
	mu       sync.RWMutex
	current  *set
	closing  sync.WaitGroup // sets that were replaced and are not closed yet
}

// ErrClosed is what Swap returns after Shutdown.
var ErrClosed = errors.New("gateway: closed")

// New returns a gateway whose plugins are compiled, started and configured. The
// error is a *LoadError if a plugin is the reason.
func New(ctx context.Context, o Options) (*Gateway, error) {
	g := &Gateway{o: o, runtime: o.Runtime, clusters: o.Clusters, concurrency: o.Concurrency}
	if err := g.defaults(ctx); err != nil {
		return nil, err
	}
	s, err := g.newSet(ctx, o.Plugins)
	if err != nil {
		g.closeRuntime(ctx)
		return nil, err
	}
	g.current = s
	g.server = &http.Server{
		Handler:           g.Handler(),
		Protocols:         protocols(),
		ReadHeaderTimeout: time.Minute,
		MaxHeaderBytes:    60 << 10, // Envoy's limit
		ConnContext:       g.onConnection,
		ConnState:         onState,
		ErrorLog:          g.errorLog(),
	}
	return g, nil
}

func (g *Gateway) defaults(ctx context.Context) (err error) {
	if err = g.SetRoutes(g.o.Routes); err != nil {
		return err
	}
	if g.concurrency <= 0 {
		g.concurrency = runtime.GOMAXPROCS(0)
	}
	g.o.Scheme = or(g.o.Scheme, DefaultScheme)
	if g.o.restartPause == 0 {
		g.o.restartPause = defaultRestartPause
	}
	g.o.Server = or(g.o.Server, DefaultServer)
	g.o.Node = or(g.o.Node, "sluice")
	if g.o.Shared == nil {
		g.o.Shared = host.NewShared()
	}
	if g.o.Metrics == nil {
		g.o.Metrics = host.NewMetrics()
	}
	g.buffers.New = func() any { return new([bufferSize]byte) }
	if g.clusters == nil {
		if g.clusters, err = upstream.New(upstream.Options{}); err != nil {
			return err
		}
	}
	if g.modules = g.o.Modules; g.modules == nil {
		g.modules = &Modules{}
	}
	if g.runtime == nil {
		g.ownRuntime = true
		g.runtime, err = host.NewRuntime(ctx, host.RuntimeOptions{})
	}
	return err
}

func or(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

func protocols() *http.Protocols {
	p := new(http.Protocols)
	p.SetHTTP1(true)
	p.SetUnencryptedHTTP2(true)
	return p
}

// vmOptions are what a plugin's VM gets.
func (g *Gateway) vmOptions(w *host.Worker, p *Plugin) host.VMOptions {
	return host.VMOptions{
		Worker: w, Name: p.VMID, Config: p.VMConfig, Env: p.Env,
		Shared: g.o.Shared, Metrics: g.o.Metrics, Clusters: g.clusters, Foreign: g.o.Foreign,
		LogLevel: min(g.o.LogLevel, host.LogWarn), Property: g.property,
		NoHeadersStop: g.o.NoHeadersStop, CallTimeout: g.o.CallTimeout,
		Now: g.o.Now, Random: g.o.Random, Coverage: g.o.Coverage,
	}
}

// Handler returns the gateway as a handler, for a server of your own. Such a
// server should speak the protocols that it wants to offer; connections are
// then spread over the workers request by request.
func (g *Gateway) Handler() http.Handler {
	if g.o.Wrap != nil {
		return g.o.Wrap(http.HandlerFunc(g.serve))
	}
	return http.HandlerFunc(g.serve)
}

// Serve accepts connections until Shutdown, and returns nil then.
func (g *Gateway) Serve(l net.Listener) error {
	if err := g.server.Serve(watchedListener{l, g}); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// Shutdown stops accepting, waits for the requests that run, and ends the
// plugins. When ctx ends first, what still runs is cut off.
func (g *Gateway) Shutdown(ctx context.Context) error {
	err := g.server.Shutdown(ctx)
	if err != nil {
		_ = g.server.Close()
	}
	if e := g.tcp.shutdown(ctx); err == nil {
		err = e
	}
	g.swapping.Lock()
	defer g.swapping.Unlock()
	g.replace(nil)
	done := make(chan struct{})
	go func() {
		g.closing.Wait()
		g.closeRuntime(context.Background())
		close(done)
	}()
	select {
	case <-done:
	case <-ctx.Done():
		return ctx.Err()
	}
	return err
}

func (g *Gateway) closeRuntime(ctx context.Context) {
	if g.ownRuntime {
		_ = g.runtime.Close(ctx)
	}
}

// acquire returns the set that serves now, for one request; nil after Shutdown.
func (g *Gateway) acquire() *set {
	g.mu.RLock()
	defer g.mu.RUnlock()
	if g.current != nil {
		g.current.refs.Add(1)
	}
	return g.current
}
