// Command lite is Istio's control plane without an API server: the discovery
// server that Istio's own tests use, on a TCP port, with a store in memory that
// takes resources over HTTP.
//
//	lite XDS-ADDRESS HTTP-ADDRESS
//
// POST /apply and POST /delete take resources in YAML. /debug is the control
// plane's own. An apply that changes nothing changes nothing, as with an API
// server.
package main

import (
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"os"
	"time"

	"google.golang.org/protobuf/proto"
	"istio.io/istio/pilot/pkg/config/kube/crd"
	"istio.io/istio/pilot/pkg/model"
	"istio.io/istio/pilot/test/xds"
	"istio.io/istio/pkg/config"
)

// debounce is how long the control plane waits for further changes: what its
// PILOT_DEBOUNCE_AFTER is by default. In Istio's tests it is zero.
const debounce = 100 * time.Millisecond

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: lite XDS-ADDRESS HTTP-ADDRESS")
		os.Exit(2)
	}
	server := xds.NewFakeDiscoveryServer(&failer{}, xds.FakeOptions{
		DebounceTime:    debounce,
		ListenerBuilder: func() (net.Listener, error) { return net.Listen("tcp", os.Args[1]) },
	})
	mux := http.NewServeMux()
	mux.HandleFunc("POST /apply", each(server.Store(), apply))
	mux.HandleFunc("POST /delete", each(server.Store(), remove))
	mux.HandleFunc("GET /ready", func(http.ResponseWriter, *http.Request) {})
	mux.Handle("/debug/", server.DiscoveryDebug)
	fmt.Fprintln(os.Stderr, http.ListenAndServe(os.Args[2], mux))
	os.Exit(1)
}

// each does something with every resource of a request's body, or with none
// where one can't be read.
func each(store model.ConfigStoreController, do func(model.ConfigStoreController, config.Config) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 1<<20))
		if err != nil {
			http.Error(w, err.Error(), http.StatusRequestEntityTooLarge)
			return
		}
		resources, others, err := crd.ParseInputs(string(body))
		if err == nil && len(others) > 0 {
			err = fmt.Errorf("%s is no kind that Istio has", others[0].Kind)
		}
		if err != nil {
			http.Error(w, err.Error(), http.StatusUnprocessableEntity)
			return
		}
		for _, c := range resources {
			if err := do(store, c); err != nil {
				http.Error(w, err.Error(), http.StatusConflict)
				return
			}
		}
	}
}

// apply creates or replaces a resource. One that is the same keeps its version.
func apply(store model.ConfigStoreController, c config.Config) error {
	old := store.Get(c.GroupVersionKind, c.Name, c.Namespace)
	if old == nil {
		_, err := store.Create(c)
		return err
	}
	if same(*old, c) {
		return nil
	}
	c.ResourceVersion, c.CreationTimestamp = old.ResourceVersion, old.CreationTimestamp
	_, err := store.Update(c)
	return err
}

// same says whether two resources ask for the same.
func same(a, b config.Config) bool {
	x, ok := a.Spec.(proto.Message)
	y, ok2 := b.Spec.(proto.Message)
	return ok && ok2 && proto.Equal(x, y) && maps.Equal(a.Labels, b.Labels) && maps.Equal(a.Annotations, b.Annotations)
}

// remove deletes a resource that may be there.
func remove(store model.ConfigStoreController, c config.Config) error {
	if store.Get(c.GroupVersionKind, c.Name, c.Namespace) == nil {
		return nil
	}
	return store.Delete(c.GroupVersionKind, c.Name, c.Namespace, nil)
}
