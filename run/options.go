package run

import (
	"errors"

	"github.com/sluiceproxy/sluice/run/record"
)

// Options say what to run. Engine is required, and one of Source, PluginDir and
// Image.
type Options struct {
	// Source is the directory of a Go plugin, a .wasm file, or a directory of
	// .wasm files, which make a chain in the order of their names.
	Source string
	// PluginDir is a directory with plugins anywhere below it: .wasm files and
	// directories of Go main packages. Each has its configuration beside it, and
	// stands for itself: one that is broken is reported, and the others serve.
	// They run in the order of their priority, a number at the beginning of the
	// file's or directory's name (10-auth.wasm); lower numbers come first, and
	// without one it is DefaultPriority.
	PluginDir string
	// Image is a plugin's image, which has its configuration in Config alone.
	Image *Image
	// Config is the plugin's configuration file, YAML or JSON. Default: the
	// NAME.yaml or NAME.json beside NAME.wasm, else config.yaml or config.json
	// in the source's directory, else none.
	Config string
	// Routes is the file with routes and clusters; see [ReadRoutes]. Default:
	// routes.yaml in the source's directory, else one route to httpbin.
	Routes string
	// Clusters are added to those of the routes file and win over them.
	Clusters []Cluster
	// Engine serves. See [Embedded] and [OnEnvoy].
	Engine Engine
	// Listen is the address for clients. Default 127.0.0.1:10000.
	Listen string
	// HTTPBin is the address of the built-in httpbin, or "off". Default
	// 127.0.0.1:12345.
	HTTPBin string
	// Workers is the number of threads that run plugins; 0 is the engine's default.
	Workers int
	// LogLevel is the lowest level of plugin log lines. Default debug.
	LogLevel string
	// MetricLabels are Setup.MetricLabels.
	MetricLabels []string
	// Record keeps what passes the gateway in a file; nil means that nothing is
	// kept. It is for the embedded engine.
	Record *record.Options
	// NoWatch serves what is there at the start and looks no more.
	NoWatch bool
	// OnEvent gets what happens. It must be safe for concurrent use. Default:
	// nothing is told.
	OnEvent func(Event)
}

func (o Options) withDefaults() (Options, error) {
	if o.Engine == nil {
		return o, errors.New("run: no engine")
	}
	if o.PluginDir != "" && (o.Source != "" || o.Config != "") {
		return o, errors.New("run: a plugin directory has neither a source nor a configuration beside it")
	}
	if o.Image != nil && (o.Source != "" || o.PluginDir != "") {
		return o, errors.New("run: an image has neither a source nor a plugin directory beside it")
	}
	if _, embedded := o.Engine.(*embeddedEngine); o.Record != nil && !embedded {
		return o, errors.New("run: only the embedded engine records")
	}
	if o.Listen == "" {
		o.Listen = "127.0.0.1:10000"
	}
	if o.HTTPBin == "" {
		o.HTTPBin = "127.0.0.1:12345"
	}
	if o.LogLevel == "" {
		o.LogLevel = "debug"
	}
	if o.OnEvent == nil {
		o.OnEvent = func(Event) {}
	}
	return o, nil
}
