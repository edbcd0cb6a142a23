package pages

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/host"
	"github.com/sluiceproxy/sluice/host/gateway"
	"github.com/sluiceproxy/sluice/host/upstream"
	"github.com/sluiceproxy/sluice/run"
	"github.com/sluiceproxy/sluice/test/e2e/harness"

	"github.com/sluiceproxy/sluice/deploy/envoy"
)

const programs = "test/conformance/pages/testdata/"

// TestPages compares the pages' programs with those that the tests run.
func TestPages(t *testing.T) {
	for _, name := range []string{"observability", "state"} {
		_, program, _ := strings.Cut(harness.ReadFile(t, programs+name+"/main.go"), "\npackage main\n")
		if !strings.Contains(harness.ReadFile(t, "docs/"+name+".md"), "package main\n"+program) {
			t.Errorf("docs/%s.md does not show the program in %s%s", name, programs, name)
		}
	}
}

// served is a gateway with a way to its metrics.
type served struct {
	addr    string
	metrics func() string
}

// plugins are one module, once for each configuration.
func code(t *testing.T, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(harness.BuildPlugin(t, programs+name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func onEmbedded(t *testing.T, name string, configs ...string) served {
	t.Helper()
	up := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	t.Cleanup(up.Close)
	clusters, err := upstream.New(upstream.Options{}, upstream.Cluster{Name: "up", URL: up.URL})
	if err != nil {
		t.Fatal(err)
	}
	metrics := host.NewMetrics()
	o := gateway.Options{Clusters: clusters, Metrics: metrics, Routes: []gateway.Route{{Name: "all", Cluster: "up"}}}
	module := code(t, name)
	for _, config := range configs {
		o.Plugins = append(o.Plugins, gateway.Plugin{Name: "demo", Code: module, Config: []byte(config)})
	}
	gw, err := gateway.New(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go func() { _ = gw.Serve(l) }()
	t.Cleanup(func() { _ = gw.Shutdown(context.Background()); _ = clusters.Close() })
	return served{addr: "http://" + l.Addr().String(), metrics: func() string {
		var b strings.Builder
		_ = metrics.WritePrometheus(&b)
		return b.String()
	}}
}

func onEnvoy(t *testing.T, name string, configs ...string) served {
	t.Helper()
	up := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	t.Cleanup(up.Close)
	ports := harness.FreePorts(t, 2)
	binary, err := envoy.Find(context.Background(), harness.OneEnvoy(t).Path)
	if err != nil {
		t.Fatal(err)
	}
	module := code(t, name)
	s := run.Setup{Listen: harness.Addr(ports[0]), Workers: 2, LogLevel: "warn", OnEvent: func(run.Event) {}}
	s.Routes = []run.Route{{Name: "all", Prefix: "/", Cluster: "up"}}
	s.Clusters = []run.Cluster{{Name: "up", Address: up.Listener.Addr().String()}}
	for i, config := range configs {
		s.Plugins = append(s.Plugins, run.Plugin{Name: "demo" + string(rune('a'+i)), Code: module, Config: []byte(config)})
	}
	engine := run.OnEnvoy(binary, harness.Addr(ports[1]))
	if err := engine.Start(context.Background(), s); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = engine.Close() })
	return served{addr: "http://" + engine.Addr(), metrics: func() string {
		return string(harness.Get(t, harness.URL(ports[1], "/stats/prometheus")).Body)
	}}
}

type starter func(t *testing.T, name string, configs ...string) served

var engines = map[string]starter{"embedded": onEmbedded, "envoy": onEnvoy}

// within waits until ok is true.
func within(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(15 * time.Second); !ok(); time.Sleep(100 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("not within 15 s: " + what)
		}
	}
}

func TestObservability(t *testing.T) {
	for name, start := range engines {
		t.Run(name, func(t *testing.T) {
			s := start(t, "observability", "{}")
			for range 3 {
				harness.Get(t, s.addr+"/")
			}
			if got := harness.Get(t, s.addr+"/secret").Status; got != 403 {
				t.Errorf("/secret: %d", got)
			}
			for _, want := range [][]string{ // Envoy folds histograms every five seconds, and orders labels as it likes
				{"demo_requests{", `method="GET"`, `result="allowed"`, "} 3"}, {"demo_requests{", `method="GET"`, `result="refused"`, "} 1"},
				{"sluice_plugin_microseconds_count{", `phase="request_headers"`, `plugin="demo"`, "} 4"},
			} {
				within(t, strings.Join(want, " "), func() bool { return hasLine(s.metrics(), want) })
			}
		})
	}
}

func TestState(t *testing.T) {
	for name, start := range engines {
		t.Run(name, func(t *testing.T) {
			s := start(t, "state", `{"writes":true}`, `{}`)
			for range 4 {
				harness.Get(t, s.addr+"/abc")
			}
			const want = "seen by state; requests "
			within(t, "ticks and bytes", func() bool {
				got := string(harness.Get(t, s.addr+"/abc").Body)
				return strings.HasPrefix(got, want) && strings.HasSuffix(got, "; it ticks") && !strings.Contains(got, "bytes ;")
			})
		})
	}
}

// hasLine reports whether a line has all words.
func hasLine(text string, words []string) bool {
	for _, line := range strings.Split(text, "\n") {
		missing := slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(line, w) })
		if !missing {
			return true
		}
	}
	return false
}
