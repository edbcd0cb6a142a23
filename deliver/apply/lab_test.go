package apply

import (
	"context"
	"fmt"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sluiceproxy/sluice/build/oci"
	"github.com/sluiceproxy/sluice/build/oci/registry"
	"github.com/sluiceproxy/sluice/build/oci/registry/registrytest"
	"github.com/sluiceproxy/sluice/build/oci/store"
	"github.com/sluiceproxy/sluice/deploy/envoy/envoytest"
	"github.com/sluiceproxy/sluice/deploy/kube/kubetest"
)

// lab is a registry and two clusters, named eu and us.
type lab struct {
	t      *testing.T
	images *registrytest.Registry
	host   string
	eu, us *kubetest.Server
	config string
	store  *store.Store
}

func newLab(t *testing.T) *lab {
	t.Helper()
	l := &lab{t: t, images: registrytest.New(), eu: kubetest.New(t), us: kubetest.New(t)}
	server := httptest.NewServer(l.images)
	t.Cleanup(server.Close)
	l.host = strings.TrimPrefix(server.URL, "http://")
	l.config = kubetest.Kubeconfig(t, []string{"eu", "us", "dead"}, l.eu.URL, l.us.URL, "http://127.0.0.1:1")
	l.store = store.New(filepath.Join(t.TempDir(), "store"))
	return l
}

// push makes an image of a probe and gives its manifest's digest.
func (l *lab) push(name, mark string) string {
	l.t.Helper()
	dir := l.t.TempDir()
	write(l.t, filepath.Join(dir, "main.wasm"), string(envoytest.Probe(mark)))
	place, err := oci.ParsePlace(l.host + "/" + name)
	if err != nil {
		l.t.Fatal(err)
	}
	pushed, err := oci.Push(context.Background(), dir, place, nil, oci.PackageOptions{}, l.oci())
	if err != nil {
		l.t.Fatal(err)
	}
	return pushed.Digest
}

func (l *lab) oci() oci.Options {
	return oci.Options{Registry: registry.Options{PlainHTTP: true, Attempts: 1}}
}

func (l *lab) clusters(names ...string) Clusters {
	return Clusters{Kubeconfig: l.config, Contexts: names}
}

func (l *lab) withImages() Images { return Images{OCI: l.oci(), Store: l.store, CacheDir: "-"} }

// options apply a file to contexts.
func (l *lab) options(file string, contexts ...string) Options {
	return Options{Files: []string{file}, Clusters: l.clusters(contexts...), Images: l.withImages()}
}

// file writes a WasmPlugin named demo.
func (l *lab) file(image, config string) string {
	l.t.Helper()
	name := filepath.Join(l.t.TempDir(), "demo.yaml")
	write(l.t, name, fmt.Sprintf("apiVersion: extensions.istio.io/v1alpha1\nkind: WasmPlugin\nmetadata: {name: demo}\nspec:\n  url: oci://%s/%s\n  pluginConfig: %s\n", l.host, image, config))
	return name
}

// apply must work.
func (l *lab) apply(o Options) *Result {
	l.t.Helper()
	r, err := Apply(l.t.Context(), o)
	if err != nil {
		l.t.Fatal(err)
	}
	return r
}

const demo = "extensions.istio.io/v1alpha1/namespaces/default/wasmplugins/demo"

func write(t *testing.T, file, text string) {
	t.Helper()
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
