package hub

import (
	"context"
	"net"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/deploy/envoy"
	"github.com/sluiceproxy/sluice/host"
	"github.com/sluiceproxy/sluice/host/gateway"
	"github.com/sluiceproxy/sluice/host/upstream"
	"github.com/sluiceproxy/sluice/test/e2e/harness"
)

// plugins makes something of each plugin of a chain.
func plugins[P any](g guard, of func(*guard) P) (all []P) {
	for at := &g; at != nil; at = at.behind {
		all = append(all, of(at))
	}
	return all
}

// startEmbedded starts the gateway of this module, in the test's process.
func startEmbedded(t *testing.T, g guard) *bed {
	t.Helper()
	b := startBackend(t)
	list := []upstream.Cluster{{Name: "backend", URL: "http://" + b.addr}}
	for name, addr := range g.clusters {
		if !strings.Contains(addr, "://") {
			addr = "http://" + addr
		}
		list = append(list, upstream.Cluster{Name: name, URL: addr})
	}
	clusters, err := upstream.New(upstream.Options{}, list...)
	if err != nil {
		t.Fatal(err)
	}
	runtime, err := host.NewRuntime(t.Context(), host.RuntimeOptions{})
	if err != nil {
		t.Fatal(err)
	}
	gw, err := gateway.New(t.Context(), gateway.Options{
		Runtime: runtime, Clusters: clusters, Concurrency: 1,
		Routes: []gateway.Route{{Name: "hub", Prefix: "/", Cluster: "backend"}},
		Plugins: plugins(g, func(g *guard) gateway.Plugin {
			return gateway.Plugin{Name: g.plugin, Code: code(t, g.plugin), Config: []byte(g.config)}
		}),
		Log: func(level host.LogLevel, _, text string) {
			if level >= host.LogError {
				t.Errorf("the log: %s", text)
			}
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go func() { _ = gw.Serve(l) }()
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		_ = gw.Shutdown(ctx)
		_ = clusters.Close()
		_ = runtime.Close(ctx)
	})
	return &bed{addr: l.Addr().String(), pid: os.Getpid(), backend: b}
}

// startEnvoy starts an Envoy.
func startEnvoy(t *testing.T, g guard) *bed {
	t.Helper()
	b := startBackend(t)
	binary, err := envoy.Find(t.Context(), harness.OneEnvoy(t).Path)
	if err != nil {
		t.Fatal(err)
	}
	c := envoy.Config{
		Routes: []envoy.Route{{Name: "hub", Prefix: "/", Cluster: "backend"}},
		Plugins: plugins(g, func(g *guard) envoy.Plugin {
			return envoy.Plugin{Name: g.plugin, Code: code(t, g.plugin), Config: []byte(g.config)}
		}),
		Clusters: []envoy.Cluster{{Name: "backend", Address: b.addr}},
	}
	for name, addr := range g.clusters {
		c.Clusters = append(c.Clusters, envoy.Cluster{Name: name, Address: addr})
	}
	ports := harness.FreePorts(t, 2)
	e, err := envoy.Start(t.Context(), envoy.Options{
		Binary: binary, Listen: harness.Addr(ports[0]), Admin: harness.Addr(ports[1]), Workers: 1,
		OnPlugin: func(p envoy.PluginLine) {
			if p.Level == "error" || p.Level == "critical" {
				t.Errorf("the log: %s", p.Text)
			}
		},
	}, c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = e.Close() })
	return &bed{addr: e.Addr(), pid: e.PID(), backend: b}
}
