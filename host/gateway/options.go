package gateway

import (
	"io"
	"net/http"
	"time"

	"github.com/sluiceproxy/sluice/host"
	"github.com/sluiceproxy/sluice/host/upstream"
)

// Defaults of Options and Route.
const (
	// DefaultTimeout is the time that an upstream has for its whole response,
	// counted from the end of the request: Envoy's default for a route.
	DefaultTimeout = 15 * time.Second
	// DefaultScheme is what plugins and upstreams see as :scheme and
	// x-forwarded-proto, as if TLS ended in front of the gateway.
	DefaultScheme = "https"
	// DefaultServer is the value of the response header server.
	DefaultServer = "sluice"
)

// Options configure a Gateway. The zero value serves 404 for everything.
type Options struct {
	// Runtime compiles and runs the plugins. nil means one of the gateway's own
	// with default options, closed by Shutdown.
	Runtime *host.Runtime
	// Clusters are where routes and callouts lead; nil means that there is none.
	Clusters *upstream.Clusters
	// Routes are tried in order within the virtual host (see Route).
	Routes []Route
	// Plugins is the first chain, in the order in which requests pass it.
	Plugins []Plugin
	// Concurrency is the number of workers; 0 means GOMAXPROCS.
	Concurrency int
	// BufferLimit is the most that is kept of a body that a plugin holds back,
	// in bytes; 0 means 1 MiB.
	BufferLimit int
	// Scheme is "http" or "https"; "" means DefaultScheme.
	Scheme string
	// Server is the response header server; "" means DefaultServer.
	Server string
	// EndOnStatus2 is filter.Options.EndOnStatus2.
	EndOnStatus2 bool
	// NoHeadersStop is host.VMOptions.NoHeadersStop: Envoy without
	// allow_on_headers_stop_iteration.
	NoHeadersStop bool
	// Shared and Metrics outlive a Swap; nil means the gateway's own.
	Shared  *host.Shared
	Metrics *host.Metrics
	// Foreign adds foreign functions to the host's.
	Foreign map[string]host.ForeignFunc
	// Log receives the plugins' log lines, and the gateway's own with an empty
	// plugin or the plugin that they are about. It must be safe for concurrent
	// use. nil drops them.
	Log func(level host.LogLevel, plugin, msg string)
	// LogLevel is the least severe level that is logged.
	LogLevel host.LogLevel
	// AccessLog is called once for each request, after its end. It must be safe
	// for concurrent use. nil means no access log.
	AccessLog func(Entry)
	// Wrap puts a handler around the gateway's, in front of the plugins: it sees
	// what clients send and get. Values that it adds to the request's context are
	// in those of the upstream's request and of the plugins' calls. The writer that
	// it hands on must be that of the server, or have its Unwrap. nil means none.
	Wrap func(http.Handler) http.Handler
	// Node is what plugins read as the property node.id; "" means "sluice".
	Node string
	// CallTimeout limits each call into a plugin; 0 means no limit.
	CallTimeout time.Duration
	// Now and Random are the plugins' clock and random numbers, as in
	// host.VMOptions; nil means those of the system. Random must be safe for
	// concurrent use.
	Now    func() time.Time
	Random io.Reader
	// Coverage is host.VMOptions.Coverage. It must be safe for concurrent use.
	Coverage func(counters []byte)
	// Modules are compiled modules that gateways share; nil means the gateway's
	// own.
	Modules *Modules

	restartPause time.Duration // for tests; 0 means defaultRestartPause
}

// Plugin is one link of the chain.
type Plugin struct {
	// Name is the plugin's name in messages and in the property plugin_name.
	Name string
	// Code is the wasm module. It must not be changed afterwards.
	Code []byte
	// Module, where it is not nil, is used in place of Code: see
	// host.Runtime.Remote. It stays the caller's to close.
	Module *host.Module
	// Config is what the plugin reads as its configuration.
	Config []byte
	// VMConfig is what proxy_on_vm_start reads.
	VMConfig []byte
	// VMID is the name under which plugins share data; "" is a name too.
	VMID string
	// RootID is the property plugin_root_id, by which a module with several
	// plugins chooses; "" is what most modules expect.
	RootID string
	// Env is the plugin's environment.
	Env map[string]string
	// FailOpen skips the plugin while its VM is gone, instead of answering 503.
	FailOpen bool
}

// Entry describes one finished request.
type Entry struct {
	Start     time.Time
	Duration  time.Duration
	Method    string // as the client sent it
	Path      string // with the query, as the client sent it
	Authority string
	Protocol  string // "HTTP/1.1", "HTTP/2"
	// Status is what the client got; 0 if it got none.
	Status int
	// Route and Cluster are empty if no route matched.
	Route, Cluster string
	// Upstream is the address that answered; empty if none was asked.
	Upstream string
	// Details says how the response came about, in Envoy's words:
	// "via_upstream", "route_not_found", what a plugin gave with its reply.
	Details string
	// RequestBytes and ResponseBytes count the bodies as the client saw them.
	RequestBytes, ResponseBytes int64
}
