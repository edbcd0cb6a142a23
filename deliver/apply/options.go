package apply

import (
	"context"
	"time"

	"github.com/sluiceproxy/sluice/build/oci"
	"github.com/sluiceproxy/sluice/build/oci/store"
	"github.com/sluiceproxy/sluice/deploy/wasmplugin"
)

// DefaultTimeout bounds waiting.
const DefaultTimeout = 2 * time.Minute

// Clusters say where.
type Clusters struct {
	// Kubeconfig is a file in place of $KUBECONFIG and ~/.kube/config.
	Kubeconfig string
	// Contexts are those of the kubeconfig. Default: the current one.
	Contexts []string
	// Namespace is where resources go that name none. Default: each context's.
	Namespace string
	// Partial goes on with the contexts that can be used where others can't.
	Partial bool
	// RequestTimeout bounds each request to an API server. Default: package kube's.
	RequestTimeout time.Duration
}

// Images say how images are checked.
type Images struct {
	// OCI says how registries are reached and which images are trusted.
	OCI oci.Options
	// Store keeps what is pulled, and stands in for a registry that is down.
	Store *store.Store
	// CacheDir is where compiled modules are kept. Default: that of package host.
	CacheDir string
}

// Options say what is applied. Files is required, all else has a default.
type Options struct {
	// Files are files and directories of resources, and "-" is the standard input.
	Files []string
	// For is the kind that is written. Default: that of each resource.
	For wasmplugin.Kind
	// Image is used in place of the one in the file, which has one resource then.
	Image string

	Clusters Clusters
	Images   Images

	// DryRun makes the API servers check all and write nothing.
	DryRun bool
	// Force takes over fields that other field managers hold.
	Force bool
	// PullAgain makes proxies ask for the module again though nothing changes: one
	// whose pull failed does not by itself.
	PullAgain bool

	Wait Wait
	// Secret says which members of configurations a difference does not show.
	// Default: all are shown.
	Secret func(name string) bool
}

// Wait says what is waited for.
type Wait struct {
	// On makes it wait.
	On bool
	// Timeout bounds it. Default: DefaultTimeout.
	Timeout time.Duration
	// Istiod is the address of istiod's debug interface. Default: what the API
	// server reaches.
	Istiod string
}

func (w Wait) bound(ctx context.Context) (context.Context, context.CancelFunc) {
	if w.Timeout == 0 {
		w.Timeout = DefaultTimeout
	}
	return context.WithTimeout(ctx, w.Timeout)
}
