package run

import (
	"context"
	"errors"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/sluiceproxy/sluice/deploy/envoy/envoytest"
)

// wasmDir is a directory with a probe that a fake engine gets.
func wasmDir(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	put(t, filepath.Join(dir, "a.wasm"), string(envoytest.Probe("one")))
	put(t, filepath.Join(dir, "a.yaml"), "x: 1\n")
	return dir
}

func TestRunGivesTheEngineEverything(t *testing.T) {
	dir, fake := wasmDir(t), newFake()
	r := begin(t, Options{Source: dir, Engine: fake, Workers: 3, LogLevel: "info",
		Clusters: []Cluster{{"mine", "127.0.0.1:9"}}})
	ready := next[Ready](r)
	s := fake.setup
	if s.Workers != 3 || s.LogLevel != "info" || len(s.Plugins) != 1 || s.Plugins[0].Name != "a" || string(s.Plugins[0].Config) != `{"x":1}` {
		t.Errorf("setup is %+v", s)
	}
	if len(s.Routes) != 1 || s.Routes[0].Cluster != "httpbin" || s.Routes[0].Prefix != "/" {
		t.Errorf("routes are %+v", s.Routes)
	}
	bin := ready.HTTPBin
	want := []Cluster{{"httpbin", bin}, {"outbound|80||httpbin.static", bin}, {"mine", "127.0.0.1:9"}}
	if !reflect.DeepEqual(s.Clusters, want) {
		t.Errorf("clusters are %+v, want %+v", s.Clusters, want)
	}
	resp, err := http.Get(bin + "/get")
	if err != nil || resp.StatusCode != 200 {
		t.Errorf("httpbin: %v, %v", resp, err)
	}
	r.stop()
	if !fake.closed {
		t.Error("the engine is not closed")
	}
	if _, err := http.Get(bin + "/get"); err == nil {
		t.Error("httpbin is still there")
	}
}

func TestRunReloads(t *testing.T) {
	dir, fake := wasmDir(t), newFake()
	r := begin(t, Options{Source: dir, Engine: fake, HTTPBin: "off"})
	if got := next[Ready](r); got.HTTPBin != "" || len(fake.setup.Routes) != 0 {
		t.Errorf("with httpbin off: %+v, routes %v", got, fake.setup.Routes)
	}
	config := filepath.Join(dir, "a.yaml")
	put(t, config, "x: 2\n")
	r.reloaded("configuration")
	put(t, config, "x: [\n")
	r.failed("a.yaml: not valid YAML")
	put(t, config, "x: 2\n")
	r.reloaded("nothing: the files are again what serves")
	put(t, filepath.Join(dir, "a.wasm"), string(envoytest.Probe("two")))
	r.reloaded("code")
	put(t, filepath.Join(dir, "a.wasm"), "text")
	r.failed("a.wasm: ")
	put(t, filepath.Join(dir, "b.wasm"), string(envoytest.Probe("three")))
	r.failed("a.wasm: ") // still
	put(t, filepath.Join(dir, "a.wasm"), string(envoytest.Probe("two")))
	r.reloaded("chain (a, b)")
	put(t, filepath.Join(dir, "routes.yaml"), "routes: [{cluster: up}]\nclusters: {up: '127.0.0.1:9'}\n")
	r.reloaded("routes")
	put(t, filepath.Join(dir, "routes.yaml"), "routes: [{cluster: down}]\n")
	r.failed(`the cluster "down", which does not exist`)
	if err := os.Remove(filepath.Join(dir, "routes.yaml")); err != nil {
		t.Fatal(err)
	}
	r.reloaded("routes")
	if n := len(fake.applied); n != 5 {
		t.Errorf("the engine was asked %d times", n)
	}
	fake.mu.Lock()
	fake.refuse = errRefused
	fake.mu.Unlock()
	put(t, config, "x: 3\n")
	r.failed(errRefused.Error())
}

func TestRunDoesNotWatch(t *testing.T) {
	dir, fake := wasmDir(t), newFake()
	r := begin(t, Options{Source: dir, Engine: fake, NoWatch: true})
	next[Ready](r)
	put(t, filepath.Join(dir, "a.yaml"), "x: 2\n")
	r.stop()
	if len(r.events) != 0 || len(fake.applied) != 0 {
		t.Errorf("%d events, %d changes", len(r.events), len(fake.applied))
	}
}

func TestRunEngineEnds(t *testing.T) {
	fake := newFake()
	ended := make(chan error, 1)
	ready := make(chan Event, 10)
	go func() {
		ended <- Run(context.Background(), Options{Source: wasmDir(t), Engine: fake, Listen: "127.0.0.1:0", HTTPBin: "off",
			OnEvent: func(e Event) { ready <- e }})
	}()
	<-ready
	fake.err = errors.New("boom")
	close(fake.done)
	if err := <-ended; err == nil || err.Error() != "boom" {
		t.Errorf("error is %v", err)
	}
	if !fake.closed {
		t.Error("the engine is not closed")
	}
}

func TestRunRefuses(t *testing.T) {
	busy, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer busy.Close()
	_, port, _ := net.SplitHostPort(busy.Addr().String())
	dir := wasmDir(t)
	bad := file(t, "bad.yaml", "a: [\n")
	broken := t.TempDir()
	put(t, filepath.Join(broken, "go.mod"), "module x\n\ngo 1.24\n")
	put(t, filepath.Join(broken, "main.go"), "package main\n\nfunc main() { return 1 }\n")
	for _, tt := range []struct {
		name string
		o    Options
		want string
	}{
		{"missing", Options{Source: "no/such/dir"}, "there is no no/such/dir"},
		{"config", Options{Source: dir, Config: bad}, "bad.yaml: not valid YAML"},
		{"no config", Options{Source: dir, Config: "no/such.yaml"}, "no/such.yaml"},
		{"routes", Options{Source: dir, Routes: bad}, "bad.yaml: not valid YAML"},
		{"port", Options{Source: dir, Listen: busy.Addr().String()}, "port " + port + " is in use"},
		{"use --listen", Options{Source: dir, Listen: busy.Addr().String()}, "use --listen to choose another"},
		{"httpbin port", Options{Source: dir, HTTPBin: busy.Addr().String()}, "use --httpbin to choose another"},
		{"not a module", Options{Source: file(t, "x.wasm", "package main")}, "x.wasm: "},
		{"compile", Options{Source: broken}, "main.go:3"},
		{"no engine", Options{Source: dir, Engine: nil}, "no engine"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tmp := t.TempDir()
			t.Setenv("TMPDIR", tmp)
			fake := newFake()
			if tt.name != "no engine" {
				tt.o.Engine = fake
			}
			for _, addr := range []*string{&tt.o.Listen, &tt.o.HTTPBin} {
				if *addr == "" {
					*addr = "127.0.0.1:0"
				}
			}
			err := Run(context.Background(), tt.o)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error is %v, want %q", err, tt.want)
			}
			if fake.started {
				t.Error("the engine was started")
			}
			if left, _ := os.ReadDir(tmp); len(left) != 0 {
				t.Errorf("left behind: %v", left)
			}
		})
	}
}

func TestRunEngineRefusesStart(t *testing.T) {
	fake := newFake()
	fake.refuse = errRefused
	err := Run(context.Background(), Options{Source: wasmDir(t), Engine: fake, Listen: "127.0.0.1:0", HTTPBin: "127.0.0.1:0"})
	if !errors.Is(err, errRefused) || fake.closed {
		t.Errorf("error is %v; closed: %v", err, fake.closed)
	}
}

// TestRunInterruptedEarly: who interrupts before anything serves has not got
// what they asked for.
func TestRunInterruptedEarly(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	dir := t.TempDir()
	put(t, filepath.Join(dir, "go.mod"), "module x\n\ngo 1.24\n")
	put(t, filepath.Join(dir, "main.go"), "package main\n\nfunc main() {}\n")
	var events []Event
	err := Run(ctx, Options{Source: dir, Engine: newFake(), Listen: "127.0.0.1:0", HTTPBin: "off",
		OnEvent: func(e Event) { events = append(events, e) }})
	if !errors.Is(err, context.Canceled) || len(events) != 1 || events[0] != (Building{dir}) {
		t.Errorf("error is %v, events %v", err, events)
	}
}
