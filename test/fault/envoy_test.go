package fault

import (
	"bufio"
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/deploy/envoy"
	"github.com/sluiceproxy/sluice/test/e2e/harness"
)

// real is an Envoy process.
type real struct {
	t        testing.TB
	clusters map[string]string
	envoy    *envoy.Envoy
}

func startEnvoy(ctx context.Context, b *bed, s setup) (backing, error) {
	binary, err := envoy.Find(ctx, harness.OneEnvoy(b).Path)
	if err != nil {
		return nil, err
	}
	r := &real{t: b, clusters: b.backend.clusters}
	ports := harness.FreePorts(b, 2)
	r.envoy, err = envoy.Start(ctx, envoy.Options{
		Binary: binary, Listen: harness.Addr(ports[0]), Admin: harness.Addr(ports[1]), Workers: s.workers,
		LogLevel: "debug", WorkerKill: s.limit,
		OnPlugin: func(p envoy.PluginLine) { b.log.add(p.Level + " " + p.Plugin + ": " + p.Text) },
		OnLog:    func(l envoy.Line) { b.log.add("envoy " + l.Level + ": " + l.Text) },
		OnAccess: func(a envoy.Access) { b.access.add(accessLine(a.Status, a.Path, a.Details)) },
	}, r.config(s.plugins))
	if err != nil {
		return nil, err
	}
	return r, nil
}

func (r *real) config(plugins []plugin) envoy.Config {
	c := envoy.Config{Routes: []envoy.Route{{Name: "all", Prefix: "/", Cluster: "backend"}}}
	for _, p := range plugins {
		c.Plugins = append(c.Plugins, envoy.Plugin{Name: p.name, Code: code(r.t, p.dir), Config: []byte(p.config)})
	}
	for name, address := range r.clusters {
		c.Clusters = append(c.Clusters, envoy.Cluster{Name: name, Address: address})
	}
	return c
}

func (r *real) addr() string           { return r.envoy.Addr() }
func (r *real) pid() int               { return r.envoy.PID() }
func (r *real) ended() <-chan struct{} { return r.envoy.Done() }
func (r *real) why() error             { return r.envoy.Err() }

func (r *real) apply(plugins []plugin) error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	return r.envoy.Apply(ctx, r.config(plugins))
}

// metric reads a counter from the admin endpoint, 0 where there is none yet.
func (r *real) metric(name string) uint64 {
	r.t.Helper()
	client := http.Client{Timeout: patience}
	res, err := client.Get(r.envoy.AdminURL() + "/stats?filter=" + name + "$")
	if err != nil {
		r.t.Fatal(err)
	}
	defer res.Body.Close()
	for in := bufio.NewScanner(res.Body); in.Scan(); {
		stat, value, _ := strings.Cut(in.Text(), ": ")
		if stat == name || strings.HasSuffix(stat, "."+name) {
			n, err := strconv.ParseUint(value, 10, 64)
			if err != nil {
				r.t.Fatalf("metric %s: %v", in.Text(), err)
			}
			return n
		}
	}
	return 0
}

func (r *real) close() {
	if err := r.envoy.Close(); err != nil {
		r.t.Errorf("close Envoy: %v", err)
	}
}

// accessLine is a line of the access log as the tests look for it.
func accessLine(status int, path, details string) string {
	return fmt.Sprintf("%d %s %s", status, path, details)
}
