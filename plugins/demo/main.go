// Command demo greets: it adds a request header that says hello to the guest
// whose name another filter has left in the filter state guest_name. It is the
// plugin that HTNN's developer guide tells its readers to look at first, and
// shows the two objects of package filter: a configuration that requests share,
// and a filter that each request has of its own.
package main

import (
	"context"
	"strings"

	"github.com/sluiceproxy/sluice/sdk/config"
	"github.com/sluiceproxy/sluice/sdk/filter"
)

func main() {}

func init() {
	filter.Register(filter.Plugin("demo", parse, newFilter))
}

// Config is the plugin's configuration.
type Config struct {
	// HostName is the name of the request header that greets. Spaces become
	// hyphens: no header has a name with a space.
	HostName string `json:"hostName" required:"true" minLength:"1"`
}

func parse(json []byte) (Config, error) {
	c, err := config.Parse[Config](json)
	c.HostName = strings.ReplaceAll(c.HostName, " ", "-")
	return c, err
}

// Filter is one request. It has a method for each phase that the plugin looks
// at: this one looks at request headers and nothing else.
type Filter struct {
	config *Config
	stream *filter.Stream
}

var _ filter.HeadersDecoder = (*Filter)(nil)

func newFilter(c *Config, s *filter.Stream) *Filter { return &Filter{config: c, stream: s} }

// DecodeHeaders adds the greeting.
func (f *Filter) DecodeHeaders(_ context.Context, headers *filter.Headers, _ bool) filter.Action {
	if err := headers.Add(f.config.HostName, f.hello()); err != nil {
		return filter.Fail(err)
	}
	return filter.Continue
}

func (f *Filter) hello() string {
	name, _ := f.stream.FilterState("guest_name")
	f.stream.Log().Info("hello")
	return "hello, " + name
}
