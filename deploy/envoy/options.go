package envoy

import (
	"strconv"
	"time"
)

// Options says how to run Envoy. The zero value of each field is its default.
type Options struct {
	// Binary is the Envoy to run. Required; see [Find].
	Binary Binary
	// Listen is the address for clients, an IP address and a port; port 0 picks
	// a free one. Default 127.0.0.1:10000.
	Listen string
	// Admin is the address of Envoy's admin endpoint. Default 127.0.0.1:9901.
	Admin string
	// Workers is the number of Envoy's worker threads, each with its own VM of
	// every plugin. Default 2.
	Workers int
	// LogLevel is the lowest level of plugin log lines: trace, debug, info,
	// warning, error, critical or off. Default debug.
	LogLevel string
	// Patience is how long Envoy may take to load one change; V8 compiles about
	// 2 MB of Go code a second. Default two minutes.
	Patience time.Duration
	// WorkerKill is how long one of Envoy's worker threads may be stuck, for
	// example in a plugin's endless loop, until Envoy ends with an error: nothing
	// else ends such a loop, and every connection of that thread waits for it.
	// Envoy 1.36 and 1.37 were seen not to act on it. Default one minute;
	// negative never ends.
	WorkerKill time.Duration
	// MetricLabels are further names of labels of plugins' metrics, besides
	// those that Envoy is told in any case; see docs/observability.md.
	MetricLabels []string
	// Dir is the directory in which the directory with Envoy's files is made.
	// Default that for temporary files.
	Dir string
	// Trailers keeps the trailers of HTTP/1.1 messages, which Envoy drops
	// otherwise, in both directions.
	Trailers bool
	// NoStaging puts changed plugins in force without trying them in the staging
	// listener first, also where several change or one is new, which takes less
	// time. A plugin that Envoy refuses leaves what it would replace serving all
	// the same.
	NoStaging bool

	// OnPlugin gets the log lines of plugins, OnAccess finished requests, and
	// OnLog whatever else Envoy writes. Each is called on one goroutine at a
	// time and must not block for long. All may be nil.
	OnPlugin func(PluginLine)
	OnAccess func(Access)
	OnLog    func(Line)
}

func (o Options) withDefaults() Options {
	if o.Listen == "" {
		o.Listen = "127.0.0.1:10000"
	}
	if o.Admin == "" {
		o.Admin = "127.0.0.1:9901"
	}
	if o.Workers <= 0 {
		o.Workers = 2
	}
	if o.LogLevel == "" {
		o.LogLevel = "debug"
	}
	if o.WorkerKill == 0 {
		o.WorkerKill = time.Minute
	}
	if o.Patience <= 0 {
		o.Patience = 2 * time.Minute
	}
	return o
}

// drainSeconds is how long requests on a replaced filter chain may still take.
// Their connections are told to close at once, so that no idle one is cut.
const drainSeconds = 60

// args renders the command line.
func (o Options) args(dir runDir) []string {
	return []string{
		"--config-path", dir.path(bootstrapFile),
		"--concurrency", strconv.Itoa(o.Workers),
		"--disable-hot-restart",
		"--admin-address-path", dir.path(adminFile),
		"--file-flush-interval-msec", "20",
		"--drain-strategy", "immediate",
		"--drain-time-s", strconv.Itoa(drainSeconds),
		"--log-level", "info",
		"--component-log-level", "wasm:" + o.LogLevel,
		"--log-format", logFormat,
	}
}
