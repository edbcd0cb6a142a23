package oci

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/build/oci/check"
	"github.com/sluiceproxy/sluice/build/oci/image"
	"github.com/sluiceproxy/sluice/build/oci/registry"
)

var ctx = context.Background()

// noise is text that doesn't compress.
func noise(n int) string {
	b := make([]byte, n)
	r := rand.New(rand.NewPCG(1, 2))
	for i := range b {
		b[i] = byte(r.Uint32())
	}
	return string(b)
}

func push(t *testing.T, f *fake, name, file string) *Packaged {
	t.Helper()
	p, err := Push(ctx, file, f.at(t, name), nil, PackageOptions{}, quick())
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// TestHops: an image keeps its digest on every way that it can take, and the
// plugin comes out as it went in.
func TestHops(t *testing.T) {
	f, dir := newFake(t), t.TempDir()
	file := pluginFile(t, noise(200<<10))
	want := push(t, f, "a:1", file)
	hops := []struct{ from, to Place }{
		{f.at(t, "a:1"), f.at(t, "b:2")},
		{f.at(t, "b:2"), mustPlace(t, "oci:"+dir+"/d:3")},
		{mustPlace(t, "oci:"+dir+"/d:3"), mustPlace(t, dir+"/e.tar:4")},
		{mustPlace(t, dir+"/e.tar:4"), mustPlace(t, "oci-archive:"+dir+"/f.tar")},
		{mustPlace(t, dir+"/f.tar"), f.at(t, "c@"+want.Digest)},
		{f.at(t, "c@"+want.Digest), f.at(t, "d")},
	}
	for _, hop := range hops {
		got, err := Copy(ctx, hop.from, hop.to, nil, quick())
		if err != nil || got.Digest != want.Digest || got.Manifest != want.Manifest {
			t.Fatalf("%s to %s: got %+v, %v", hop.from, hop.to, got, err)
		}
	}
	out := filepath.Join(dir, "out.wasm")
	got, err := Pull(ctx, f.at(t, "d:latest"), out, quick())
	if err != nil || got.SHA256 != want.SHA256 || got.Manifest != want.Manifest {
		t.Fatalf("pull: got %+v, %v", got, err)
	}
	raw, _ := os.ReadFile(out)
	if original, _ := os.ReadFile(file); !bytes.Equal(raw, original) {
		t.Error("the plugin changed on its way")
	}
}

func TestSeveralTags(t *testing.T) {
	f := newFake(t)
	p, err := Push(ctx, pluginFile(t, ""), f.at(t, "p:1.2.3"), []string{"1.2", "latest"}, PackageOptions{}, quick())
	if err != nil || fmt.Sprint(p.Tags) != "[1.2.3 1.2 latest]" {
		t.Fatalf("got %+v, %v", p, err)
	}
	for _, tag := range p.Tags {
		if c, err := Check(ctx, f.at(t, "p:"+tag).String(), CheckOptions{}, quick()); err != nil || c.Digest != p.Digest {
			t.Errorf("%s: got %+v, %v", tag, c, err)
		}
	}
}

// TestPushAgainSendsNothing: what is there is not sent again.
func TestPushAgainSendsNothing(t *testing.T) {
	f := newFake(t)
	file := pluginFile(t, "")
	push(t, f, "p:1", file)
	posts := f.Sent[http.MethodPost]
	push(t, f, "p:2", file)
	if f.Sent[http.MethodPost] != posts {
		t.Errorf("%d uploads, then %d", posts, f.Sent[http.MethodPost])
	}
}

// TestReproducible: the directory and the clock leave no trace.
func TestReproducible(t *testing.T) {
	t.Setenv("SOURCE_DATE_EPOCH", "1700000000")
	var digests []string
	for range 2 {
		dst := mustPlace(t, filepath.Join(t.TempDir(), "x.tar"))
		p, err := Package(ctx, filepath.Dir(pluginFile(t, "")), dst, []string{"1"}, PackageOptions{}, Options{})
		if err != nil {
			t.Fatal(err)
		}
		digests = append(digests, p.Digest)
		if p.CreatedBy != "SOURCE_DATE_EPOCH" || p.Created.Unix() != 1700000000 {
			t.Errorf("time %s from %s", p.Created, p.CreatedBy)
		}
	}
	if digests[0] != digests[1] {
		t.Errorf("%q", digests)
	}
	for _, bad := range []string{"now", "-1", "1e9", "99999999999999"} {
		t.Setenv("SOURCE_DATE_EPOCH", bad)
		if _, _, err := SourceTime(ctx, "."); err == nil || !strings.Contains(err.Error(), bad) {
			t.Errorf("%s: got %v", bad, err)
		}
	}
}

// TestBadImagesAreNotPushed: the check comes before the first byte.
func TestBadImagesAreNotPushed(t *testing.T) {
	f := newFake(t)
	file := filepath.Join(t.TempDir(), "main.wasm")
	os.WriteFile(file, []byte("\x00asm\x01\x00\x00\x00"), 0o644)
	var refused *check.RefusedError
	if _, err := Push(ctx, file, f.at(t, "p:1"), nil, PackageOptions{}, quick()); !errors.As(err, &refused) || len(f.Sent) != 0 {
		t.Errorf("no ABI: got %v after %v", err, f.Sent)
	}
	file = pluginFile(t, "")
	if _, err := Push(ctx, file, f.at(t, "p:1"), nil, PackageOptions{For: []check.Consumer{check.Wkg}}, quick()); !errors.As(err, &refused) || len(f.Sent) != 0 {
		t.Errorf("wkg: got %v after %v", err, f.Sent)
	}
	if _, err := Push(ctx, t.TempDir(), f.at(t, "p:1"), nil, PackageOptions{}, quick()); !errors.Is(err, ErrNotBuilt) {
		t.Errorf("not built: got %v", err)
	}
}

// TestFlippedBytes: whichever byte of whichever part is wrong, nothing is
// written and the error names the digest.
func TestFlippedBytes(t *testing.T) {
	f := newFake(t)
	push(t, f, "p:1", pluginFile(t, "x"))
	out := filepath.Join(t.TempDir(), "plugin.wasm")
	os.WriteFile(out, []byte("old"), 0o644)
	for name := range f.Blobs {
		good := f.Blobs[name]
		for i := 0; i < len(good); i += 29 {
			bad := bytes.Clone(good)
			bad[i] ^= 1
			f.Blobs[name] = bad
			_, err := Copy(ctx, f.at(t, "p:1"), mustPlace(t, filepath.Join(t.TempDir(), "x.tar")), nil, quick())
			if !errors.Is(err, image.ErrMismatch) {
				t.Fatalf("copy, byte %d of %s: got %v", i, name, err)
			}
		}
		f.Blobs[name] = append(bytes.Clone(good), 'x')
		if _, err := Copy(ctx, f.at(t, "p:1"), mustPlace(t, filepath.Join(t.TempDir(), "x.tar")), nil, quick()); err == nil {
			t.Errorf("%s with a byte more: no error", name)
		}
		f.Blobs[name] = good
	}
	layer := layerOf(t, f)
	f.Blobs[layer][20] ^= 1
	_, err := Pull(ctx, f.at(t, "p:1"), out, quick())
	if !errors.Is(err, image.ErrMismatch) || !strings.Contains(err.Error(), strings.Split(layer, "/blobs/")[1]) {
		t.Errorf("pull: got %v", err)
	}
	if raw, _ := os.ReadFile(out); string(raw) != "old" {
		t.Errorf("the old file became %q", raw)
	}
	if left, _ := os.ReadDir(filepath.Dir(out)); len(left) != 1 {
		t.Errorf("left: %v", left)
	}
}

// layerOf finds the layer among the blobs.
func layerOf(t *testing.T, f *fake) string {
	t.Helper()
	for name, b := range f.Blobs {
		if bytes.HasPrefix(b, []byte{0x1f, 0x8b}) {
			return name
		}
	}
	t.Fatal("no layer")
	return ""
}

// TestBrokenTransfers: a connection that breaks in the middle is taken up where
// it broke; a push is begun again, and sends what is missing.
func TestBrokenTransfers(t *testing.T) {
	f := newFake(t)
	file := pluginFile(t, noise(1<<20))
	want := push(t, f, "p:1", file)
	layer := layerOf(t, f)
	var ranges []string
	var breaks atomic.Int32
	f.BreakWith(func(w http.ResponseWriter, r *http.Request) bool {
		if r.Method != http.MethodGet || !strings.HasSuffix(r.URL.Path, layer) {
			return false
		}
		ranges = append(ranges, r.Header.Get("Range"))
		if breaks.Add(1) > 3 {
			return false
		}
		w.Header().Set("Accept-Ranges", "bytes")
		var start int
		fmt.Sscanf(r.Header.Get("Range"), "bytes=%d-", &start)
		w.Header().Set("Content-Length", fmt.Sprint(len(f.Blobs[layer])-start))
		if start > 0 {
			w.WriteHeader(http.StatusPartialContent)
		}
		w.Write(f.Blobs[layer][start : start+100<<10])
		w.(http.Flusher).Flush()
		conn, _, _ := w.(http.Hijacker).Hijack()
		conn.(*net.TCPConn).SetLinger(0)
		conn.Close()
		return true
	})
	out := filepath.Join(t.TempDir(), "out.wasm")
	got, err := Pull(ctx, f.at(t, "p:1"), out, quick())
	if err != nil || got.SHA256 != want.SHA256 {
		t.Fatalf("got %+v, %v (ranges %q)", got, err, ranges)
	}
	if len(ranges) != 4 || ranges[0] != "" || ranges[3] == "" || strings.HasPrefix(ranges[3], "bytes=0-") {
		t.Errorf("ranges %q: not taken up where it broke", ranges)
	}
}

func TestBrokenPush(t *testing.T) {
	f := newFake(t)
	var puts atomic.Int32
	f.BreakWith(func(w http.ResponseWriter, r *http.Request) bool {
		if r.Method != http.MethodPut || !strings.Contains(r.URL.Path, "uploads") || r.ContentLength < 100<<10 || puts.Add(1) > 1 {
			return false
		}
		conn, _, _ := w.(http.Hijacker).Hijack()
		conn.(*net.TCPConn).SetLinger(0)
		conn.Close()
		return true
	})
	retries := 0
	o := quick()
	o.Progress = func(e Event) {
		if e.State == Retrying {
			retries++
		}
	}
	if _, err := Push(ctx, pluginFile(t, noise(1<<20)), f.at(t, "p:1"), nil, PackageOptions{}, o); err != nil || retries != 1 || puts.Load() != 2 {
		t.Errorf("got %v after %d retries and %d uploads of the layer", err, retries, puts.Load())
	}
}

// TestFailuresNameTheirSide: an error says where it failed, and what to do.
func TestFailuresNameTheirSide(t *testing.T) {
	f, gone := newFake(t), newFake(t)
	push(t, f, "p:1", pluginFile(t, ""))
	missing := gone.at(t, "p:1")
	gone.BreakWith(func(w http.ResponseWriter, r *http.Request) bool { w.WriteHeader(http.StatusForbidden); return true })
	for _, c := range []struct {
		from, to Place
		says     []string
	}{
		{f.at(t, "none:1"), f.at(t, "x:1"), []string{"source", "none:1", "not found"}},
		{missing, f.at(t, "x:1"), []string{"source", "403"}},
		{f.at(t, "p:1"), missing, []string{"destination", "403"}},
		{f.at(t, "p:1"), f.at(t, "x@sha256:"+strings.Repeat("0", 64)), []string{"destination", "the image is sha256:"}},
		{mustPlace(t, "./none.tar"), f.at(t, "x:1"), []string{"source", "none.tar", "no such file"}},
		{f.at(t, "p:1"), mustPlace(t, "/proc/none/x.tar"), []string{"destination", "/proc/none"}},
	} {
		_, err := Copy(ctx, c.from, c.to, nil, quick())
		var e *Error
		if !errors.As(err, &e) {
			t.Errorf("%s to %s: got %v", c.from, c.to, err)
			continue
		}
		for _, part := range c.says {
			if !strings.Contains(err.Error(), part) {
				t.Errorf("%s to %s: got %v, want %q in it", c.from, c.to, err, part)
			}
		}
	}
	o := quick()
	o.Registry.PlainHTTP = false
	if _, err := Pull(ctx, f.at(t, "p:1"), filepath.Join(t.TempDir(), "x"), o); err == nil || !strings.Contains(err.Error(), "--plain-http") {
		t.Errorf("HTTPS to HTTP: got %v", err)
	}
}

// TestErrorsAreOneLine: what a registry says can't drive a terminal.
func TestErrorsAreOneLine(t *testing.T) {
	f := newFake(t)
	f.BreakWith(func(w http.ResponseWriter, r *http.Request) bool {
		w.WriteHeader(http.StatusForbidden)
		fmt.Fprint(w, `{"errors":[{"code":"DENIED","message":"\u001b[2J\nsluice: all is fine"}]}`)
		return true
	})
	_, err := Push(ctx, pluginFile(t, ""), f.at(t, "p:1"), nil, PackageOptions{}, quick())
	if err == nil || strings.ContainsAny(err.Error(), "\x1b\n") {
		t.Errorf("got %q", err)
	}
}

// TestStalledRegistry: a registry that takes everything and says nothing is
// left.
func TestStalledRegistry(t *testing.T) {
	f := newFake(t)
	release := make(chan struct{})
	defer close(release)
	f.BreakWith(func(w http.ResponseWriter, r *http.Request) bool { <-release; return true })
	o := quick()
	o.Registry.Stall, o.Registry.Attempts = 50*time.Millisecond, 1
	start := time.Now()
	_, err := Pull(ctx, f.at(t, "p:1"), filepath.Join(t.TempDir(), "x"), o)
	if !errors.Is(err, registry.ErrStalled) || time.Since(start) > 10*time.Second {
		t.Errorf("got %v after %s", err, time.Since(start))
	}
}

// TestCanceled: an interrupted copy leaves no file.
func TestCanceled(t *testing.T) {
	f, dir := newFake(t), t.TempDir()
	push(t, f, "p:1", pluginFile(t, noise(1<<20)))
	canceled, cancel := context.WithCancel(ctx)
	o := quick()
	o.Progress = func(e Event) {
		if e.State == Moving {
			cancel()
		}
	}
	if _, err := Copy(canceled, f.at(t, "p:1"), mustPlace(t, filepath.Join(dir, "x.tar")), nil, o); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if left, _ := os.ReadDir(dir); len(left) != 0 {
		t.Errorf("left: %v", left)
	}
}
