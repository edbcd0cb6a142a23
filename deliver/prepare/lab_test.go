package prepare

import (
	"context"
	"errors"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/build"
	"github.com/sluiceproxy/sluice/build/oci"
	"github.com/sluiceproxy/sluice/build/oci/registry"
	"github.com/sluiceproxy/sluice/build/oci/registry/registrytest"
	"github.com/sluiceproxy/sluice/build/oci/store"
	"github.com/sluiceproxy/sluice/deploy/envoy/envoytest"
	"github.com/sluiceproxy/sluice/deploy/wasmplugin"
)

// lab is a registry, and a directory in which a Preparer works.
type lab struct {
	t      *testing.T
	server *httptest.Server
	host   string
	o      Options

	mu     sync.Mutex
	events []Event
}

func newLab(t *testing.T) *lab {
	t.Helper()
	l := &lab{t: t, server: httptest.NewServer(registrytest.New())}
	t.Cleanup(l.server.Close)
	l.host = strings.TrimPrefix(l.server.URL, "http://")
	dir := t.TempDir()
	l.o = Options{
		Dir: filepath.Join(dir, "modules"), Store: store.New(filepath.Join(dir, "store")), Target: build.Envoy, CacheDir: "-",
		OCI:     oci.Options{Registry: registry.Options{PlainHTTP: true, Attempts: 1}},
		OnEvent: func(e Event) { l.mu.Lock(); defer l.mu.Unlock(); l.events = append(l.events, e) },
	}
	return l
}

// new is a Preparer; a second one is as after a restart.
func (l *lab) new() *Preparer {
	l.t.Helper()
	p, err := New(l.o)
	if err != nil {
		l.t.Fatal(err)
	}
	l.t.Cleanup(func() {
		if err := p.Close(); err != nil {
			l.t.Error(err)
		}
	})
	return p
}

// push makes an image of a module, with a spec.yaml if that isn't empty.
func (l *lab) push(name string, code []byte, spec string, po oci.PackageOptions) *oci.Packaged {
	l.t.Helper()
	dir := l.t.TempDir()
	write(l.t, filepath.Join(dir, "main.wasm"), code)
	if spec != "" {
		write(l.t, filepath.Join(dir, "spec.yaml"), []byte(spec))
		po.Metadata = true
	}
	place, err := oci.ParsePlace(l.host + "/" + name)
	if err != nil {
		l.t.Fatal(err)
	}
	pushed, err := oci.Push(context.Background(), dir, place, nil, po, oci.Options{Registry: registry.Options{PlainHTTP: true}})
	if err != nil {
		l.t.Fatal(err)
	}
	return pushed
}

// plugin is a resource that names an image of the registry.
func (l *lab) plugin(name string) *wasmplugin.Plugin {
	return &wasmplugin.Plugin{Kind: wasmplugin.Istio, Namespace: "gateways", Name: "probe", URL: "oci://" + l.host + "/" + name}
}

// must gets a module.
func must(t *testing.T, p *Preparer, w *wasmplugin.Plugin) *Module {
	t.Helper()
	m, err := p.Module(context.Background(), w)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// refused wants an error at a step and a side, around want.
func refused(t *testing.T, err error, step Step, side string, want error) {
	t.Helper()
	var at *Error
	if !errors.As(err, &at) || at.Step != step || at.Side != side || want != nil && !errors.Is(err, want) {
		t.Errorf("got %v, want one of step %s, side %s, around %v", err, step, side, want)
	}
}

func write(t *testing.T, path string, content []byte) {
	t.Helper()
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
}

func probe(mark string) []byte { return envoytest.Probe(mark) }

// age makes a file look as if it were used long ago.
func age(t *testing.T, path string) {
	t.Helper()
	old := time.Now().Add(-time.Hour)
	if err := os.Chtimes(path, old, old); err != nil {
		t.Fatal(err)
	}
}
