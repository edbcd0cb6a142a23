package trace

import (
	"net/http"
	"time"

	"github.com/sluiceproxy/sluice/build/oci"
)

// DefaultTimeout bounds all that is asked of one side.
const DefaultTimeout = 30 * time.Second

// Options say which plugin is followed, and where. Files is required.
type Options struct {
	// Files are files of resources, each of which is followed.
	Files []string
	// Wasm is the file that was compiled. Default: the step is unknown, unless the
	// resource itself names a file.
	Wasm string
	// OCI says how registries are reached and which images are trusted.
	OCI oci.Options

	// Server is the URL of the admin endpoint of "sluice serve". It is not asked
	// where Kube is set.
	Server string
	// Kube says that the resource is in a Kubernetes cluster.
	Kube *Kube
	// EnvoyAdmin is the URL of an Envoy's admin endpoint. Default: what only Envoy
	// knows is unknown.
	EnvoyAdmin string
	// Request is sent through Envoy. Default: none is.
	Request *Request

	// Timeout bounds what one side is asked. Default: DefaultTimeout.
	Timeout time.Duration
	// Secret says which headers' values are not shown. Default: all are.
	Secret func(name string) bool
}

// Kube says which cluster.
type Kube struct {
	// Kubeconfig, Context and Namespace are kubectl's, "" for its defaults.
	Kubeconfig, Context, Namespace string
	// Istiod are addresses of istiod's debug port, with commas between them.
	// Default: what the API server reaches.
	Istiod string
}

// Request is one to send, with what shall come back. All that is empty is not
// compared.
type Request struct {
	URL    string
	Method string // default GET
	Header http.Header
	Body   string
	// Status, Headers and Contains are of the response. A header whose value is ""
	// must be there with any value; Contains is a part of the body.
	Status   int
	Headers  http.Header
	Contains string
}
