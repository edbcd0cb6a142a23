package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/opencontainers/go-digest"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"
	"oras.land/oras-go/v2/errdef"

	"github.com/sluiceproxy/sluice/build/oci/image"
)

var ctx = context.Background()

const repo = "registry.example/team/plugin"

// put packs text as a plugin and puts it into the store, as a pull does.
func put(s *Store, repository, tag, text string) (Record, error) {
	m, err := image.Pack([]byte(text), image.Spec{})
	if err != nil {
		return Record{}, err
	}
	n, err := image.Read(ctx, m, m.Root)
	if err != nil {
		return Record{}, err
	}
	w, err := s.Write(ctx)
	if err != nil {
		return Record{}, err
	}
	defer w.Close()
	r := Record{Repository: repository, Root: m.Root, Manifest: m.Root, Pulled: time.Now()}
	for _, d := range append(n.Successors(), m.Root) {
		rc, err := m.Fetch(ctx, d)
		if err == nil {
			err = w.Push(ctx, d, rc)
		}
		if err != nil {
			return r, err
		}
		r.Parts = append(r.Parts, d)
	}
	return r, w.Keep(ctx, r, tag)
}

func mustPut(t *testing.T, s *Store, repository, tag, text string) Record {
	t.Helper()
	r, err := put(s, repository, tag, text)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// get reads the plugin of an image.
func get(s *Store, repository, reference string) (string, error) {
	from := s.Repository(repository)
	d, err := from.Resolve(ctx, reference)
	if err != nil {
		return "", err
	}
	n, err := image.Read(ctx, from, d)
	if err != nil {
		return "", err
	}
	var out bytes.Buffer
	_, err = image.Extract(ctx, from, n, &out)
	return out.String(), err
}

func wantGet(t *testing.T, s *Store, repository, reference, want string) {
	t.Helper()
	if got, err := get(s, repository, reference); got != want || err != nil {
		t.Errorf("%s %s: got %.20q, %v, want %.20q", repository, reference, got, err, want)
	}
}

// files are all names in the store.
func files(t *testing.T, s *Store) []string {
	t.Helper()
	var all []string
	filepath.WalkDir(s.Dir(), func(path string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			all = append(all, path)
		}
		return nil
	})
	return all
}

func wantNoTemporary(t *testing.T, s *Store) {
	t.Helper()
	for _, f := range files(t, s) {
		if strings.HasSuffix(f, ".tmp") {
			t.Errorf("left %s", f)
		}
	}
}

// TestPutAndGet: an image is found by tag and by digest, in its repository only;
// a tag that moves names the new one, and the old one keeps its digest.
func TestPutAndGet(t *testing.T) {
	s := New(filepath.Join(t.TempDir(), "a", "b"))
	if images, err := s.List(); err != nil || len(images) != 0 {
		t.Fatalf("no store yet: %v, %v", images, err)
	}
	one := mustPut(t, s, repo, "1", "one")
	wantGet(t, s, repo, "1", "one")
	wantGet(t, s, repo, one.Root.Digest.String(), "one")
	two := mustPut(t, s, repo, "1", "two")
	wantGet(t, s, repo, "1", "two")
	wantGet(t, s, repo, one.Root.Digest.String(), "one")
	mustPut(t, s, repo, "", "three")
	for _, reference := range []string{"2", "../1", "", "sha256:" + strings.Repeat("0", 64), "sha256:x", "sha256-" + one.Root.Digest.Encoded() + ".sig"} {
		if _, err := get(s, repo, reference); !errors.Is(err, errdef.ErrNotFound) {
			t.Errorf("%q: got %v", reference, err)
		}
	}
	if _, err := get(s, "other.example/team/plugin", "1"); !errors.Is(err, errdef.ErrNotFound) {
		t.Errorf("another repository: %v", err)
	}
	images, err := s.List()
	if err != nil || len(images) != 3 {
		t.Fatalf("%+v, %v", images, err)
	}
	i := slices.IndexFunc(images, func(i Image) bool { return i.Digest == two.Root.Digest.String() })
	if images[i].Repository != repo || !slices.Equal(images[i].Tags, []string{"1"}) || images[i].Size < 500 {
		t.Errorf("%+v", images[i])
	}
	if n, faults, err := s.Check(ctx); n != 3 || len(faults) != 0 || err != nil {
		t.Errorf("check: %d, %v, %v", n, faults, err)
	}
}

// TestAttached: signatures are found by the tag of their image.
func TestAttached(t *testing.T) {
	s := New(t.TempDir())
	r := mustPut(t, s, repo, "1", "one")
	sig := mustPut(t, s, "elsewhere", "x", "a signature").Root
	tag := "sha256-" + r.Root.Digest.Encoded() + ".sig"
	w, err := s.Write(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	again := r
	again.Attached = map[string]ocispec.Descriptor{tag: sig}
	if err := w.Keep(ctx, again, ""); err != nil {
		t.Fatal(err)
	}
	if err := w.Keep(ctx, r, "2"); err != nil { // a pull without a policy forgets nothing
		t.Fatal(err)
	}
	if d, err := s.Repository(repo).Resolve(ctx, tag); err != nil || d.Digest != sig.Digest {
		t.Errorf("got %v, %v", d, err)
	}
	wantGet(t, s, repo, "1", "one")
	wantGet(t, s, repo, "2", "one")
}

// TestWrongContent: what isn't as described gets no file, and an image without
// all its parts no record.
func TestWrongContent(t *testing.T) {
	s := New(t.TempDir())
	w, err := s.Write(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	d := ocispec.Descriptor{Digest: digest.FromString("x"), Size: 1}
	for _, text := range []string{"", "y", "xx"} {
		if err := w.Push(ctx, d, strings.NewReader(text)); !errors.Is(err, image.ErrMismatch) {
			t.Errorf("%q: got %v", text, err)
		}
	}
	for _, bad := range []ocispec.Descriptor{{Digest: "sha256:../../x", Size: 1}, {Digest: "sha384:" + digest.Digest(strings.Repeat("0", 96))}, {Digest: d.Digest, Size: -1}} {
		if err := w.Push(ctx, bad, strings.NewReader("x")); err == nil {
			t.Errorf("%s: pushed", bad.Digest)
		}
		if err := w.Keep(ctx, Record{Repository: repo, Root: bad, Manifest: bad}, "1"); err == nil {
			t.Errorf("%s: kept", bad.Digest)
		}
	}
	if err := w.Keep(ctx, Record{Repository: repo, Root: d, Manifest: d}, "1"); err == nil || !strings.Contains(err.Error(), d.Digest.String()) {
		t.Errorf("kept without its parts: %v", err)
	}
	wantNoTemporary(t, s)
}

// TestCorrupt: every flipped byte of every file is noticed, by Check or by
// reading; a discarded content can be pulled again.
func TestCorrupt(t *testing.T) {
	s := New(t.TempDir())
	r := mustPut(t, s, repo, "1", "one")
	all, step := files(t, s), 7
	if os.Getenv("SLUICE_STRICT") == "1" {
		step = 1
	}
	for _, file := range all {
		good, _ := os.ReadFile(file)
		for i := 0; i < len(good); i += step {
			bad := bytes.Clone(good)
			bad[i] ^= 4
			os.WriteFile(file, bad, 0o644)
			got, err := get(s, repo, "1")
			if err == nil && got != "one" {
				t.Fatalf("%s, byte %d: got %q", file, i, got)
			}
			_, faults, checkErr := s.Check(ctx)
			if strings.Contains(file, blobsDir) && (checkErr != nil || len(faults) == 0) {
				t.Fatalf("%s, byte %d: not noticed: %v", file, i, checkErr)
			}
		}
		os.WriteFile(file, good, 0o644)
	}
	layer := r.Parts[1]
	os.Truncate(filepath.Join(s.Dir(), blobName(layer.Digest)), 10)
	if _, err := get(s, repo, "1"); !errors.Is(err, image.ErrMismatch) {
		t.Errorf("cut short: %v", err)
	}
	if err := errors.Join(s.Discard(layer.Digest), s.Discard(layer.Digest)); err != nil {
		t.Error(err)
	}
	if _, err := get(s, repo, "1"); !errors.Is(err, errdef.ErrNotFound) {
		t.Errorf("discarded: %v", err)
	}
	mustPut(t, s, repo, "1", "one")
	wantGet(t, s, repo, "1", "one")
}

// TestLinks: nothing outside the directory is reached through it.
func TestLinks(t *testing.T) {
	s, secret := New(t.TempDir()), filepath.Join(t.TempDir(), "secret")
	os.WriteFile(secret, []byte("x"), 0o600)
	mustPut(t, s, repo, "1", "one")
	d := ocispec.Descriptor{Digest: digest.FromString("x"), Size: 1}
	if err := os.Symlink(secret, filepath.Join(s.Dir(), blobName(d.Digest))); err != nil {
		t.Skip(err)
	}
	if rc, err := s.Repository(repo).Fetch(ctx, d); err == nil {
		raw, _ := io.ReadAll(rc)
		t.Errorf("read %q through a link", raw)
	}
	os.RemoveAll(filepath.Join(s.Dir(), imagesDir))
	os.Symlink(filepath.Dir(secret), filepath.Join(s.Dir(), imagesDir))
	if _, err := put(s, repo, "2", "two"); err == nil {
		t.Error("wrote through a link")
	}
	if entries, _ := os.ReadDir(filepath.Dir(secret)); len(entries) != 1 {
		t.Errorf("outside: %v", entries)
	}
}

// TestOtherDirectory: one that holds something else is left alone.
func TestOtherDirectory(t *testing.T) {
	dir := t.TempDir()
	os.WriteFile(filepath.Join(dir, "thesis.txt"), nil, 0o644)
	s := New(dir)
	if _, err := put(s, repo, "1", "one"); err == nil || !strings.Contains(err.Error(), "thesis.txt") {
		t.Errorf("put: %v", err)
	}
	if _, err := s.Prune(ctx, PruneOptions{All: true}); err == nil {
		t.Error("pruned")
	}
	if got := files(t, s); len(got) != 1 {
		t.Errorf("left %v", got)
	}
}

// TestDefault: the variable moves the store.
func TestDefault(t *testing.T) {
	t.Setenv(Variable, "/some/where")
	if s, err := Default(); err != nil || s.Dir() != "/some/where" {
		t.Errorf("%v, %v", s, err)
	}
	t.Setenv(Variable, "")
	t.Setenv("XDG_CACHE_HOME", "/cache")
	t.Setenv("HOME", "/home/me")
	if s, err := Default(); err != nil || !strings.HasSuffix(filepath.ToSlash(s.Dir()), "/sluice/images") {
		t.Errorf("%v, %v", s, err)
	}
}

// TestAtOnce: many writers, readers and a pruner at the same time see nothing
// but whole images.
func TestAtOnce(t *testing.T) {
	s := New(t.TempDir())
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for j := range 6 {
				text := fmt.Sprint("plugin ", j)
				tag := fmt.Sprint(j)
				if _, err := put(s, repo, tag, text); err != nil {
					t.Error(err)
				}
				if got, err := get(s, repo, tag); got != text && !errors.Is(err, errdef.ErrNotFound) {
					t.Errorf("%s: %q, %v", tag, got, err)
				}
				if i == 0 {
					if _, err := s.Prune(ctx, PruneOptions{All: true}); err != nil {
						t.Error(err)
					}
				}
			}
		}()
	}
	wg.Wait()
	if _, faults, err := s.Check(ctx); err != nil || len(faults) > 0 {
		t.Errorf("%v, %v", faults, err)
	}
	wantNoTemporary(t, s)
}

// noise is text that doesn't compress.
func noise(n int) string {
	b := make([]byte, n)
	rand.NewChaCha8([32]byte{}).Read(b)
	return string(b)
}
