package play

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/sluiceproxy/sluice/host"
	"github.com/sluiceproxy/sluice/host/gateway"
	"github.com/sluiceproxy/sluice/host/upstream"
	"github.com/sluiceproxy/sluice/run/record"
)

// DefaultTimeout bounds an exchange.
const DefaultTimeout = 30 * time.Second

// Options say what to run exchanges through.
type Options struct {
	// Plugins are the chain.
	Plugins []gateway.Plugin
	// Runtime runs it; nil means one of its own.
	Runtime *host.Runtime
	// Clusters are the names of all clusters of the exchanges; see Clusters.
	Clusters []string
	// LogLevel is the least severe level of log lines that are kept.
	LogLevel host.LogLevel
	// Timeout bounds each exchange; 0 means DefaultTimeout.
	Timeout time.Duration
}

// Outcome is what became of an exchange.
type Outcome struct {
	// Upstream is the request as it reached the upstream, nil where it did not.
	Upstream *record.Message
	// Response is what the client got.
	Response record.Message
	// Callouts are what the plugins asked, in order, with the answers they got.
	Callouts []record.Call
	// Logs are the plugins' log lines, each with its level in front.
	Logs []string
	// Broken says that the client got no complete response.
	Broken bool
	// Unknown are what the plugins, or the chain, asked without an answer in the
	// recording: they saw a connection that fails.
	Unknown []string
	// Took is the time for all of it, with the gateway's part.
	Took time.Duration
}

// Player runs exchanges, one at a time.
type Player struct {
	o        Options
	gw       *gateway.Gateway
	clusters *upstream.Clusters

	playing sync.Mutex
	mu      sync.Mutex // guards now
	now     *script    // nil between exchanges
}

// New starts a chain. An error is a *gateway.LoadError where a plugin is the reason.
func New(ctx context.Context, o Options) (*Player, error) {
	if o.Timeout <= 0 {
		o.Timeout = DefaultTimeout
	}
	p := &Player{o: o}
	var list []upstream.Cluster
	for _, name := range append([]string{defaultCluster}, o.Clusters...) {
		if name == record.Bridge {
			continue // see below
		}
		if name != defaultCluster || len(list) == 0 {
			list = append(list, upstream.Cluster{Name: name, Transport: transport{p, name}, Redis: redis{p, name}})
		}
	}
	list = append(list, upstream.Cluster{Name: record.Bridge, Transport: bridge{p}})
	var err error
	if p.clusters, err = upstream.New(upstream.Options{}, list...); err != nil {
		return nil, err
	}
	p.gw, err = gateway.New(ctx, gateway.Options{
		Runtime: o.Runtime, Clusters: p.clusters, Concurrency: 1, Plugins: o.Plugins,
		Routes: routes(o.Clusters), LogLevel: o.LogLevel, Log: p.log,
	})
	if err != nil {
		_ = p.clusters.Close()
		return nil, err
	}
	return p, nil
}

// Close ends the chain.
func (p *Player) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), p.o.Timeout)
	defer cancel()
	err := p.gw.Shutdown(ctx)
	_ = p.clusters.Close()
	return err
}

// defaultCluster is where exchanges go that name no upstream.
const defaultCluster = "upstream"

// routes lead to the first cluster until an exchange says otherwise.
func routes(clusters []string) []gateway.Route {
	return []gateway.Route{{Name: "default", Cluster: first(clusters)}}
}

func first(clusters []string) string {
	if len(clusters) == 0 {
		return defaultCluster
	}
	return clusters[0]
}

// Clusters are the names of all clusters of exchanges, those of upstreams first.
func Clusters(list []record.Exchange) []string {
	var names []string
	seen := map[string]bool{}
	add := func(name string) {
		if name != "" && !seen[name] {
			seen[name] = true
			names = append(names, name)
		}
	}
	for _, e := range list {
		if e.Upstream != nil {
			add(e.Upstream.Cluster)
		}
	}
	for _, e := range list {
		for _, c := range e.Callouts {
			add(c.Cluster)
		}
	}
	return names
}

// Play runs one exchange. An error means that the exchange can't be run, not that
// something failed in it.
func (p *Player) Play(ctx context.Context, e record.Exchange) (Outcome, error) {
	p.playing.Lock()
	defer p.playing.Unlock()
	ctx, cancel := context.WithTimeout(ctx, p.o.Timeout)
	defer cancel()
	if up := e.Upstream; up != nil && up.Cluster != "" {
		if err := p.gw.SetRoutes([]gateway.Route{{Name: "default", Cluster: up.Cluster}}); err != nil {
			return Outcome{}, err
		}
	}
	r, err := request(ctx, e)
	if err != nil {
		return Outcome{}, err
	}
	s := &script{e: e}
	p.set(s)
	defer p.set(nil)
	w := newWriter()
	start := time.Now()
	serve(p.gw.Handler(), w, r)
	took := time.Since(start)
	if err := ctx.Err(); err != nil {
		return Outcome{}, fmt.Errorf("%s %s: no answer within %v", r.Method, r.RequestURI, p.o.Timeout)
	}
	return s.outcome(w, took), nil
}

func (p *Player) set(s *script) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.now = s
}

func (p *Player) script() *script {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.now
}

func (p *Player) log(level host.LogLevel, plugin, msg string) {
	if s := p.script(); s != nil {
		s.log(level.String() + ": " + strings.TrimSpace(plugin+": "+msg))
	}
}

// serve runs a handler as a server does.
func serve(h http.Handler, w *writer, r *http.Request) {
	defer func() {
		if v := recover(); v != nil {
			if v != http.ErrAbortHandler { //nolint:errorlint,err113 // it is a panic's value
				panic(v)
			}
			w.broken = true
		}
	}()
	h.ServeHTTP(w, r)
}
