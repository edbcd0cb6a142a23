package prepare

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/build/oci/image"
	"github.com/sluiceproxy/sluice/build/oci/policy"
	"github.com/sluiceproxy/sluice/deploy/wasmplugin"
)

// web is a server that answers as it is told, and counts.
func web(t *testing.T, answer func(w http.ResponseWriter, r *http.Request, n int)) (url string, asked *atomic.Int64, stop func()) {
	t.Helper()
	asked = new(atomic.Int64)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { answer(w, r, int(asked.Add(1))) }))
	t.Cleanup(s.Close)
	return s.URL + "/probe.wasm", asked, s.Close
}

func gives(content []byte) func(http.ResponseWriter, *http.Request, int) {
	return func(w http.ResponseWriter, _ *http.Request, _ int) { _, _ = w.Write(content) }
}

func webPlugin(url, sum string) *wasmplugin.Plugin {
	return &wasmplugin.Plugin{Kind: wasmplugin.Istio, Name: "web", URL: url, SHA256: sum}
}

// TestWeb: a module comes as it is or packed, and its checksum is that of the module.
func TestWeb(t *testing.T) {
	sum := sha256Of(probe("one"))
	for name, content := range map[string][]byte{
		"plain": probe("one"), "gzip": zipped(probe("one")), "tar": tarred(t, probe("one")), "tar.gz": zipped(tarred(t, probe("one"))),
	} {
		l := newLab(t)
		url, asked, _ := web(t, gives(content))
		p := l.new()
		m := must(t, p, webPlugin(url, sum))
		if m.SHA256 != sum || len(m.Warnings) > 0 || m.Image != "" || m.Pinned() != "" {
			t.Errorf("%s: %+v", name, m)
		}
		if must(t, l.new(), webPlugin(url, sum)); asked.Load() != 1 {
			t.Errorf("%s: asked %d times for a checksum that is there", name, asked.Load())
		}
		_, err := p.Module(context.Background(), webPlugin(url, strings.Repeat("0", 64)))
		refused(t, err, Verify, "resource", ErrChecksum)
	}
}

// TestWebWithoutChecksum: allowed with a warning, remembered by its URL; not where a
// policy is to judge.
func TestWebWithoutChecksum(t *testing.T) {
	l := newLab(t)
	content := probe("one")
	url, asked, stop := web(t, func(w http.ResponseWriter, _ *http.Request, _ int) { _, _ = w.Write(content) })
	if m := must(t, l.new(), webPlugin(url, "")); len(m.Warnings) != 1 || !strings.Contains(m.Warnings[0], sha256Of(content)) {
		t.Errorf("warnings %q", m.Warnings)
	}
	content = probe("two")
	if m := must(t, l.new(), webPlugin(url, "")); m.SHA256 != sha256Of(probe("one")) || !m.FromStore || asked.Load() != 1 {
		t.Errorf("without Always: %+v, asked %d times", m, asked.Load())
	}
	always := webPlugin(url, "")
	always.PullPolicy = wasmplugin.Always
	if m := must(t, l.new(), always); m.SHA256 != sha256Of(content) || m.FromStore {
		t.Errorf("with Always: %+v", m)
	}
	stop()
	l.o.Timeout = 3 * time.Second
	if m := must(t, l.new(), always); m.SHA256 != sha256Of(content) || !m.FromStore || len(m.Warnings) != 2 {
		t.Errorf("server down: %+v", m)
	}
	l.o.OCI.Policy = &policy.Policy{Default: policy.Accept}
	_, err := l.new().Module(context.Background(), webPlugin(url, ""))
	refused(t, err, Verify, "policy", ErrUnverifiable)
	must(t, l.new(), webPlugin(url, sha256Of(content)))
	l.o.SignedOnly = true
	_, err = l.new().Module(context.Background(), webPlugin(url, sha256Of(content)))
	refused(t, err, Verify, "policy", ErrUnverifiable)
}

// TestWebRetries: as Istio's agent has it, a status of 5xx is tried again, apart from
// those that say never; 4xx is not.
func TestWebRetries(t *testing.T) {
	for _, c := range []struct{ status, asked int }{{503, 2}, {500, 2}, {404, 1}, {403, 1}, {501, 1}, {511, 1}} {
		l := newLab(t)
		url, asked, _ := web(t, func(w http.ResponseWriter, _ *http.Request, n int) {
			if n == 1 {
				w.WriteHeader(c.status)
				return
			}
			_, _ = w.Write(probe("one"))
		})
		_, err := l.new().Module(context.Background(), webPlugin(url, ""))
		if (err == nil) != (c.asked > 1) || int(asked.Load()) != c.asked {
			t.Errorf("%d: asked %d times, %v", c.status, asked.Load(), err)
		}
		var status *StatusError
		if c.asked == 1 && (!errors.As(err, &status) || status.Status != c.status) {
			t.Errorf("%d: %v", c.status, err)
		}
	}
}

// TestWebRedirects: to other web servers alone, and not for ever.
func TestWebRedirects(t *testing.T) {
	l := newLab(t)
	good, _, _ := web(t, gives(probe("one")))
	for target, ok := range map[string]bool{good: true, "file:///etc/passwd": false, "ftp://x/y": false, "/again": false} {
		url, _, _ := web(t, func(w http.ResponseWriter, r *http.Request, _ int) { http.Redirect(w, r, target, http.StatusFound) })
		_, err := l.new().Module(context.Background(), webPlugin(url, ""))
		if ok != (err == nil) || !ok && !errors.Is(err, ErrUnsupported) {
			t.Errorf("to %s: %v", target, err)
		}
	}
	secure := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, good, http.StatusFound) }))
	defer secure.Close()
	l.o.HTTP = secure.Client().Transport
	_, err := l.new().Module(context.Background(), webPlugin(secure.URL+"/x", ""))
	refused(t, err, Fetch, "server", ErrUnsupported)
}

// TestWebBad: what is no module is refused, and no error shows a password.
func TestWebBad(t *testing.T) {
	l := newLab(t)
	for name, content := range map[string][]byte{
		"a page": []byte("<html>"), "nothing": {}, "half a gzip": zipped(probe("one"))[:40], "an empty tar": tarred(t), "a box in boxes": zipped(zipped(zipped(zipped(zipped(probe("one")))))),
	} {
		url, _, _ := web(t, gives(content))
		url = strings.Replace(url, "http://", "http://user:hunter2@", 1) + "?token=hunter2"
		_, err := l.new().Module(context.Background(), webPlugin(url, ""))
		refused(t, err, Fetch, "server", ErrContent)
		if strings.Contains(fmt.Sprint(err), "hunter2") {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, e := range l.events {
		if strings.Contains(fmt.Sprintf("%+v", e), "hunter2") {
			t.Errorf("event %+v", e)
		}
	}
}

// TestUnboxBomb: content that becomes too much is given up.
func TestUnboxBomb(t *testing.T) {
	if testing.Short() {
		t.Skip("it writes 256 MiB")
	}
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	zeros := make([]byte, 1<<20)
	for range image.MaxModule>>20 + 1 {
		_, _ = z.Write(zeros)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := unbox(b.Bytes()); !errors.Is(err, image.ErrLimit) {
		t.Errorf("got %v", err)
	}
}

// FuzzUnbox: whatever comes, it is a module or an error.
func FuzzUnbox(f *testing.F) {
	for _, content := range [][]byte{probe("x"), zipped(probe("x")), tarred(f, probe("x")), zipped(tarred(f, probe("x"))), tarred(f), {0x1f, 0x8b}, []byte("\x00asm")} {
		f.Add(content)
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		code, err := unbox(content)
		if err == nil && !bytes.HasPrefix(code, magic) {
			t.Errorf("no module, and no error: %q", code[:min(len(code), 8)])
		}
	})
}

func zipped(content []byte) []byte {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = z.Write(content)
	_ = z.Close()
	return b.Bytes()
}

func tarred(t testing.TB, files ...[]byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	if err := w.WriteHeader(&tar.Header{Typeflag: tar.TypeDir, Name: "dir/", Mode: 0o755, Format: tar.FormatUSTAR}); err != nil {
		t.Fatal(err)
	}
	for _, content := range files {
		if err := w.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: "dir/any.name", Mode: 0o644, Size: int64(len(content)), Format: tar.FormatUSTAR}); err != nil {
			t.Fatal(err)
		}
		_, _ = w.Write(content)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
