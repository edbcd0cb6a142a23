package run

import (
	"context"
	"crypto/tls"
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

// closeTime is how long requests may go on when the engine ends.
const closeTime = 2 * time.Second

// CallTimeout is how long the embedded engine lets one callback of a plugin run.
// Then the VM is ended: its requests get 503, the log says which callback it was,
// and the next request gets a new VM (at most one a second). A callback that
// takes this long never ends, or should not be one: no other request of its
// worker gets on meanwhile.
const CallTimeout = 10 * time.Second

// Embedded returns an engine that is the gateway of this module, in this
// process, without an admin endpoint.
func Embedded() Engine { return EmbeddedWithAdmin("off") }

// EmbeddedWithAdmin is [Embedded] with an admin endpoint; see
// [gateway.Gateway.AdminHandler] for what it answers. admin is its address;
// empty means [DefaultAdmin], as for [OnEnvoy], and "off" none.
func EmbeddedWithAdmin(admin string) Engine {
	return &embeddedEngine{done: make(chan struct{}), callTimeout: CallTimeout, adminAddr: admin}
}

type embeddedEngine struct {
	adminAddr string
	admin     *adminServer // nil if it is off

	setup    Setup
	socket   net.Listener
	runtime  *host.Runtime
	clusters *upstream.Clusters
	gw       *gateway.Gateway
	done     chan struct{}

	callTimeout time.Duration

	guest  host.Connect // of a plugin that runs in a process of its own; else nil
	module *host.Module // that plugin

	mu    sync.Mutex // guards what follows
	state State
	err   error
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
	e.setup, e.state = s, s.State
	defer func() {
		if err != nil {
			e.release(ctx)
		}
	}()
	if e.admin, err = listenAdmin(e.adminAddr); err != nil {
		return err
	}
	if e.clusters, err = upstream.New(s.tap(), upstreams(s.Clusters)...); err != nil {
		return err
	}
	if e.runtime, err = host.NewRuntime(ctx, host.RuntimeOptions{}); err != nil {
		return err
	}
	if e.guest != nil {
		if e.module, err = e.runtime.Remote(ctx, s.Plugins[0].Name, e.guest); err != nil {
			return err
		}
	}
	if e.gw, err = gateway.New(ctx, e.options(s.State)); err != nil {
		return reword(err, cutStack) // the plugin's log has told it
	}
	if e.socket, err = listen(s.Listen, "--listen"); err != nil {
		_ = e.gw.Shutdown(ctx)
		return err
	}
	e.setup.noteChain(s.Plugins)
	e.admin.serve(e.gw.AdminHandler())
	go e.serve()
	return nil
}

// describe implements describer.
func (e *embeddedEngine) describe(r *Ready) { r.Admin = e.admin.url() }

// options are the gateway's for a state.
func (e *embeddedEngine) options(s State) gateway.Options {
	level, on := hostLevel(e.setup.LogLevel)
	return gateway.Options{
		Runtime: e.runtime, Clusters: e.clusters, Concurrency: e.setup.Workers, CallTimeout: e.callTimeout,
		Routes: e.routes(s.Routes), Plugins: e.plugins(s.Plugins),
		LogLevel: level,
		Log: func(l host.LogLevel, plugin, msg string) {
			if on {
				e.setup.tell(Log{time.Now(), l.String(), plugin, msg})
			}
		},
		AccessLog: func(r gateway.Entry) { e.setup.tell(gatewayRequest(r)) },
		Wrap:      e.setup.wrap(),
	}
}

// serve runs until the gateway is shut down or its socket fails.
func (e *embeddedEngine) serve() {
	err := e.gw.Serve(e.socket)
	e.mu.Lock()
	e.err = err
	e.mu.Unlock()
	close(e.done)
}

// Apply changes clusters, routes and chain. Clusters that only the old state
// names stay until nothing leads there any more.
func (e *embeddedEngine) Apply(ctx context.Context, s State) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if err := e.clusters.Replace(upstreams(mergeClusters(e.state.Clusters, s.Clusters))...); err != nil {
		return err
	}
	err := e.swap(ctx, e.state, s)
	if err == nil {
		e.state = s
	}
	if trim := e.clusters.Replace(upstreams(e.state.Clusters)...); err == nil {
		err = trim
	}
	return err
}

// swap changes what differs; on an error the old state is in force.
func (e *embeddedEngine) swap(ctx context.Context, old, s State) error {
	if err := e.gw.SetRoutes(gatewayRoutes(s.Routes)); err != nil {
		return err
	}
	if samePlugins(old.Plugins, s.Plugins) {
		return nil
	}
	err := e.gw.Swap(ctx, gatewayPlugins(s.Plugins))
	if err != nil {
		_ = e.gw.SetRoutes(gatewayRoutes(old.Routes)) // they were good before
	} else {
		e.setup.noteChain(s.Plugins)
	}
	return reword(err, cutStack) // the plugin's log has told it
}

// Close stops accepting, gives running requests a moment, and frees everything.
func (e *embeddedEngine) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), closeTime)
	defer cancel()
	_ = e.gw.Shutdown(ctx) // what has not finished by now is cut off
	<-e.done
	e.release(context.Background())
	return nil
}

// release frees what Start made besides the gateway.
func (e *embeddedEngine) release(ctx context.Context) {
	e.admin.close()
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
		u := upstream.Cluster{Name: c.Name, URL: url}
		if strings.HasPrefix(url, "rediss://") { // as on Envoy here: it is for development
			u.TLS = &tls.Config{InsecureSkipVerify: true}
		}
		out = append(out, u)
	}
	return out
}

// plugins are the gateway's for those of a state.
func (e *embeddedEngine) plugins(ps []Plugin) []gateway.Plugin {
	if e.module == nil {
		return gatewayPlugins(ps)
	}
	return []gateway.Plugin{{Name: ps[0].Name, Module: e.module, Config: ps[0].Config}}
}

// routes are the gateway's for those of a state. With a debugger, no route has a
// timeout: a breakpoint would make it run out.
func (e *embeddedEngine) routes(rs []Route) []gateway.Route {
	out := gatewayRoutes(rs)
	for i := range out {
		if e.guest != nil {
			out[i].Timeout = -1
		}
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
