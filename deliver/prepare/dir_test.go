package prepare

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"github.com/sluiceproxy/sluice/build/oci"
	"github.com/sluiceproxy/sluice/build/oci/policy"
	"github.com/sluiceproxy/sluice/build/oci/sign"
	"github.com/sluiceproxy/sluice/deploy/wasmplugin"
)

// TestFile: paths are absolute, or beside the resource's file; the checksum is the
// module's.
func TestFile(t *testing.T) {
	l, dir := newLab(t), t.TempDir()
	path := filepath.Join(dir, "my plugin.wasm")
	write(t, path, zipped(probe("one")))
	source := filepath.Join(dir, "plugins.yaml") + ":12"
	for _, url := range []string{"file://" + path, "file://my plugin.wasm", "file://./my%20plugin.wasm", "file://../" + filepath.Base(dir) + "/my plugin.wasm"} {
		w := &wasmplugin.Plugin{Name: "f", URL: url, Source: source, SHA256: sha256Of(probe("one"))}
		if m := must(t, l.new(), w); m.SHA256 != w.SHA256 || len(m.Warnings) > 0 {
			t.Errorf("%s: %+v", url, m)
		}
		w.SHA256 = sha256Of(probe("two"))
		_, err := l.new().Module(context.Background(), w)
		refused(t, err, Verify, "resource", ErrChecksum)
	}
	for url, step := range map[string]Step{"file://": Resolve, "file://%zz": Resolve, "file://gone.wasm": Fetch, "file://" + dir: Fetch} {
		_, err := l.new().Module(context.Background(), &wasmplugin.Plugin{Name: "f", URL: url, Source: source})
		if refused(t, err, step, map[Step]string{Resolve: "resource", Fetch: "file"}[step], nil); err == nil {
			t.Error(url)
		}
	}
	_, err := l.new().Module(context.Background(), &wasmplugin.Plugin{Name: "f", URL: "file://x.wasm"})
	refused(t, err, Resolve, "resource", ErrUnsupported)
	for _, url := range []string{"", "ftp://x/y", "registry.example/p:1", "oci://nothing", "http://%zz"} {
		_, err := l.new().Module(context.Background(), &wasmplugin.Plugin{Name: "f", URL: url})
		if err == nil {
			t.Errorf("%q is a URL", url)
		}
	}
}

// TestShared: one file for all plugins with a module, written at once by many.
func TestShared(t *testing.T) {
	l := newLab(t)
	l.push("probe:1", probe("one"), "", oci.PackageOptions{})
	p := l.new()
	var group sync.WaitGroup
	for range 8 {
		group.Add(1)
		go func() {
			defer group.Done()
			if _, err := p.Module(context.Background(), l.plugin("probe:1")); err != nil {
				t.Error(err)
			}
		}()
	}
	group.Wait()
	entries, err := os.ReadDir(l.o.Dir)
	if err != nil || len(entries) != 1 {
		t.Errorf("%v, %v", entries, err)
	}
	if info, err := os.Stat(filepath.Join(l.o.Dir, entries[0].Name())); err != nil || info.Mode().Perm() != 0o644 {
		t.Errorf("Envoy may run as somebody else: %v, %v", info.Mode(), err)
	}
}

// TestDamagedFile: a file that isn't what its name says is replaced.
func TestDamagedFile(t *testing.T) {
	l := newLab(t)
	l.push("probe:1", probe("one"), "", oci.PackageOptions{})
	m := must(t, l.new(), l.plugin("probe:1"))
	for _, damage := range [][]byte{nil, probe("two"), probe("one")[:50]} {
		write(t, m.File, damage)
		must(t, l.new(), l.plugin("probe:1"))
		if got, err := os.ReadFile(m.File); err != nil || !bytes.Equal(got, probe("one")) {
			t.Errorf("%d bytes stay, %v", len(got), err)
		}
	}
	if err := os.RemoveAll(l.o.Dir); err != nil {
		t.Fatal(err)
	}
	must(t, l.new(), l.plugin("probe:1"))
}

// TestPrune: what nobody uses goes; what is kept, noted, or was handed out just now
// stays.
func TestPrune(t *testing.T) {
	l, dir := newLab(t), t.TempDir()
	p := l.new()
	files := map[string]*Module{}
	for _, name := range []string{"kept", "noted", "young", "old"} {
		write(t, filepath.Join(dir, "m.wasm"), probe(name))
		w := &wasmplugin.Plugin{Name: name, URL: "file://" + dir + "/m.wasm"}
		m := must(t, p, w)
		if files[name] = m; name == "noted" {
			if err := p.Served(w, &Ready{Module: m}); err != nil {
				t.Fatal(err)
			}
		}
		if name != "young" {
			age(t, m.File)
		}
	}
	stray := filepath.Join(l.o.Dir, ".sluice-1.tmp")
	write(t, stray, nil)
	age(t, stray)
	removed, err := l.new().Prune([]string{files["kept"].SHA256})
	if err != nil || !slices.Equal(removed, []string{files["old"].SHA256}) || exists(stray) {
		t.Errorf("removed %v, %v; a temporary file is left: %t", removed, err, exists(stray))
	}
	for name, m := range files {
		if exists(m.File) != (name != "old") {
			t.Errorf("%s: %t", name, exists(m.File))
		}
	}
	// What is handed out again is young again.
	age(t, files["young"].File)
	write(t, filepath.Join(dir, "m.wasm"), probe("young"))
	must(t, p, &wasmplugin.Plugin{Name: "again", URL: "file://" + dir + "/m.wasm"})
	if removed, err := p.Prune([]string{files["kept"].SHA256}); err != nil || len(removed) > 0 {
		t.Errorf("removed %v, %v", removed, err)
	}
	l.o.Dir = ""
	if removed, err := l.new().Prune(nil); err != nil || removed != nil {
		t.Errorf("without a directory: %v, %v", removed, err)
	}
}

// TestLastGood: what was served outlives the process, the registry and a damaged
// file; not a policy that refuses it now.
func TestLastGood(t *testing.T) {
	ctx := context.Background()
	l := newLab(t)
	l.push("probe:1", probe("one"), "", oci.PackageOptions{})
	w := l.plugin("probe:1")
	_, err := l.new().LastGood(ctx, w)
	refused(t, err, Fetch, "disk", ErrNone)
	w.Config = []byte("hello")
	p := l.new()
	ready, err := p.Prepare(ctx, w)
	if err != nil || ready.Refused != nil {
		t.Fatal(ready, err)
	}
	if err := p.Served(w, ready); err != nil {
		t.Fatal(err)
	}
	bad := l.plugin("probe:none")
	bad.Config = []byte("new")
	ready, err = l.new().Prepare(ctx, bad)
	if err != nil || ready.Refused == nil || string(ready.Config) != "hello" || ready.Module.SHA256 != sha256Of(probe("one")) {
		t.Errorf("a bad image: %+v, %v", ready, err)
	}
	bad = l.plugin("probe:1")
	bad.Config = []byte("!") // which the probe refuses
	if ready, err = l.new().Prepare(ctx, bad); err != nil || ready.Refused == nil || string(ready.Config) != "hello" {
		t.Errorf("a bad configuration: %+v, %v", ready, err)
	}
	l.server.Close()
	write(t, ready.Module.File, []byte("damage"))
	if ready, err = l.new().LastGood(ctx, w); err != nil || !intact(ready.Module.File, ready.Module.SHA256) {
		t.Errorf("a damaged file: %+v, %v", ready, err)
	}
	key, err := sign.Generate(sign.ECDSA)
	if err != nil {
		t.Fatal(err)
	}
	l.o.OCI.Policy = policy.ForKeys("test", key.Public())
	_, err = l.new().LastGood(ctx, w)
	refused(t, err, Verify, "policy", policy.ErrUnsigned)
	l.o.OCI.Policy, l.o.Store = nil, nil
	if _, err = l.new().LastGood(ctx, w); err != nil {
		t.Errorf("without a store: %v", err)
	}
	if err := os.Remove(ready.Module.File); err != nil {
		t.Fatal(err)
	}
	_, err = l.new().LastGood(ctx, w)
	refused(t, err, Fetch, "disk", nil)
	if err := p.Forget(w); err != nil {
		t.Fatal(err)
	}
	_, err = l.new().LastGood(ctx, w)
	refused(t, err, Fetch, "disk", ErrNone)
}
