package layout

import (
	"archive/tar"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/opencontainers/go-digest"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"
	"oras.land/oras-go/v2"
	"oras.land/oras-go/v2/errdef"

	"github.com/sluiceproxy/sluice/build/oci/image"
)

var ctx = context.Background()

// fill puts an image of the text into a layout and tags it.
func fill(t testing.TB, dir, text, tag string) ocispec.Descriptor {
	t.Helper()
	m, err := image.Pack([]byte(text), image.Spec{})
	if err != nil {
		t.Fatal(err)
	}
	w, err := Create(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	if err := oras.CopyGraph(ctx, m, w, m.Root, oras.CopyGraphOptions{}); err != nil {
		t.Fatal(err)
	}
	if err := w.Tag(ctx, m.Root, tag); err != nil {
		t.Fatal(err)
	}
	return m.Root
}

// moduleIn reads an image back.
func moduleIn(path, reference string) (string, error) {
	l, err := Open(path)
	if err != nil {
		return "", err
	}
	defer l.Close()
	d, err := l.Resolve(ctx, reference)
	if err != nil {
		return "", err
	}
	n, err := image.Read(ctx, l, d)
	if err != nil {
		return "", err
	}
	var out bytes.Buffer
	_, err = image.Extract(ctx, l, n, &out)
	return out.String(), err
}

func TestLayout(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "images")
	one, two := fill(t, dir, "one", "1.0"), fill(t, dir, "two", "2.0")
	fill(t, dir, "two", "latest")
	file := filepath.Join(t.TempDir(), "images.tar")
	if err := Archive(dir, file); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{dir, file} {
		for reference, want := range map[string]string{"1.0": "one", "2.0": "two", "latest": "two", one.Digest.String(): "one", two.Digest.String(): "two"} {
			if got, err := moduleIn(path, reference); got != want || err != nil {
				t.Errorf("%s, %s: got %q, %v", path, reference, got, err)
			}
		}
		if _, err := moduleIn(path, ""); !errors.Is(err, ErrAmbiguous) || !strings.Contains(err.Error(), "latest") {
			t.Errorf("no reference: got %v", err)
		}
		if _, err := moduleIn(path, "3.0"); !errors.Is(err, errdef.ErrNotFound) {
			t.Errorf("unknown reference: got %v", err)
		}
	}
	fill(t, dir, "three", "latest")
	if got, err := moduleIn(dir, "latest"); got != "three" || err != nil {
		t.Errorf("moved tag: got %q, %v", got, err)
	}
}

// TestTagLikeADigest: who pins a digest gets that content, whatever names the
// layout has.
func TestTagLikeADigest(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "images")
	good := fill(t, t.TempDir(), "good", "1.0")
	fill(t, dir, "evil", good.Digest.String())
	if got, err := moduleIn(dir, good.Digest.String()); !errors.Is(err, errdef.ErrNotFound) {
		t.Errorf("got %q, %v", got, err)
	}
	fill(t, dir, "good", "1.0")
	if got, err := moduleIn(dir, good.Digest.String()); got != "good" || err != nil {
		t.Errorf("got %q, %v", got, err)
	}
}

// TestArchiveIsReproducible: the tar file says nothing of when it was made.
func TestArchiveIsReproducible(t *testing.T) {
	var sums []digest.Digest
	for range 2 {
		dir, file := filepath.Join(t.TempDir(), "d"), filepath.Join(t.TempDir(), "f.tar")
		fill(t, dir, "one", "1.0")
		if err := Archive(dir, file); err != nil {
			t.Fatal(err)
		}
		raw, _ := os.ReadFile(file)
		sums = append(sums, digest.FromBytes(raw))
	}
	if sums[0] != sums[1] {
		t.Errorf("%v", sums)
	}
}

// TestPushRefusesWrongContent: no file is left of content that is not what its
// digest says.
func TestPushRefusesWrongContent(t *testing.T) {
	dir := t.TempDir()
	w, err := Create(dir)
	if err != nil {
		t.Fatal(err)
	}
	d := ocispec.Descriptor{Digest: digest.FromString("hello"), Size: 5}
	for _, content := range []string{"", "hell", "hullo", "hello!"} {
		if err := w.Push(ctx, d, strings.NewReader(content)); !errors.Is(err, image.ErrMismatch) {
			t.Errorf("%q: got %v", content, err)
		}
	}
	if err := w.Push(ctx, ocispec.Descriptor{Digest: "sha256:../../../x", Size: 5}, strings.NewReader("hello")); !errors.Is(err, digest.ErrDigestInvalidFormat) && !errors.Is(err, digest.ErrDigestInvalidLength) {
		t.Errorf("a path: got %v", err)
	}
	if err := w.Tag(ctx, d, "x"); !errors.Is(err, errdef.ErrNotFound) {
		t.Errorf("tag of what isn't there: got %v", err)
	}
	if left := leftovers(t, dir); len(left) != 0 {
		t.Errorf("left: %q", left)
	}
}

// leftovers are the files of a layout besides the fixed ones.
func leftovers(t testing.TB, dir string) []string {
	t.Helper()
	var left []string
	filepath.Walk(dir, func(path string, info os.FileInfo, err error) error {
		if err == nil && !info.IsDir() && info.Name() != ocispec.ImageLayoutFile && info.Name() != ocispec.ImageIndexFile && info.Name() != lockFile {
			left = append(left, path)
		}
		return nil
	})
	return left
}

// TestWritersDontFollowLinks: content stays inside the directory.
func TestWritersDontFollowLinks(t *testing.T) {
	for name, plant := range map[string]func(dir, outside string) error{
		"blobs":        func(dir, outside string) error { return os.Symlink(outside, filepath.Join(dir, "blobs")) },
		"blobs, below": func(dir, outside string) error { return os.Mkdir(filepath.Join(dir, "blobs"), 0o755) },
		"index": func(dir, outside string) error {
			return os.Symlink(filepath.Join(outside, "x"), filepath.Join(dir, "index.json"))
		},
	} {
		dir, outside := t.TempDir(), t.TempDir()
		w, err := Create(dir)
		if err == nil {
			err = plant(dir, outside)
		}
		if err == nil && name == "blobs, below" {
			err = os.Symlink(outside, filepath.Join(dir, "blobs", "sha256"))
		}
		if err != nil {
			t.Fatal(err)
		}
		m, _ := image.Pack([]byte("x"), image.Spec{})
		err = oras.CopyGraph(ctx, m, w, m.Root, oras.CopyGraphOptions{})
		if err == nil {
			err = w.Tag(ctx, m.Root, "x")
		}
		if left := leftovers(t, outside); err == nil || len(left) != 0 {
			t.Errorf("%s: got %v, outside: %q", name, err, left)
		}
	}
}

// TestReadersDontFollowLinks: a layout from elsewhere can't show other files.
func TestReadersDontFollowLinks(t *testing.T) {
	dir := t.TempDir()
	root := fill(t, dir, "one", "1.0")
	blob := filepath.Join(dir, "blobs", "sha256", root.Digest.Encoded())
	elsewhere := filepath.Join(t.TempDir(), "manifest")
	if err := os.Rename(blob, elsewhere); err != nil {
		t.Fatal(err)
	}
	os.Symlink(elsewhere, blob)
	if got, err := moduleIn(dir, ""); err == nil {
		t.Errorf("read %q through a link", got)
	}
}

func TestCreateRefusesOtherDirectories(t *testing.T) {
	dir := t.TempDir()
	os.WriteFile(filepath.Join(dir, "main.go"), nil, 0o644)
	if _, err := Create(dir); err == nil || !strings.Contains(err.Error(), "main.go") {
		t.Errorf("got %v", err)
	}
	if _, err := Open(dir); err == nil || !strings.Contains(err.Error(), "not an OCI layout") {
		t.Errorf("got %v", err)
	}
}

// tarFile writes a tar file with one entry besides a good layout's.
func tarFile(t *testing.T, h *tar.Header, body string) string {
	t.Helper()
	dir, path := t.TempDir(), filepath.Join(t.TempDir(), "x.tar")
	fill(t, dir, "one", "1.0")
	var out bytes.Buffer
	if err := archive(dir, &out); err != nil {
		t.Fatal(err)
	}
	raw := out.Bytes()[:out.Len()-1024] // without the end
	var more bytes.Buffer
	w := tar.NewWriter(&more)
	if err := w.WriteHeader(h); err != nil {
		t.Fatal(err)
	}
	io.WriteString(w, body)
	w.Flush()
	raw = append(raw, more.Bytes()...)
	if err := os.WriteFile(path, append(raw, make([]byte, 1024)...), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestTarRefuses(t *testing.T) {
	for name, h := range map[string]*tar.Header{
		"parent":        {Name: "../x", Typeflag: tar.TypeReg},
		"absolute":      {Name: "/x", Typeflag: tar.TypeReg},
		"backslash":     {Name: `a\..\x`, Typeflag: tar.TypeReg},
		"symlink":       {Name: "x", Linkname: "/etc/passwd", Typeflag: tar.TypeSymlink},
		"hard link":     {Name: "x", Linkname: "index.json", Typeflag: tar.TypeLink},
		"device":        {Name: "x", Typeflag: tar.TypeChar},
		"pipe":          {Name: "x", Typeflag: tar.TypeFifo},
		"index twice":   {Name: "index.json", Typeflag: tar.TypeReg},
		"./ twice":      {Name: "./index.json", Typeflag: tar.TypeReg},
		"2^46 bytes":    {Name: "x", Typeflag: tar.TypeReg, Size: 1 << 46},
		"past the end":  {Name: "x", Typeflag: tar.TypeReg, Size: 4096},
		"a long name":   {Name: strings.Repeat("x/", 400) + "x", Typeflag: tar.TypeReg},
		"a middle part": {Name: "a/../index.json", Typeflag: tar.TypeReg},
	} {
		if _, err := moduleIn(tarFile(t, h, ""), ""); !errors.Is(err, ErrUnsafe) {
			t.Errorf("%s: got %v", name, err)
		}
	}
	if got, err := moduleIn(tarFile(t, &tar.Header{Name: "note", Typeflag: tar.TypeReg, Size: 2}, "hi"), ""); got != "one" || err != nil {
		t.Errorf("a good one: got %q, %v", got, err)
	}
	for name, content := range map[string][]byte{"empty": nil, "text": []byte(strings.Repeat("hello", 500)), "gzip": {0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0}} {
		path := filepath.Join(t.TempDir(), "x.tar")
		os.WriteFile(path, content, 0o644)
		if _, err := Open(path); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

// TestManyWriters: no tag is lost when many write to one layout.
func TestManyWriters(t *testing.T) {
	dir := t.TempDir()
	var wg sync.WaitGroup
	for i := range 16 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			fill(t, dir, fmt.Sprint(i%4), fmt.Sprint(i))
		}()
	}
	wg.Wait()
	for i := range 16 {
		if got, err := moduleIn(dir, fmt.Sprint(i)); got != fmt.Sprint(i%4) || err != nil {
			t.Errorf("%d: got %q, %v", i, got, err)
		}
	}
}

func FuzzTar(f *testing.F) {
	dir := f.TempDir()
	fill(f, dir, "one", "1.0")
	var out bytes.Buffer
	if err := archive(dir, &out); err != nil {
		f.Fatal(err)
	}
	f.Add(out.Bytes())
	f.Fuzz(func(t *testing.T, raw []byte) {
		path := filepath.Join(t.TempDir(), "x.tar")
		if err := os.WriteFile(path, raw, 0o644); err != nil {
			t.Fatal(err)
		}
		if got, err := moduleIn(path, ""); err == nil && got == "" && !bytes.Contains(raw, []byte("index.json")) {
			t.Errorf("an image out of nothing: %q", got)
		}
	})
}
