package oci

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"oras.land/oras-go/v2/registry/remote/auth"

	"github.com/sluiceproxy/sluice/build/oci/check/checktest"
	"github.com/sluiceproxy/sluice/build/oci/registry"
)

// fake is a registry in memory, with a hook in front that breaks it.
type fake struct {
	*httptest.Server
	mu        sync.Mutex
	blobs     map[string][]byte // by repository and digest
	manifests map[string][]byte // by repository and reference
	types     map[string]string
	sent      map[string]int // requests by method
	// hook answers in the registry's place if it returns true.
	hook func(w http.ResponseWriter, r *http.Request) bool
}

func newFake(t *testing.T) *fake {
	t.Helper()
	f := &fake{blobs: map[string][]byte{}, manifests: map[string][]byte{}, types: map[string]string{}, sent: map[string]int{}}
	f.Server = httptest.NewServer(f)
	t.Cleanup(f.Close)
	return f
}

func (f *fake) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	f.sent[r.Method]++
	hook := f.hook
	f.mu.Unlock()
	if hook != nil && hook(w, r) {
		return
	}
	path := strings.TrimPrefix(r.URL.Path, "/v2/")
	switch {
	case strings.Contains(path, "/blobs/uploads/"):
		f.upload(w, r, strings.Split(path, "/blobs/")[0])
	case strings.Contains(path, "/blobs/"):
		f.mu.Lock()
		b, ok := f.blobs[path]
		f.mu.Unlock()
		if !ok {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", "application/octet-stream")
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(b))
	case strings.Contains(path, "/manifests/"):
		f.manifest(w, r, path)
	}
}

func (f *fake) upload(w http.ResponseWriter, r *http.Request, repo string) {
	if r.Method == http.MethodPost {
		w.Header().Set("Location", "/v2/"+repo+"/blobs/uploads/1")
		w.WriteHeader(http.StatusAccepted)
		return
	}
	body, err := io.ReadAll(r.Body)
	digest := r.URL.Query().Get("digest")
	if err != nil || fmt.Sprintf("sha256:%x", sha256.Sum256(body)) != digest {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	f.mu.Lock()
	f.blobs[repo+"/blobs/"+digest] = body
	f.mu.Unlock()
	w.WriteHeader(http.StatusCreated)
}

func (f *fake) manifest(w http.ResponseWriter, r *http.Request, path string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if r.Method == http.MethodPut {
		body, _ := io.ReadAll(r.Body)
		repo, _, _ := strings.Cut(path, "/manifests/")
		digest := fmt.Sprintf("%s/manifests/sha256:%x", repo, sha256.Sum256(body))
		f.manifests[path], f.manifests[digest] = body, body
		f.types[path], f.types[digest] = r.Header.Get("Content-Type"), r.Header.Get("Content-Type")
		w.WriteHeader(http.StatusCreated)
		return
	}
	b, ok := f.manifests[path]
	if !ok {
		w.WriteHeader(http.StatusNotFound)
		return
	}
	w.Header().Set("Content-Type", f.types[path])
	w.Header().Set("Docker-Content-Digest", fmt.Sprintf("sha256:%x", sha256.Sum256(b)))
	w.Header().Set("Content-Length", fmt.Sprint(len(b)))
	w.Write(b)
}

func (f *fake) breakWith(hook func(w http.ResponseWriter, r *http.Request) bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.hook = hook
}

// at is a place in the registry.
func (f *fake) at(t *testing.T, name string) Place {
	t.Helper()
	return mustPlace(t, strings.TrimPrefix(f.URL, "http://")+"/"+name)
}

func mustPlace(t *testing.T, text string) Place {
	t.Helper()
	p, err := ParsePlace(text)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// quick reaches fake registries.
func quick() Options {
	return Options{Registry: registry.Options{
		PlainHTTP: true, MaxWait: 5 * time.Millisecond,
		Credential: func(context.Context, string) (auth.Credential, error) { return auth.EmptyCredential, nil },
	}}
}

// pluginFile writes a plugin to a file of the test's own.
func pluginFile(t *testing.T, pad string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "main.wasm")
	if err := os.WriteFile(path, checktest.Plugin(pad), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}
