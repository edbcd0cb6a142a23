package filter

import (
	"github.com/sluiceproxy/sluice/sdk/internal/mem"
	"github.com/sluiceproxy/sluice/sdk/log"
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/wrapper"
)

// Stream is one request and its response, as one filter sees it. It is good
// until the filter's OnLog has returned.
type Stream struct {
	x      *exchange
	plugin int // which of the bundle
}

// Log returns the plugin's logger: its lines carry the plugin's name, in a
// bundle behind the bundle's.
func (s *Stream) Log() log.Log { return s.x.bundle.logs[s.plugin] }

// HTTP returns what the wrapper knows of the stream: the request's path, user
// attributes, values. Its functions that choose how bodies are read have no
// effect on filters.
func (s *Stream) HTTP() wrapper.HttpContext { return s.x.CommonHttpCtx }

// RequestHeaders returns the request's headers, in every phase. They can be
// changed while the request's methods run, as long as they have not gone on.
func (s *Stream) RequestHeaders() *Headers { return &s.x.sides[request].headers }

// ResponseHeaders returns the response's headers, from EncodeHeaders on.
func (s *Stream) ResponseHeaders() *Headers { return &s.x.sides[response].headers }

// FilterState returns a text that filters of the gateway, or other plugins with
// proxywasm.SetProperty, have left for those behind them.
func (s *Stream) FilterState(name string) (value string, ok bool) {
	for _, path := range [...][]string{{"filter_state", name}, {name}} {
		if b, err := proxywasm.GetProperty(path); err == nil {
			return mem.String(b), true
		}
	}
	return "", false
}

// Value returns what a filter of this bundle has kept with SetValue, nil where
// none has.
func (s *Stream) Value(key string) any { return s.x.values[key] }

// SetValue keeps a value for all filters of this bundle, as long as the stream
// lives.
func (s *Stream) SetValue(key string, value any) {
	if s.x.values == nil {
		s.x.values = make(map[string]any)
	}
	s.x.values[key] = value
}

// Consumer returns who sends the request, "" where nobody knows: the last value
// of the header that ConsumerHeader names.
func (s *Stream) Consumer() string {
	header, _ := s.x.LooksAtConsumer()
	return s.RequestHeaders().last(header)
}

// SetConsumer says who sends the request, "" for nobody: the plugins behind this
// one get the configuration of the first rule that matches then, and upstream
// the header. It replaces what the client or a plugin before has said.
func (s *Stream) SetConsumer(name string) error {
	header, _ := s.x.LooksAtConsumer()
	if name == "" {
		return s.RequestHeaders().Del(header)
	}
	return s.RequestHeaders().Set(header, name)
}
