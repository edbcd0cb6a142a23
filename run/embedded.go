package run

import (
	"context"
	"net"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/sluiceproxy/sluice/build"
	"github.com/sluiceproxy/sluice/host"
	"github.com/sluiceproxy/sluice/host/gateway"
	"github.com/sluiceproxy/sluice/host/upstream"
)

// closeTime is how long requests may go on when the engine ends, and drainTime
// when the gateway with the old routes does.
const (
	closeTime = 2 * time.Second
	drainTime = 30 * time.Second
)

// Embedded returns an engine that is the gateway of this module, in this process.
func Embedded() Engine { return &embeddedEngine{done: make(chan struct{})} }

type embeddedEngine struct {
	setup    Setup
	socket   net.Listener
	runtime  *host.Runtime
	clusters *upstream.Clusters
	shared   *host.Shared
	metrics  *host.Metrics
	draining sync.WaitGroup
	life     context.Context // ends with Close
	end      context.CancelFunc

	mu    sync.Mutex // guards what follows
	gw    *gateway.Gateway
	feed  *feed
	state State
	err   error
	done  chan struct{}
}

var _ Engine = (*embeddedEngine)(nil)

func (e *embeddedEngine) Target() build.Target  { return build.Embedded }
func (e *embeddedEngine) Addr() string          { return e.socket.Addr().String() }
func (e *embeddedEngine) Done() <-chan struct{} { return e.done }

func (e *embeddedEngine) Err() error {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.err
}

func (e *embeddedEngine) Start(ctx context.Context, s Setup) (err error) {
	e.setup, e.shared, e.metrics = s, host.NewShared(), host.NewMetrics()
	e.life, e.end = context.WithCancel(context.Background())
	defer func() {
		if err != nil {
			e.release(ctx)
		}
	}()
	if e.clusters, err = upstream.New(upstream.Options{}, upstreams(s.Clusters)...); err != nil {
		return err
	}
	if e.runtime, err = host.NewRuntime(ctx, host.RuntimeOptions{}); err != nil {
		return err
	}
	gw, err := e.newGateway(ctx, s.State)
	if err != nil {
		return err
	}
	if e.socket, err = listen(s.Listen, "--listen"); err != nil {
		_ = gw.Shutdown(ctx)
		return err
	}
	e.serve(gw, s.State)
	go e.accept()
	return nil
}

// newGateway makes a gateway for a state.
func (e *embeddedEngine) newGateway(ctx context.Context, s State) (*gateway.Gateway, error) {
	level, on := hostLevel(e.setup.LogLevel)
	return gateway.New(ctx, gateway.Options{
		Runtime: e.runtime, Clusters: e.clusters, Shared: e.shared, Metrics: e.metrics,
		Routes: gatewayRoutes(s.Routes), Plugins: gatewayPlugins(s.Plugins), Concurrency: e.setup.Workers,
		LogLevel: level,
		Log: func(l host.LogLevel, plugin, msg string) {
			if on {
				e.setup.OnEvent(Log{time.Now(), l.String(), plugin, msg})
			}
		},
		AccessLog: func(r gateway.Entry) { e.setup.OnEvent(gatewayRequest(r)) },
	})
}

// serve makes gw the one that gets new connections.
func (e *embeddedEngine) serve(gw *gateway.Gateway, s State) {
	f := newFeed(e.socket.Addr())
	e.mu.Lock()
	e.gw, e.feed, e.state = gw, f, s
	e.mu.Unlock()
	go func() { _ = gw.Serve(f) }() // ends with Shutdown
}

// accept hands connections to the newest gateway.
func (e *embeddedEngine) accept() {
	for {
		c, err := e.socket.Accept()
		if err != nil {
			e.mu.Lock()
			e.err = err
			e.mu.Unlock()
			close(e.done)
			return
		}
		for {
			e.mu.Lock()
			f := e.feed
			e.mu.Unlock()
			if f == nil {
				c.Close()
			} else if !f.offer(c) {
				continue // a newer gateway has just taken its place
			}
			break
		}
	}
}

// Apply swaps the chain, or the whole gateway if the routes differ.
func (e *embeddedEngine) Apply(ctx context.Context, s State) error {
	e.mu.Lock()
	gw, old := e.gw, e.state
	e.mu.Unlock()
	if err := e.clusters.Replace(upstreams(mergeClusters(old.Clusters, s.Clusters))...); err != nil {
		return err
	}
	err := e.swap(ctx, gw, old, s)
	keep := s.Clusters
	if err != nil {
		keep = old.Clusters
	}
	if e := e.clusters.Replace(upstreams(keep)...); err == nil {
		err = e
	}
	return err
}

func (e *embeddedEngine) swap(ctx context.Context, gw *gateway.Gateway, old, s State) error {
	if sameRoutes(old.Routes, s.Routes) {
		if !samePlugins(old.Plugins, s.Plugins) {
			if err := gw.Swap(ctx, gatewayPlugins(s.Plugins)); err != nil {
				return err
			}
		}
		e.mu.Lock()
		e.state = s
		e.mu.Unlock()
		return nil
	}
	next, err := e.newGateway(ctx, s)
	if err != nil {
		return err
	}
	e.mu.Lock()
	feed := e.feed
	e.mu.Unlock()
	e.serve(next, s)
	feed.Close()
	e.draining.Add(1)
	go func() {
		defer e.draining.Done()
		ctx, cancel := context.WithTimeout(e.life, drainTime)
		defer cancel()
		_ = gw.Shutdown(ctx)
	}()
	return nil
}

// Close stops accepting, gives running requests a moment, and frees everything.
func (e *embeddedEngine) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), closeTime)
	defer cancel()
	e.socket.Close()
	e.mu.Lock()
	gw := e.gw
	e.mu.Unlock()
	_ = gw.Shutdown(ctx) // what has not finished by now is cut off
	<-e.done
	e.end()
	e.draining.Wait()
	e.release(context.Background())
	return nil
}

// release frees what Start made besides the gateway.
func (e *embeddedEngine) release(ctx context.Context) {
	if e.clusters != nil {
		_ = e.clusters.Close()
	}
	if e.runtime != nil {
		_ = e.runtime.Close(ctx)
	}
}

func upstreams(cs []Cluster) []upstream.Cluster {
	var out []upstream.Cluster
	for _, c := range cs {
		url := c.Address
		if !strings.Contains(url, "://") {
			url = "http://" + url
		}
		out = append(out, upstream.Cluster{Name: c.Name, URL: url})
	}
	return out
}

func gatewayPlugins(ps []Plugin) []gateway.Plugin {
	var out []gateway.Plugin
	for _, p := range ps {
		out = append(out, gateway.Plugin{Name: p.Name, Code: p.Code, Config: p.Config})
	}
	return out
}

func gatewayRoutes(rs []Route) []gateway.Route {
	var out []gateway.Route
	for _, r := range rs {
		out = append(out, gateway.Route{Name: r.Name, Domains: r.Domains, Prefix: r.Prefix, Path: r.Path, Cluster: r.Cluster})
	}
	return out
}

func gatewayRequest(r gateway.Entry) Request {
	return Request{
		Time: r.Start, Method: r.Method, Host: r.Authority, Path: r.Path, Protocol: r.Protocol, Status: r.Status,
		Took: r.Duration, Sent: r.ResponseBytes, Route: r.Route, Cluster: r.Cluster, Details: r.Details,
	}
}

// hostLevel is the number of a level; on is false for "off".
func hostLevel(name string) (level host.LogLevel, on bool) {
	i := slices.Index(LogLevels(), name)
	if name == "off" || i < 0 {
		return host.LogCritical, name != "off"
	}
	return host.LogLevel(i), true
}
