package host

import (
	"crypto/rand"
	"io"
	"time"
)

// ForeignFunc answers proxy_call_foreign_function. args is valid during the
// call; the result is copied into the guest.
type ForeignFunc func(args []byte) ([]byte, Status)

// VMOptions say what a VM gets. The zero value works: no configuration, no
// environment, logs dropped, its own worker, shared data and metrics, and no
// clusters to call.
type VMOptions struct {
	// Worker runs the VM; nil means a new one.
	Worker *Worker
	// Name is the vm_id: VMs with the same name and the same Shared see the
	// same shared data and queues. Empty is a name like any other.
	Name string
	// Config is what proxy_on_vm_start can read.
	Config []byte
	// Env is the environment that WASI shows to the guest.
	Env map[string]string
	// Shared holds shared data and queues; nil means private ones.
	Shared *Shared
	// Metrics holds counters, gauges and histograms; nil means private ones.
	Metrics *Metrics
	// Log receives each log line of the guest at LogLevel or above, without
	// line end; plugin is the plugin's name, empty where no plugin runs. It is
	// called inside Worker.Do. nil drops all lines.
	Log func(level LogLevel, plugin, msg string)
	// LogLevel is the least severe level that is logged; zero is LogTrace.
	LogLevel LogLevel
	// Clusters performs callouts; nil means that no cluster exists.
	Clusters Caller
	// Foreign adds functions to the built-in ones, or replaces them.
	Foreign map[string]ForeignFunc
	// Property answers proxy_get_property where there is no stream (start,
	// configure, tick); nil means that nothing is found.
	Property func(path []string) ([]byte, bool)
	// Now is the clock; nil means time.Now.
	Now func() time.Time
	// Random is where the guest's random numbers come from; nil means those of
	// the system. It must give as many as are asked for, without an error.
	Random io.Reader
	// NoHeadersStop turns HeadersStop into HeadersStopAllAndWatermark, as
	// Envoy does unless allow_on_headers_stop_iteration is set.
	NoHeadersStop bool
	// Coverage receives, when a VM ends that did not trap, what the module's function
	// sluice_coverage gives: the counters of a module that was built to count which
	// of its statements run. nil drops them.
	Coverage func(counters []byte)
	// StartTimeout limits the start functions, and the start of each plugin
	// (proxy_on_context_create, proxy_on_vm_start and proxy_on_configure
	// together); 0 means 30 s, negative no limit.
	StartTimeout time.Duration
	// CallTimeout limits every other call into the guest; 0 means no limit.
	CallTimeout time.Duration
	// DoneTimeout is how long Close waits for proxy_done of a plugin whose
	// proxy_on_done said false; 0 means 5 s.
	DoneTimeout time.Duration
}

func (o VMOptions) withDefaults() VMOptions {
	if o.Worker == nil {
		o.Worker = NewWorker()
	}
	if o.Shared == nil {
		o.Shared = NewShared()
	}
	if o.Metrics == nil {
		o.Metrics = NewMetrics()
	}
	if o.Random == nil {
		o.Random = rand.Reader
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.StartTimeout == 0 {
		o.StartTimeout = 30 * time.Second
	}
	if o.DoneTimeout == 0 {
		o.DoneTimeout = 5 * time.Second
	}
	return o
}
