// Package kubetest is an API server in memory for tests of what applies resources.
// It answers as kube-apiserver was seen to, in what package kube asks: discovery of
// the kinds that run plugins, server-side apply with conflicts of field managers and
// of versions, dry runs, reads, updates and deletions. test/e2e/kube asks the same
// of a real one.
package kubetest

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

// Server is an API server. It knows one user, "tester".
type Server struct {
	*httptest.Server

	mu      sync.Mutex
	version int
	objects map[string]map[string]any // by path
	hook    func(w http.ResponseWriter, r *http.Request) bool
}

// kinds are the resources of each group that it has.
var kinds = map[string][]string{
	"extensions.istio.io/v1alpha1":   {"wasmplugins", "trafficextensions"},
	"extensions.higress.io/v1alpha1": {"wasmplugins"},
	"gateway.envoyproxy.io/v1alpha1": {"envoyextensionpolicies"},
}

// New starts a server that ends with the test.
func New(t testing.TB) *Server {
	s := &Server{objects: map[string]map[string]any{}}
	s.Server = httptest.NewServer(s)
	t.Cleanup(s.Close)
	return s
}

// BreakWith lets hook answer in the server's place where it returns true.
func (s *Server) BreakWith(hook func(w http.ResponseWriter, r *http.Request) bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hook = hook
}

// Object is what is at a path, such as
// "extensions.istio.io/v1alpha1/namespaces/default/wasmplugins/demo", nil for none.
func (s *Server) Object(path string) map[string]any {
	s.mu.Lock()
	defer s.mu.Unlock()
	return clone(s.objects["/apis/"+path])
}

// Put places an object, as another tool under a field manager would.
func (s *Server) Put(path, manager string, object map[string]any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.store("/apis/"+path, object, manager)
}

// Kubeconfig writes a kubeconfig with a context for each server, by name. The first
// name is the current context.
func Kubeconfig(t testing.TB, names []string, servers ...string) string {
	t.Helper()
	text := "apiVersion: v1\nkind: Config\ncurrent-context: " + names[0] + "\nusers: [{name: tester, user: {}}]\nclusters:\n"
	for i, name := range names {
		text += fmt.Sprintf("- {name: %s, cluster: {server: %q}}\n", name, servers[i])
	}
	text += "contexts:\n"
	for _, name := range names {
		text += fmt.Sprintf("- {name: %s, context: {cluster: %s, user: tester}}\n", name, name)
	}
	file := filepath.Join(t.TempDir(), "kubeconfig")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// ServeHTTP implements http.Handler.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	hook := s.hook
	s.mu.Unlock()
	if hook != nil && hook(w, r) {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	group := strings.TrimPrefix(r.URL.Path, "/apis/")
	switch resources, ok := kinds[group]; {
	case ok:
		s.discover(w, group, resources)
	case strings.HasSuffix(r.URL.Path, "/selfsubjectreviews"):
		answer(w, http.StatusCreated, map[string]any{"apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview",
			"status": map[string]any{"userInfo": map[string]any{"username": "tester"}}})
	case strings.Count(r.URL.Path, "/") == 6: // /apis/GROUP/VERSION/namespaces/NAMESPACE/RESOURCE
		s.list(w, r)
	case strings.Count(r.URL.Path, "/") == 7:
		s.object(w, r)
	default:
		refuse(w, http.StatusNotFound, "NotFound", "the server could not find the requested resource", nil)
	}
}

func (s *Server) discover(w http.ResponseWriter, group string, resources []string) {
	var list []any
	for _, name := range resources {
		list = append(list, map[string]any{"name": name, "namespaced": true, "kind": name, "verbs": []string{"get", "patch"}})
	}
	answer(w, http.StatusOK, map[string]any{"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": group, "resources": list})
}

func (s *Server) list(w http.ResponseWriter, r *http.Request) {
	var paths []string
	for path := range s.objects {
		if strings.HasPrefix(path, r.URL.Path+"/") {
			paths = append(paths, path)
		}
	}
	slices.Sort(paths)
	items := []any{}
	for _, path := range paths {
		items = append(items, s.objects[path])
	}
	answer(w, http.StatusOK, map[string]any{"kind": "List", "apiVersion": "v1", "metadata": map[string]any{}, "items": items})
}

func (s *Server) object(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	var sent map[string]any
	if err == nil && len(body) > 0 {
		err = json.Unmarshal(body, &sent)
	}
	if err != nil {
		refuse(w, http.StatusBadRequest, "BadRequest", err.Error(), nil)
		return
	}
	live := s.objects[r.URL.Path]
	if live == nil && r.Method != http.MethodPatch {
		refuse(w, http.StatusNotFound, "NotFound", r.URL.Path+" not found", nil)
		return
	}
	switch r.Method {
	case http.MethodGet:
		answer(w, http.StatusOK, live)
	case http.MethodPatch:
		s.apply(w, r, live, sent)
	case http.MethodPut:
		s.update(w, r, live, sent)
	case http.MethodDelete:
		s.remove(w, r, live, sent)
	}
}
