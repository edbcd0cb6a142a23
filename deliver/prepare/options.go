package prepare

import (
	"net/http"
	"time"

	"github.com/sluiceproxy/sluice/build"
	"github.com/sluiceproxy/sluice/build/oci"
	"github.com/sluiceproxy/sluice/build/oci/store"
)

// Defaults of Options.
const (
	// DefaultTimeout bounds fetching one module.
	DefaultTimeout = 2 * time.Minute
	// DefaultStartTimeout bounds the start of a plugin with a configuration.
	DefaultStartTimeout = 10 * time.Second
	// DefaultGrace is how long a file stays that nobody uses any more.
	DefaultGrace = 10 * time.Minute
	// DefaultStartMemory bounds the memory of a plugin whose configuration is
	// tried, in bytes.
	DefaultStartMemory = 256 << 20
)

// Options say how modules are got and checked. The zero value fetches everything
// anew and writes nothing.
type Options struct {
	// Dir is where modules are written, as DIR/<sha256>.wasm, and what was served
	// last. Several processes may share one. Default: nothing is written or
	// remembered, Module.File is empty.
	Dir string
	// OCI says how registries are reached and which images are trusted.
	OCI oci.Options
	// Store keeps what is pulled. Default: nothing is kept, and a registry that is
	// down has no stand-in.
	Store *store.Store
	// Target is the gateway that must take the module. Default: any.
	Target build.Target
	// SignedOnly refuses modules that no policy can judge: those of files and web
	// servers. Where OCI has a policy, those of web servers without a checksum are
	// refused in any case.
	SignedOnly bool
	// Timeout bounds fetching one module, with all attempts. Default DefaultTimeout.
	Timeout time.Duration
	// HTTP sends requests for http:// and https:// modules. Default: one with the
	// system's certificates and proxy.
	HTTP http.RoundTripper
	// CacheDir is where compiled modules are kept for CheckConfig. Default: that of
	// package host.
	CacheDir string
	// StartTimeout and StartMemory bound the start of a plugin whose configuration
	// is tried, in time and bytes. Defaults DefaultStartTimeout, DefaultStartMemory.
	StartTimeout time.Duration
	StartMemory  int
	// NoTrial leaves out running the plugin with its configuration: its schema
	// alone is asked.
	NoTrial bool
	// Grace is how long Prune leaves a file that was handed out. Default
	// DefaultGrace.
	Grace time.Duration
	// OnEvent is told about every step, from several goroutines at once. Default:
	// nobody is.
	OnEvent func(Event)
}

func (o Options) tell(e Event) {
	if o.OnEvent != nil {
		o.OnEvent(e)
	}
}
