package wrapper

import (
	"errors"

	"github.com/sluiceproxy/sluice/sdk/proxywasm"
)

// DefaultConsumerHeader is the request header that names the consumer, as
// authentication plugins set it once they know who sends a request. Rules with
// _match_consumer_ look at it.
const DefaultConsumerHeader = "x-mse-consumer"

// WithConsumerHeader names another header than DefaultConsumerHeader; name is
// taken in lower case. "" keeps the default.
func WithConsumerHeader[PluginConfig any](name string) CtxOption[PluginConfig] {
	return option[PluginConfig](func(c *CommonVmCtx[PluginConfig]) { c.whose = lowerName(name) })
}

// lowerName is strings.ToLower for names of headers.
func lowerName(name string) string {
	b := []byte(name)
	for i, c := range b {
		if 'A' <= c && c <= 'Z' {
			b[i] = c + 'a' - 'A'
		}
	}
	return string(b)
}

// consumerHeader returns the header that names the consumer.
func (v *vm) consumerHeader() string {
	if v.whose == "" {
		return DefaultConsumerHeader
	}
	return v.whose
}

// consumer returns who sends the request, "" where no header says so. Of
// several values the last counts: plugins that add one, instead of replacing
// those that the client sent, add it at the end.
func (s *stream) consumer() (name string, err error) {
	headers := s.snapshot
	if headers == nil {
		if headers, err = proxywasm.GetHttpRequestHeaders(); err != nil {
			return "", errors.New("request headers, for _match_consumer_: " + err.Error())
		}
		s.remember(headers)
	}
	return lastHeader(headers, s.plugin.vm.consumerHeader()), nil
}

// remember keeps the pseudo headers that are not known yet.
func (s *stream) remember(headers [][2]string) {
	for i, name := range pseudoNames {
		if s.have&(1<<i) == 0 {
			if value, ok := find(headers, name); ok {
				s.pseudo[i] = value
				s.have |= 1 << i
			}
		}
	}
}

// lastHeader returns the last value of a header in a list, "" where there is
// none. name is in lower case.
func lastHeader(headers [][2]string, name string) string {
	for i := len(headers) - 1; i >= 0; i-- {
		if headers[i][0] == name {
			return headers[i][1]
		}
	}
	return ""
}

// LooksAtConsumer reports whether a rule of the configuration names consumers,
// and the header that they are read from.
func (ctx *CommonHttpCtx[PluginConfig]) LooksAtConsumer() (header string, looks bool) {
	x := ctx.plugin.rules.index
	return ctx.plugin.vm.consumerHeader(), x != nil && x.NeedsConsumer()
}

// GetMatchConfigFor is GetMatchConfig for a request that consumer sends,
// whatever its header says; "" for one that nobody is known to send. It is for
// the request header phase.
func (ctx *CommonHttpCtx[PluginConfig]) GetMatchConfigFor(consumer string) (*PluginConfig, error) {
	if ctx.plugin.rules.index == nil {
		return ctx.GetMatchConfig()
	}
	config, err := ctx.plugin.matchAs(&ctx.stream, consumer)
	if err != nil || config == nil {
		return nil, err
	}
	return config.(*PluginConfig), nil
}

// KeepPseudoHeaders lets Scheme, Host, Path and Method answer in later phases
// from headers, the request's as a plugin has read them by itself.
func (ctx *CommonHttpCtx[PluginConfig]) KeepPseudoHeaders(headers [][2]string) { ctx.remember(headers) }
