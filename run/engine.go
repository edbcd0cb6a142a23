package run

import (
	"context"
	"slices"
	"strings"

	"github.com/sluiceproxy/sluice/build"
	"github.com/sluiceproxy/sluice/run/record"
)

// Engine serves requests through a chain of plugins.
type Engine interface {
	// Target is what decides which modules the engine takes.
	Target() build.Target
	// Start serves s. After an error nothing of the engine is left running.
	Start(ctx context.Context, s Setup) error
	// Apply makes s serve instead, without losing a request. It returns when
	// new requests see s, or with an error, and then the old state serves on.
	Apply(ctx context.Context, s State) error
	// Addr is the address that Setup.Listen has become. Valid after Start.
	Addr() string
	// Done is closed when the engine ends by itself, and Err then says why.
	// Valid after Start.
	Done() <-chan struct{}
	Err() error
	// Close ends the engine. Requests that run get a moment to finish.
	Close() error
}

// Setup is what an engine needs once.
type Setup struct {
	State
	// Listen is the address for clients: an IP address and a port, 0 for any.
	Listen string
	// Workers is the number of threads that run plugins; 0 is the engine's default.
	Workers int
	// LogLevel is the lowest level of plugin log lines: one of [LogLevels].
	LogLevel string
	// MetricLabels are names of labels of plugins' metrics that Envoy is to know
	// besides those that it is told in any case; see docs/observability.md. The
	// embedded engine knows all labels.
	MetricLabels []string
	// Recorder is told what passes, by the embedded engine; nil for none.
	Recorder *record.Recorder
	// OnEvent gets a [Request], [Log] or [Noise] for what happens. It must be
	// safe for concurrent use. nil: nothing is told.
	OnEvent func(Event)
}

// tell hands on an event, where somebody wants to know.
func (s *Setup) tell(e Event) {
	if s.OnEvent != nil {
		s.OnEvent(e)
	}
}

// LogLevels are the levels of plugin log lines, least severe first, and "off".
func LogLevels() []string {
	return []string{"trace", "debug", "info", "warn", "error", "critical", "off"}
}

// State is what can change while an engine serves.
type State struct {
	Plugins  []Plugin
	Routes   []Route
	Clusters []Cluster
}

// Plugin is one plugin of the chain.
type Plugin struct {
	// Name has letters, digits, dots, underscores and hyphens, and is unique.
	Name string
	// Code is the module, Config its configuration as JSON or empty.
	Code, Config []byte
}

// Route sends requests to a cluster; see [ReadRoutes] for the file it comes from.
type Route struct {
	Name         string
	Domains      []string
	Prefix, Path string
	Cluster      string
}

// Cluster is an upstream by name. Address is host:port or an http(s) URL.
type Cluster struct{ Name, Address string }

// equal reports whether two states are the same to an engine.
func (s State) equal(o State) bool {
	return samePlugins(s.Plugins, o.Plugins) && slices.Equal(s.Clusters, o.Clusters) && sameRoutes(s.Routes, o.Routes)
}

func samePlugins(a, b []Plugin) bool {
	return slices.EqualFunc(a, b, func(p, q Plugin) bool {
		return p.Name == q.Name && string(p.Code) == string(q.Code) && string(p.Config) == string(q.Config)
	})
}

func sameRoutes(a, b []Route) bool {
	return slices.EqualFunc(a, b, func(p, q Route) bool {
		return p.Name == q.Name && p.Prefix == q.Prefix && p.Path == q.Path && p.Cluster == q.Cluster &&
			slices.Equal(p.Domains, q.Domains)
	})
}

// names lists the plugins for people.
func (s State) names() string {
	var out []string
	for _, p := range s.Plugins {
		out = append(out, p.Name)
	}
	return strings.Join(out, ", ")
}
