package run

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sluiceproxy/sluice/deploy/envoy/envoytest"
)

func TestResolvePluginDir(t *testing.T) {
	dir := t.TempDir()
	for path, content := range map[string]string{
		"90-last.wasm": "", "90-last.yaml": "a: 1", "first.wasm": "", "5_z.wasm": "", "100-really.wasm": "",
		"sub/10-auth/main.wasm": "", "sub/10-auth/config.json": "{}", "sub/b.wasm": "", "main.wasm": "",
		"20-go/main.go": "package main", "20-go/config.yaml": "", "20-go/main.wasm": "", "20-go/lib/x.wasm": "",
		"lib/lib.go": "package lib", "lib/c.wasm": "", "tests/x_test.go": "package main",
		".git/x.wasm": "", "testdata/x.wasm": "", "_old/x.wasm": "", ".hidden.wasm": "", "notes.txt": "", "routes.yaml": "",
		"dup/first.wasm": "", "two/d.wasm": "", "two/d.yaml": "", "two/d.json": "{}",
	} {
		put(t, filepath.Join(dir, path), content)
	}
	s, err := resolvePluginDir(dir, "")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, m := range s.modules {
		rel, _ := filepath.Rel(dir, m.path())
		config, _ := filepath.Rel(dir, m.config)
		if m.config == "" {
			config = ""
		}
		got = append(got, m.name+" "+filepath.ToSlash(rel)+" "+filepath.ToSlash(config))
	}
	want := []string{
		"z 5_z.wasm ", "auth sub/10-auth/main.wasm sub/10-auth/config.json", "go 20-go 20-go/config.yaml",
		"b sub/b.wasm ", "c lib/c.wasm ", "first dup/first.wasm ", "main main.wasm ",
		"last 90-last.wasm 90-last.yaml", "really 100-really.wasm ",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if len(s.broken) != 2 || filepath.Base(s.routes) != "routes.yaml" {
		t.Errorf("broken %v, routes %s", s.broken, s.routes)
	}
	for path, why := range map[string]string{"nowhere": "there is no plugin directory", "notes.txt": "is a file"} {
		if _, err := resolvePluginDir(filepath.Join(dir, path), ""); err == nil || !strings.Contains(err.Error(), why) {
			t.Errorf("%s: %v", path, err)
		}
	}
}

func TestPluginDirOptions(t *testing.T) {
	for _, o := range []Options{{PluginDir: "x", Source: "y"}, {PluginDir: "x", Config: "y"}} {
		o.Engine = newFake()
		if _, err := o.withDefaults(); err == nil {
			t.Errorf("%+v was accepted", o)
		}
	}
}

// chainOf waits until a chain serves, and checks its names.
func (r *running) chainOf(f *fakeEngine, want string) State {
	r.t.Helper()
	next[Reloaded](r)
	f.mu.Lock()
	defer f.mu.Unlock()
	s := f.applied[len(f.applied)-1]
	if s.names() != want {
		r.t.Errorf("the chain is %q, want %q", s.names(), want)
	}
	return s
}

// Plugins come and go, each with its configuration, while others serve on.
func TestPluginDirLives(t *testing.T) {
	dir, fake := t.TempDir(), newFake()
	wasm := func(name, mark string) { put(t, filepath.Join(dir, name), string(envoytest.Probe(mark))) }
	wasm("b.wasm", "b")
	wasm("10-a.wasm", "a")
	put(t, filepath.Join(dir, "broken.wasm"), "no module")
	r := begin(t, Options{PluginDir: dir, Engine: fake, HTTPBin: "off"})
	r.leftOut(`plugin "broken"`)
	if ready := next[Ready](r); ready.Plugins != "a, b" {
		t.Errorf("serves %q", ready.Plugins)
	}
	save(t, filepath.Join(dir, "sub", "20-c.wasm"), string(envoytest.Probe("c")))
	r.leftOut(`plugin "broken"`)
	r.chainOf(fake, "a, c, b")
	if err := os.Remove(filepath.Join(dir, "broken.wasm")); err != nil {
		t.Fatal(err)
	}
	save(t, filepath.Join(dir, "b.yaml"), "x: 1\n")
	if s := r.chainOf(fake, "a, c, b"); string(s.Plugins[2].Config) != `{"x":1}` {
		t.Errorf("configurations: %+v", s.Plugins)
	}
	put(t, filepath.Join(dir, "b.yaml"), "x: [\n") // b keeps its last good version, a changes
	r.failed(`plugin "b"`)
	wasm("10-a.wasm", "a2")
	r.failed(`plugin "b"`)
	if s := r.chainOf(fake, "a, c, b"); string(s.Plugins[2].Config) != `{"x":1}` {
		t.Errorf("configurations: %+v", s.Plugins)
	}
	if err := os.RemoveAll(filepath.Join(dir, "sub")); err != nil {
		t.Fatal(err)
	}
	r.failed(`plugin "b"`)
	r.chainOf(fake, "a, b")
}

func TestPluginDirWithoutPlugins(t *testing.T) {
	dir, fake := t.TempDir(), newFake()
	r := begin(t, Options{PluginDir: dir, Engine: fake, HTTPBin: "off"})
	if w := next[Warning](r); !strings.Contains(w.Text, "holds no plugin yet") {
		t.Errorf("warned %q", w.Text)
	}
	next[Ready](r)
	put(t, filepath.Join(dir, "a.wasm"), string(envoytest.Probe("a")))
	r.chainOf(fake, "a")
	if err := os.Remove(filepath.Join(dir, "a.wasm")); err != nil {
		t.Fatal(err)
	}
	r.reloaded("chain (none)")
}

// Where nobody looks for plugins that come later, there must be one.
func TestPluginDirNeverHasPlugins(t *testing.T) {
	err := Run(context.Background(), Options{PluginDir: t.TempDir(), Engine: newFake(), HTTPBin: "off", Listen: "127.0.0.1:0", NoWatch: true})
	if err == nil || !strings.Contains(err.Error(), "holds no plugin") {
		t.Errorf("error is %v", err)
	}
}

// picky is an engine that refuses a configuration.
type picky struct{ *fakeEngine }

func (p picky) judge(s State) error {
	for _, q := range s.Plugins {
		if string(q.Config) == `"bad"` {
			return errRefused
		}
	}
	return nil
}

func (p picky) Start(ctx context.Context, s Setup) error {
	if err := p.judge(s.State); err != nil {
		return err
	}
	return p.fakeEngine.Start(ctx, s)
}

func (p picky) Apply(ctx context.Context, s State) error {
	if err := p.judge(s); err != nil {
		return err
	}
	return p.fakeEngine.Apply(ctx, s)
}

// One that the engine refuses doesn't keep others from serving, and is not tried
// again before it changes.
func TestPluginDirRefusedByTheEngine(t *testing.T) {
	dir, fake := t.TempDir(), newFake()
	for _, name := range []string{"a", "b", "c"} {
		put(t, filepath.Join(dir, name+".wasm"), string(envoytest.Probe(name)))
	}
	put(t, filepath.Join(dir, "b.yaml"), "bad\n")
	r := begin(t, Options{PluginDir: dir, Engine: picky{fake}, HTTPBin: "off"})
	r.leftOut(`plugin "b": refused by the engine`)
	if ready := next[Ready](r); ready.Plugins != "a, c" {
		t.Errorf("serves %q", ready.Plugins)
	}
	put(t, filepath.Join(dir, "a.yaml"), "x: 1\n")
	r.chainOf(fake, "a, c")
	put(t, filepath.Join(dir, "b.yaml"), "good\n")
	r.chainOf(fake, "a, b, c")
	put(t, filepath.Join(dir, "b.yaml"), "bad\n") // and c changes with it
	put(t, filepath.Join(dir, "c.yaml"), "x: 2\n")
	r.failed(`plugin "b": refused by the engine`)
	s := r.chainOf(fake, "a, b, c")
	if string(s.Plugins[1].Config) != `"good"` || string(s.Plugins[2].Config) != `{"x":2}` {
		t.Errorf("serves %s and %s", s.Plugins[1].Config, s.Plugins[2].Config)
	}
}

// Where nothing is left to serve, that is an error.
func TestPluginDirOfBrokenPlugins(t *testing.T) {
	dir := t.TempDir()
	put(t, filepath.Join(dir, "a.wasm"), string(envoytest.Probe("a")))
	put(t, filepath.Join(dir, "a.yaml"), "bad\n")
	put(t, filepath.Join(dir, "b.wasm"), string(envoytest.Probe("b")))
	put(t, filepath.Join(dir, "b.yaml"), "bad\n")
	for _, step := range [][2]string{{"a", "none of the 2 plugins"}, {"b", "refused by the engine"}, {"c", "no plugin in"}} {
		name, want := step[0], step[1]
		err := Run(context.Background(), Options{PluginDir: dir, Engine: picky{newFake()}, HTTPBin: "off", Listen: "127.0.0.1:0", NoWatch: true})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", name, err, want)
		}
		if name == "a" {
			_ = os.Remove(filepath.Join(dir, "b.wasm"))
			continue
		}
		put(t, filepath.Join(dir, "a.wasm"), "no module")
	}
}
