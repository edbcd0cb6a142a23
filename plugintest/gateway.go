package plugintest

import (
	"fmt"
	"testing"
	"time"
)

// Gateway is the plugin under test and what is around it, on one engine. It ends
// with the test.
type Gateway struct {
	// Backend is the server that requests go to.
	Backend *Backend

	t        testing.TB
	engine   Engine
	p        Plugin
	clusters map[string]*Backend
	redis    map[string]*Redis
	logs     logs
	clock    *clock
	session  session
	waited   time.Duration // for other cases to end
}

// session is a plugin that runs on an engine.
type session interface {
	// open sends the beginning of a request.
	open(r Request, end bool) (exchange, error)
	// configure gives the plugin another configuration.
	configure(config []byte) error
	// metric returns the value of a counter or a gauge, and whether there is one.
	metric(name string) (int64, bool, error)
	// pass lets some time pass, as little as the engine can.
	pass()
}

// exchange is a client's side of a request.
type exchange interface {
	write(chunk []byte, end bool) error
	trailers(h Headers) error
	abort()
	// response waits for the end of the response.
	response(deadline time.Time) (Response, error)
}

// start starts the plugin on an engine. The gateway is there, for its logs, also
// where that fails; what it started ends with the test.
func start(t testing.TB, e Engine, p Plugin) (*Gateway, error) {
	t.Helper()
	p = p.withDefaults()
	gw := &Gateway{t: t, engine: e, p: p, clusters: map[string]*Backend{}, redis: map[string]*Redis{}, clock: newClock(p.Clock)}
	gw.Backend = newBackend(t, "backend")
	for _, name := range p.Clusters {
		gw.clusters[name] = newBackend(t, "cluster "+name)
	}
	for _, name := range p.Redis {
		gw.redis[name] = newRedis(t, name)
	}
	if len(p.Clusters)+len(p.Redis)+len(p.Servers)+1 != len(names(p)) {
		return gw, fmt.Errorf("a cluster is named twice: %v, %v, %v, %q", p.Clusters, p.Redis, p.Servers, p.Upstream)
	}
	var err error
	switch e {
	case Native:
		gw.session, err = startNative(gw)
	case Envoy:
		gw.session, err = startEnvoy(gw)
	default:
		gw.session, err = startEmbedded(gw)
	}
	return gw, err
}

// names are the names of all clusters.
func names(p Plugin) map[string]bool {
	all := map[string]bool{p.Upstream: true}
	for _, list := range [][]string{p.Clusters, p.Redis} {
		for _, name := range list {
			all[name] = true
		}
	}
	for name := range p.Servers {
		all[name] = true
	}
	return all
}

// Engine says which engine it is.
func (gw *Gateway) Engine() Engine { return gw.engine }

// Needs skips the test on an engine that does not have the feature.
func (gw *Gateway) Needs(f Feature) {
	gw.t.Helper()
	if l, ok := lack(gw.engine, f); ok {
		gw.t.Skip(l)
	}
}

// Cluster returns the fake service of that name, which Plugin.Clusters has.
func (gw *Gateway) Cluster(name string) *Backend {
	gw.t.Helper()
	b := gw.clusters[name]
	if b == nil {
		gw.t.Fatalf("no cluster %q in Plugin.Clusters: %v", name, gw.p.Clusters)
	}
	return b
}

// Redis returns the fake Redis of that name, which Plugin.Redis has.
func (gw *Gateway) Redis(name string) *Redis {
	gw.t.Helper()
	r := gw.redis[name]
	if r == nil {
		gw.t.Fatalf("no Redis %q in Plugin.Redis: %v", name, gw.p.Redis)
	}
	return r
}

// Configure gives the plugin another configuration, as a gateway does while it
// serves: requests that come later see it. An error says that the plugin refused
// it, and then the old one serves on; what is logged about it is expected.
func (gw *Gateway) Configure(config string) error {
	before := len(gw.logs.all())
	err := gw.session.configure([]byte(config))
	if err != nil {
		for _, line := range gw.logs.all()[before:] {
			gw.logs.expect(line.Level, line.Text)
		}
	}
	return err
}

// Eventually lets time pass until ok says yes: natively it makes the plugin's
// ticks happen, elsewhere they come as the plugin has asked for them. The test
// fails if that does not happen soon; what says what is waited for.
func (gw *Gateway) Eventually(what string, ok func() bool) {
	gw.t.Helper()
	if !eventually(func() bool {
		if ok() {
			return true
		}
		gw.session.pass()
		return ok()
	}) {
		gw.t.Errorf("%s did not happen", what)
	}
}

// Get sends a GET request and returns the response.
func (gw *Gateway) Get(path string, headers ...[2]string) *Response {
	gw.t.Helper()
	return gw.Do(Request{Path: path, Headers: headers})
}

// Do sends a request and returns the response. The test ends where none comes
// within the request's patience.
func (gw *Gateway) Do(r Request) *Response {
	gw.t.Helper()
	r = r.withLength().withTrailer()
	pieces := r.pieces()
	s := gw.send(r, len(pieces) == 0 && r.Trailers == nil)
	for i, p := range pieces {
		s.write(p, i == len(pieces)-1 && r.Trailers == nil)
	}
	if r.Trailers != nil {
		s.End(r.Trailers...)
	}
	s.ended = true
	return s.Response()
}

// Open sends the headers of a request that goes on: with Stream.Send and
// Stream.End. The request's Chunks are sent too; Body and Trailers must be empty.
func (gw *Gateway) Open(r Request) *Stream {
	gw.t.Helper()
	if r.Body != "" || r.Trailers != nil {
		gw.t.Fatal("Open: a request that goes on has neither Body nor Trailers; use Send and End")
	}
	if r.Method == "" {
		r.Method = "POST"
	}
	s := gw.send(r, false)
	for _, p := range r.Chunks {
		s.write(p, false)
	}
	return s
}

func (gw *Gateway) send(r Request, end bool) *Stream {
	gw.t.Helper()
	r = r.withDefaults()
	deadline := time.Now().Add(r.Patience)
	x, err := gw.session.open(r, end)
	if err != nil {
		gw.t.Fatalf("%s %s: %v", r.Method, r.Path, err)
	}
	return &Stream{gw: gw, r: r, x: x, deadline: deadline}
}
