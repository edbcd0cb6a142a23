package oci

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"oras.land/oras-go/v2/errdef"

	"github.com/sluiceproxy/sluice/build/oci/image"
	local "github.com/sluiceproxy/sluice/build/oci/store"
)

func load(f *fake, t *testing.T, name string, st *local.Store, when When) (*Loaded, error) {
	t.Helper()
	return Load(ctx, f.at(t, name), LoadOptions{Store: st, Pull: when}, quick())
}

func mustLoad(t *testing.T, f *fake, name string, st *local.Store, when When, want *Packaged, fromStore bool) {
	t.Helper()
	l, err := load(f, t, name, st, when)
	if err != nil {
		t.Fatalf("%s, pull %q: %v", name, when, err)
	}
	if l.SHA256 != want.SHA256 || l.Manifest != want.Manifest || l.FromStore != fromStore || l.Size != int64(len(l.Code)) {
		t.Errorf("%s, pull %q: got %+v, want %s, from the store: %t", name, when, l, want.SHA256, fromStore)
	}
}

// requests counts what a registry was asked, apart from HEAD.
func (f *fake) requests() int {
	f.Lock()
	defer f.Unlock()
	return f.Sent[http.MethodGet]
}

// TestLoad: what was pulled once is not asked for again, until it is asked for.
func TestLoad(t *testing.T) {
	f, st := newFake(t), local.New(filepath.Join(t.TempDir(), "store"))
	one := push(t, f, "p:1", pluginFile(t, "one"))
	if _, err := load(f, t, "p:1", st, Never); !errors.Is(err, errdef.ErrNotFound) || !strings.Contains(err.Error(), "--pull missing") {
		t.Errorf("never, and not there: %v", err)
	}
	if f.requests() != 0 {
		t.Errorf("%d requests", f.requests())
	}
	mustLoad(t, f, "p:1", st, "", one, false)
	before := f.requests()
	for _, name := range []string{"p:1", "p@" + one.Digest} {
		mustLoad(t, f, name, st, "", one, true)
		mustLoad(t, f, name, st, Missing, one, true)
		mustLoad(t, f, name, st, Never, one, true)
	}
	if f.requests() != before {
		t.Errorf("%d requests for what was there", f.requests()-before)
	}
	mustLoad(t, f, "p:1", st, Always, one, true)
	two := push(t, f, "p:1", pluginFile(t, "two"))
	mustLoad(t, f, "p:1", st, Missing, one, true)
	mustLoad(t, f, "p:1", st, Always, two, false)
	mustLoad(t, f, "p:1", st, Missing, two, true)
	mustLoad(t, f, "p@"+one.Digest, st, Never, one, true)
	if _, err := load(f, t, "p:1", st, "often"); err == nil {
		t.Error("pull often")
	}
	if n, faults, err := st.Check(ctx); n != 2 || len(faults) > 0 || err != nil {
		t.Errorf("the store: %d, %v, %v", n, faults, err)
	}
}

// TestLoadLatest: a tag that everybody moves is looked up each time, as gateways
// do; without the registry the error says what the store has.
func TestLoadLatest(t *testing.T) {
	f, st := newFake(t), local.New(t.TempDir())
	one := push(t, f, "p:latest", pluginFile(t, "one"))
	mustLoad(t, f, "p", st, "", one, false)
	two := push(t, f, "p:latest", pluginFile(t, "two"))
	mustLoad(t, f, "p:latest", st, "", two, false)
	f.BreakWith(func(w http.ResponseWriter, r *http.Request) bool { w.WriteHeader(http.StatusForbidden); return true })
	if _, err := load(f, t, "p", st, ""); err == nil || !strings.Contains(err.Error(), two.Digest) || !strings.Contains(err.Error(), "--pull never") {
		t.Errorf("the registry refuses: %v", err)
	}
	mustLoad(t, f, "p", st, Never, two, true)
}

// TestLoadIndex: the digest to pin of an index is found without a network.
func TestLoadIndex(t *testing.T) {
	f, st := newFake(t), local.New(t.TempDir())
	p, err := Push(ctx, pluginFile(t, "x"), f.at(t, "p:1"), nil, PackageOptions{Index: true}, quick())
	if err != nil {
		t.Fatal(err)
	}
	mustLoad(t, f, "p:1", st, "", p, false)
	mustLoad(t, f, "p@"+p.Digest, st, Never, p, true)
	mustLoad(t, f, "p@"+p.Manifest, st, Never, p, true)
}

// TestLoadDamaged: whatever part of the store is damaged, it is noticed, and
// pulled again where that is allowed.
func TestLoadDamaged(t *testing.T) {
	f, st := newFake(t), local.New(t.TempDir())
	want := push(t, f, "p:1", pluginFile(t, "x"))
	mustLoad(t, f, "p:1", st, "", want, false)
	blobs, _ := filepath.Glob(filepath.Join(st.Dir(), "blobs", "sha256", "*"))
	if len(blobs) != 3 {
		t.Fatalf("%q", blobs)
	}
	for _, file := range blobs {
		good, _ := os.ReadFile(file)
		bad := bytes.Clone(good)
		bad[len(bad)/2] ^= 1
		for _, damaged := range [][]byte{bad, good[:len(good)-1], append(bytes.Clone(good), 'x'), nil} {
			os.WriteFile(file, damaged, 0o644)
			_, never := load(f, t, "p:1", st, Never)
			os.WriteFile(file, damaged, 0o644)
			l, err := load(f, t, "p:1", st, Always)
			if err != nil || l.SHA256 != want.SHA256 {
				t.Fatalf("%s with %d bytes: %v", file, len(damaged), err)
			}
			if now, _ := os.ReadFile(file); !bytes.Equal(now, good) {
				t.Errorf("%s is still damaged; never said %v", file, never)
			}
		}
	}
	layer := filepath.Join(st.Dir(), "blobs", "sha256", strings.Split(layerOf(t, f), "sha256:")[1])
	os.WriteFile(layer, []byte("damaged"), 0o644)
	if _, err := load(f, t, "p:1", st, Never); !errors.Is(err, image.ErrMismatch) {
		t.Errorf("never: %v", err)
	}
	os.WriteFile(layer, []byte("damaged"), 0o644)
	l, err := load(f, t, "p:1", st, Missing)
	if err != nil || l.FromStore || len(l.Warnings) != 1 || !strings.Contains(l.Warnings[0], "pulled again") {
		t.Errorf("missing: %+v, %v", l, err)
	}
	mustLoad(t, f, "p:1", st, Never, want, true)
}

// TestLoadWithoutStore: a store that can't be is a warning.
func TestLoadWithoutStore(t *testing.T) {
	f := newFake(t)
	want := push(t, f, "p:1", pluginFile(t, "x"))
	mustLoad(t, f, "p:1", nil, "", want, false)
	file := filepath.Join(t.TempDir(), "file")
	os.WriteFile(file, nil, 0o644)
	l, err := load(f, t, "p:1", local.New(file), "")
	if err != nil || l.SHA256 != want.SHA256 || len(l.Warnings) == 0 || !strings.Contains(l.Warnings[len(l.Warnings)-1], "not kept") {
		t.Errorf("%+v, %v", l, err)
	}
	dir := t.TempDir()
	if _, err := Copy(ctx, f.at(t, "p:1"), mustPlace(t, "oci:"+dir), nil, quick()); err != nil {
		t.Fatal(err)
	}
	l, err = Load(ctx, mustPlace(t, "oci:"+dir), LoadOptions{Store: local.New(file), Pull: Never}, quick())
	if err != nil || l.SHA256 != want.SHA256 {
		t.Errorf("a layout: %+v, %v", l, err)
	}
}

// TestLoadBroken: a registry that sends wrong bytes, or whose connection breaks,
// leaves nothing in the store.
func TestLoadBroken(t *testing.T) {
	f, st := newFake(t), local.New(t.TempDir())
	push(t, f, "p:1", pluginFile(t, noise(1<<20)))
	layer := layerOf(t, f)
	f.Blobs[layer][500] ^= 1
	if l, err := load(f, t, "p:1", st, ""); !errors.Is(err, image.ErrMismatch) {
		t.Errorf("got %+v, %v", l, err)
	}
	if images, err := st.List(); err != nil || len(images) != 0 {
		t.Errorf("%v, %v", images, err)
	}
	f.Blobs[layer][500] ^= 1
	canceled, cancel := context.WithCancel(ctx)
	o := quick()
	o.Progress = func(e Event) {
		if e.State == Moving {
			cancel()
		}
	}
	if _, err := Load(canceled, f.at(t, "p:1"), LoadOptions{Store: st}, o); !errors.Is(err, context.Canceled) {
		t.Errorf("interrupted: %v", err)
	}
	// It may have been whole by then.
	if _, faults, err := st.Check(ctx); err != nil || len(faults) != 0 {
		t.Errorf("%v, %v", faults, err)
	}
	filepath.WalkDir(st.Dir(), func(path string, d os.DirEntry, _ error) error {
		if strings.HasSuffix(path, ".tmp") {
			t.Errorf("left %s", path)
		}
		return nil
	})
}

// TestLoadAtOnce: several that want the same image all get it.
func TestLoadAtOnce(t *testing.T) {
	f, st := newFake(t), local.New(t.TempDir())
	want := push(t, f, "p:1", pluginFile(t, noise(1<<20)))
	var wg sync.WaitGroup
	for range 6 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			if l, err := load(f, t, "p:1", st, ""); err != nil || l.SHA256 != want.SHA256 || len(l.Warnings) > 0 {
				t.Errorf("%+v, %v", l, err)
			}
		}()
	}
	wg.Wait()
	if _, faults, err := st.Check(ctx); err != nil || len(faults) > 0 {
		t.Errorf("%v, %v", faults, err)
	}
}

// TestTagMoves: a tag that moves between its resolution and the pull changes
// nothing of what is pulled, and what is to be pinned is what was pulled.
func TestTagMoves(t *testing.T) {
	f := newFake(t)
	one := push(t, f, "p:1", pluginFile(t, "one"))
	two := push(t, f, "p:2", pluginFile(t, "two"))
	resolved := 0
	f.BreakWith(func(w http.ResponseWriter, r *http.Request) bool {
		if !strings.HasSuffix(r.URL.Path, "/manifests/1") {
			return false
		}
		if resolved++; resolved > 1 {
			t.Errorf("the tag was resolved %d times", resolved)
		}
		f.Lock()
		defer f.Unlock()
		w.Header().Set("Content-Type", f.Types["p/manifests/1"])
		w.Header().Set("Docker-Content-Digest", one.Digest)
		w.Header().Set("Content-Length", "0")
		for path, b := range f.Manifests {
			if strings.HasSuffix(path, one.Digest) {
				w.Header()["Content-Length"] = []string{strconv.Itoa(len(b))}
			}
			if strings.HasSuffix(path, two.Digest) {
				f.Manifests["p/manifests/1"] = b // it moves right after the answer
			}
		}
		return true
	})
	verbs := map[string]func() (digest, sum string, err error){
		"pull": func() (string, string, error) {
			p, err := Pull(ctx, f.at(t, "p:1"), filepath.Join(t.TempDir(), "x"), quick())
			return p.Digest, p.SHA256, err
		},
		"copy": func() (string, string, error) {
			c, err := Copy(ctx, f.at(t, "p:1"), mustPlace(t, filepath.Join(t.TempDir(), "x.tar")), nil, quick())
			return c.Digest, one.SHA256, err
		},
		"run": func() (string, string, error) {
			l, err := load(f, t, "p:1", local.New(t.TempDir()), "")
			return l.Digest, l.SHA256, err
		},
		"check": func() (string, string, error) {
			c, err := Check(ctx, f.at(t, "p:1").String(), CheckOptions{}, quick())
			return c.Digest, c.SHA256, err
		},
	}
	for name, do := range verbs {
		resolved = 0
		digest, sum, err := do()
		if err != nil || digest != one.Digest || sum != one.SHA256 {
			t.Errorf("%s: got %s, %s, %v, want %s", name, digest, sum, err, one.Digest)
		}
	}
}

// TestLoadSchema: the schema of the configuration comes with the plugin, from the
// registry and from the store; an image whose spec.yaml is gone loads without.
func TestLoadSchema(t *testing.T) {
	f, st := newFake(t), local.New(filepath.Join(t.TempDir(), "store"))
	dir := t.TempDir()
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	code, err := os.ReadFile(pluginFile(t, "one"))
	if err != nil {
		t.Fatal(err)
	}
	write("main.wasm", string(code))
	write("spec.yaml", "spec: {configSchema: {openAPIV3Schema: {type: object, required: [limit]}}}")
	if _, err := Push(ctx, dir, f.at(t, "p:1"), nil, PackageOptions{Metadata: true}, quick()); err != nil {
		t.Fatal(err)
	}
	for _, when := range []When{Missing, Never, Always} {
		l, err := load(f, t, "p:1", st, when)
		if err != nil || l.Schema["type"] != "object" || len(l.Warnings) > 0 {
			t.Errorf("pull %s: %v, %+v", when, err, l)
		}
	}
	if l, err := load(f, t, "p:1", nil, ""); err != nil || l.Schema["type"] != "object" {
		t.Errorf("without a store: %v, %+v", err, l)
	}
	if n, faults, err := st.Check(ctx); n != 1 || len(faults) > 0 || err != nil {
		t.Errorf("the store: %d, %v, %v", n, faults, err)
	}
}
