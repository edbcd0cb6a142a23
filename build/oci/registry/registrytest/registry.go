// Package registrytest is a registry in memory for tests, with a hook in front
// that breaks it.
package registrytest

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"
)

// Registry answers what clients need to push and pull: no lists, no deletions,
// no referrers. What it holds may be changed between requests, and by the hook
// under Lock.
type Registry struct {
	sync.Mutex
	// Blobs is content by "REPOSITORY/blobs/DIGEST".
	Blobs map[string][]byte
	// Manifests and Types are by "REPOSITORY/manifests/REFERENCE".
	Manifests map[string][]byte
	Types     map[string]string
	// Sent counts requests by method.
	Sent map[string]int
	hook func(w http.ResponseWriter, r *http.Request) bool
}

// New returns an empty one.
func New() *Registry {
	return &Registry{Blobs: map[string][]byte{}, Manifests: map[string][]byte{}, Types: map[string]string{}, Sent: map[string]int{}}
}

// BreakWith lets hook answer in the registry's place where it returns true.
func (f *Registry) BreakWith(hook func(w http.ResponseWriter, r *http.Request) bool) {
	f.Lock()
	defer f.Unlock()
	f.hook = hook
}

// ServeHTTP implements http.Handler.
func (f *Registry) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.Lock()
	f.Sent[r.Method]++
	hook := f.hook
	f.Unlock()
	if hook != nil && hook(w, r) {
		return
	}
	path := strings.TrimPrefix(r.URL.Path, "/v2/")
	switch {
	case strings.Contains(path, "/blobs/uploads/"):
		f.upload(w, r, strings.Split(path, "/blobs/")[0])
	case strings.Contains(path, "/blobs/"):
		f.blob(w, r, path)
	case strings.Contains(path, "/manifests/"):
		f.manifest(w, r, path)
	}
}

func (f *Registry) blob(w http.ResponseWriter, r *http.Request, path string) {
	f.Lock()
	b, ok := f.Blobs[path]
	f.Unlock()
	if !ok {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", "application/octet-stream")
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(b))
}

func (f *Registry) upload(w http.ResponseWriter, r *http.Request, repo string) {
	if r.Method == http.MethodPost {
		w.Header().Set("Location", "/v2/"+repo+"/blobs/uploads/1")
		w.WriteHeader(http.StatusAccepted)
		return
	}
	body, err := io.ReadAll(r.Body)
	digest := r.URL.Query().Get("digest")
	if err != nil || sum(body) != digest {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	f.Lock()
	f.Blobs[repo+"/blobs/"+digest] = body
	f.Unlock()
	w.WriteHeader(http.StatusCreated)
}

func (f *Registry) manifest(w http.ResponseWriter, r *http.Request, path string) {
	f.Lock()
	defer f.Unlock()
	if r.Method == http.MethodPut {
		body, _ := io.ReadAll(r.Body) // a body cut short has another digest
		repo, _, _ := strings.Cut(path, "/manifests/")
		for _, name := range []string{path, repo + "/manifests/" + sum(body)} {
			f.Manifests[name], f.Types[name] = body, r.Header.Get("Content-Type")
		}
		w.WriteHeader(http.StatusCreated)
		return
	}
	b, ok := f.Manifests[path]
	if !ok {
		w.WriteHeader(http.StatusNotFound)
		return
	}
	w.Header().Set("Content-Type", f.Types[path])
	w.Header().Set("Docker-Content-Digest", sum(b))
	w.Header().Set("Content-Length", fmt.Sprint(len(b)))
	_, _ = w.Write(b)
}

func sum(b []byte) string { return fmt.Sprintf("sha256:%x", sha256.Sum256(b)) }
