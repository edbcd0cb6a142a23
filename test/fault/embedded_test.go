package fault

import (
	"context"
	"os"
	"testing"

	"github.com/sluiceproxy/sluice/host"
	"github.com/sluiceproxy/sluice/host/gateway"
	"github.com/sluiceproxy/sluice/host/upstream"
	engine "github.com/sluiceproxy/sluice/run"
)

// embedded is the gateway of this module, in the test's process.
type embedded struct {
	t        testing.TB
	runtime  *host.Runtime
	clusters *upstream.Clusters
	metrics  *host.Metrics
	gw       *gateway.Gateway
	address  string
	done     chan struct{}
}

func startEmbedded(ctx context.Context, b *bed, s setup) (_ backing, err error) {
	e := &embedded{t: b, metrics: host.NewMetrics(), done: make(chan struct{})}
	var list []upstream.Cluster
	for name, address := range b.backend.clusters {
		list = append(list, upstream.Cluster{Name: name, URL: "http://" + address})
	}
	if e.clusters, err = upstream.New(upstream.Options{}, list...); err != nil {
		return nil, err
	}
	limit := engine.CallTimeout
	if s.limit != 0 {
		limit = s.limit / 4
	}
	if e.runtime, err = host.NewRuntime(ctx, host.RuntimeOptions{}); err != nil {
		return nil, err
	}
	o := gateway.Options{
		Runtime: e.runtime, Clusters: e.clusters, Metrics: e.metrics, Concurrency: s.workers, CallTimeout: max(limit, 0),
		Routes:  []gateway.Route{{Name: "all", Prefix: "/", Cluster: "backend"}},
		Plugins: e.chain(s.plugins),
		Log: func(level host.LogLevel, plugin, msg string) {
			b.log.add(level.String() + " " + plugin + ": " + msg)
		},
		AccessLog: func(r gateway.Entry) { b.access.add(accessLine(r.Status, r.Path, r.Details)) },
	}
	if e.gw, err = gateway.New(ctx, o); err != nil {
		return nil, err
	}
	l := listen(b)
	e.address = l.Addr().String()
	go func() {
		_ = e.gw.Serve(l)
		close(e.done)
	}()
	return e, nil
}

func (e *embedded) chain(plugins []plugin) (out []gateway.Plugin) {
	for _, p := range plugins {
		out = append(out, gateway.Plugin{Name: p.name, Code: code(e.t, p.dir), Config: []byte(p.config)})
	}
	return out
}

func (e *embedded) addr() string { return e.address }

func (e *embedded) apply(plugins []plugin) error {
	return e.gw.Swap(context.Background(), e.chain(plugins))
}

func (e *embedded) metric(name string) uint64 { return e.metrics.Snapshot()[name] }
func (e *embedded) pid() int                  { return os.Getpid() }
func (e *embedded) ended() <-chan struct{}    { return e.done }
func (e *embedded) why() error                { return nil }

func (e *embedded) close() {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := e.gw.Shutdown(ctx); err != nil {
		e.t.Errorf("shutdown: %v", err)
	}
	_ = e.clusters.Close()
	_ = e.runtime.Close(ctx)
}
