package filter

import "github.com/sluiceproxy/sluice/host"

// Callbacks are one plugin's callbacks for one exchange. *host.HTTPContext has
// them; tests script their own. An error means that the plugin's VM is gone.
type Callbacks interface {
	OnRequestHeaders(n int, endStream bool) (host.Action, error)
	OnRequestBody(size int, endStream bool) (host.Action, error)
	OnRequestTrailers(n int) (host.Action, error)
	OnResponseHeaders(n int, endStream bool) (host.Action, error)
	OnResponseBody(size int, endStream bool) (host.Action, error)
	OnResponseTrailers(n int) (host.Action, error)
	// Done ends the exchange: proxy_on_log, proxy_on_done, proxy_on_delete.
	Done()
}

var _ Callbacks = (*host.HTTPContext)(nil)

// Plugin is one link of the chain.
type Plugin struct {
	// Name is the plugin's name, for properties and warnings.
	Name string
	// FailOpen skips the plugin once its VM is gone; without it every exchange
	// gets a 503 then. The exchange in which the VM trapped gets a 503 in both
	// cases, as on Envoy.
	FailOpen bool
	// New makes the callbacks for one exchange.
	New func(s host.HTTPStream) Callbacks
	// Err says why the plugin's VM is gone, or nil while it can be called
	// (host.VM.Err is such a function). It is asked before each callback; a nil
	// Err means that the VM is always there.
	Err func() error
}
