package plugintest

import (
	"errors"
	"strings"
	"time"

	"github.com/sluiceproxy/sluice/host/upstream"
	"github.com/sluiceproxy/sluice/plugintest/internal/wire"
	native "github.com/sluiceproxy/sluice/sdk/plugintest"
)

// inProcess is a plugin that is compiled into the test. The plugin and what is
// around it run on the test's goroutine.
type inProcess struct {
	gw       *Gateway
	host     *native.Host
	clusters *upstream.Clusters
	running  []*nativeExchange
}

func startNative(gw *Gateway) (session, error) {
	s := &inProcess{gw: gw}
	var err error
	if s.clusters, err = gw.callees(); err != nil {
		return nil, err
	}
	properties := map[string]string{
		"xds.route_name": gw.p.Route, "xds.cluster_name": gw.p.Upstream, "xds.virtual_host_name": "local_service",
		"source.address": "127.0.0.1:40000",
	}
	for name, value := range gw.p.Properties {
		properties[name] = value
	}
	s.host, err = native.Start(gw.t, native.Options{
		Config: []byte(gw.p.Config), Name: gw.p.Name, VMID: vmID, Properties: properties,
		LogLevel: uint32(Debug), Now: gw.clock.source(), HasCluster: s.hasCluster,
		OnLog: func(l native.LogLine) { gw.logs.add(Level(l.Level), l.Message) },
	})
	if err != nil {
		return nil, err
	}
	s.host.OnHTTPCall(s.call)
	s.host.OnRedisCall(s.redis)
	return s, nil
}

// bridge is the cluster through which plugins that were built for stock Envoy
// reach Redis.
const bridge = "sluice-redis"

func (s *inProcess) hasCluster(name string) bool {
	name, _, _ = strings.Cut(name, "?") // parameters of a Redis
	return name == bridge || s.gw.p.hasCluster(name)
}

func (s *inProcess) open(r Request, end bool) (exchange, error) {
	x := &nativeExchange{s: s, r: r}
	s.running = append(s.running, x)
	protocol := "HTTP/1.1"
	if r.HTTP2 {
		protocol = "HTTP/2"
	}
	x.ex = s.host.Send(native.Input{Headers: arriving(r), Protocol: protocol, Open: !end})
	x.pump()
	return x, nil
}

func (s *inProcess) configure(config []byte) error { return s.host.Configure(config) }

func (s *inProcess) metric(name string) (int64, bool, error) {
	if n, ok := s.host.Counter(name); ok {
		return int64(n), true, nil
	}
	n, ok := s.host.Gauge(name)
	return n, ok, nil
}

func (s *inProcess) histogram(name string) (count, sum uint64, ok bool) {
	samples, ok := s.host.Histogram(name)
	for _, n := range samples {
		sum += n
	}
	return uint64(len(samples)), sum, ok
}

func (s *inProcess) shared(key string) ([]byte, bool) { return s.host.SharedData(key) }

func (s *inProcess) setShared(key string, value []byte) error {
	s.host.SetSharedData(key, value)
	return nil
}

// pass makes a tick happen, if the plugin has asked for ticks.
func (s *inProcess) pass() {
	if s.host.TickPeriod() > 0 {
		s.host.Tick()
	}
	for _, x := range s.running {
		x.pump()
	}
}

// nativeExchange is a request to a plugin in the test.
type nativeExchange struct {
	s        *inProcess
	r        Request
	ex       *native.Exchange
	got      *Received
	answered bool
}

func (x *nativeExchange) write(chunk []byte, end bool) error {
	x.ex.More(chunk, end)
	x.pump()
	return nil
}

func (x *nativeExchange) trailers(h Headers) error {
	x.ex.MoreTrailers(h)
	x.pump()
	return nil
}

func (x *nativeExchange) abort() {
	x.ex.Abort()
	x.pump()
}

// pump shows the backend what has reached it, and lets it answer.
func (x *nativeExchange) pump() {
	m, b := &x.ex.Upstream, x.s.gw.Backend
	if !m.Sent() {
		return
	}
	if x.got == nil {
		x.got = b.begin(Received{
			Method: m.Headers.Get(":method"), Path: m.Headers.Get(":path"), Host: m.Headers.Get(":authority"),
			Protocol: x.s.protocol(), Headers: fieldsOf(m.Headers),
		})
	}
	b.change(func() {
		x.got.Body, x.got.Trailers, x.got.Ended = string(m.Body), m.Trailers, m.Ended
		x.got.Broken = x.ex.Reset && !m.Ended
	})
	if !x.answered && !x.ex.Reset && x.ex.Reply == nil && (m.Ended || b.isEarly()) {
		x.answered = true
		_ = b.reply(x.got).give(nativeResponder{x}) // an exchange that is over needs no answer
	}
}

// protocol is that of the backend.
func (s *inProcess) protocol() string {
	if s.gw.p.HTTP2 {
		return "HTTP/2"
	}
	return "HTTP/1.1"
}

// errOver says that there is nobody to answer any more.
var errOver = errors.New("the exchange is over")

func (x *nativeExchange) response(deadline time.Time) (Response, error) {
	for {
		x.pump()
		c := &x.ex.Client
		switch {
		case time.Now().After(deadline): // also where the answer came later
			return responseOf(c), wire.ErrTimeout
		case x.ex.Reset:
			return responseOf(c), wire.ErrReset
		case c.Ended:
			x.ex.End()
			return responseOf(c), nil
		}
		time.Sleep(time.Millisecond)
		x.s.pass()
	}
}
