package oci

import (
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/build/oci/check/checktest"
	"github.com/sluiceproxy/sluice/test/e2e/harness"
)

// proxy stands in front of a registry and changes what passes.
func proxy(t *testing.T, r *registryServer, change func(*http.Response) error) string {
	t.Helper()
	to, err := url.Parse("http://" + r.host)
	if err != nil {
		t.Fatal(err)
	}
	p := httputil.NewSingleHostReverseProxy(to)
	p.ModifyResponse = change
	server := httptest.NewServer(p)
	t.Cleanup(server.Close)
	return strings.TrimPrefix(server.URL, "http://")
}

// flip changes one byte of a body in the middle.
type flip struct {
	readCloser
	at, seen int
}

type readCloser interface {
	Read([]byte) (int, error)
	Close() error
}

func (f *flip) Read(p []byte) (int, error) {
	n, err := f.readCloser.Read(p)
	if i := f.at - f.seen; i >= 0 && i < n {
		p[i] ^= 1
	}
	f.seen += n
	return n, err
}

// TestFlippedByte: a byte that changes on the way is found, the old file stays.
func TestFlippedByte(t *testing.T) {
	r, u := startRegistry(t, ""), newUser(t)
	u.run("push", hello(t), r.host+"/p:1", "--plain-http")
	bad := proxy(t, r, func(res *http.Response) error {
		if strings.Contains(res.Request.URL.Path, "/blobs/") && res.ContentLength > 10000 {
			res.Body = &flip{readCloser: res.Body, at: 5000}
		}
		return nil
	})
	out := filepath.Join(u.home, "plugin.wasm")
	os.WriteFile(out, []byte("old"), 0o644)
	u.fails("sha256:", "pull", bad+"/p:1", "--plain-http")
	u.fails("sha256:", "save", bad+"/p:1", "--plain-http")
	u.fails("sha256:", "copy", bad+"/p:1", r.host+"/q:1", "--plain-http")
	if raw, _ := os.ReadFile(out); string(raw) != "old" {
		t.Errorf("the old file became %d bytes", len(raw))
	}
	u.fails("not found", "pull", r.host+"/q:1", "--plain-http")
	left, _ := filepath.Glob(filepath.Join(u.home, "*.tar"))
	temporary, _ := filepath.Glob(filepath.Join(u.home, ".sluice*"))
	if len(left)+len(temporary) != 0 {
		t.Errorf("left: %q %q", left, temporary)
	}
}

// TestRegistryKilledMidPush: the push ends with an error that names the side,
// or goes on when the registry is back; afterwards the image is whole.
func TestRegistryKilledMidPush(t *testing.T) {
	r, u := startRegistry(t, ""), newUser(t)
	wasm := filepath.Join(u.home, "big.wasm")
	if err := os.WriteFile(wasm, checktest.Plugin(noise(24<<20)), 0o644); err != nil {
		t.Fatal(err)
	}
	var uploads atomic.Int32
	slow := proxy(t, r, func(res *http.Response) error {
		if res.Request.Method == http.MethodPost && uploads.Add(1) == 1 {
			r.Signal(os.Kill) // the blob is about to come
			<-r.Done()
			go func() {
				time.Sleep(300 * time.Millisecond)
				r.start(t)
			}()
		}
		return nil
	})
	pushed := u.json("push", wasm, slow+"/p:1", "--plain-http")
	if uploads.Load() < 2 {
		t.Errorf("%d uploads were begun", uploads.Load())
	}
	if got := u.json("pull", r.host+"/p:1", "--plain-http"); got.Digest != pushed.Digest || got.SHA256 != pushed.SHA256 {
		t.Errorf("pulled %+v, pushed %+v", got, pushed)
	}
}

// noise is text of n bytes that doesn't compress.
func noise(n int) string {
	b := make([]byte, n)
	rand.NewChaCha8([32]byte{}).Read(b)
	return string(b)
}

// TestRegistryGone: the error comes soon, and names the registry.
func TestRegistryGone(t *testing.T) {
	u := newUser(t)
	gone := harness.Addr(harness.FreePort(t))
	u.fails("connection refused", "push", hello(t), gone+"/p:1", "--plain-http")
	u.fails(gone, "pull", gone+"/p:1", "--plain-http")
}
