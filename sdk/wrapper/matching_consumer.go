package wrapper

import (
	"errors"

	"github.com/sluiceproxy/sluice/sdk/internal/abi"
	"github.com/sluiceproxy/sluice/sdk/internal/headers"
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
	all := s.headers[request]
	if all == nil {
		var st abi.Status
		if all, st = headers.All(abi.MapRequestHeaders); st != abi.StatusOK {
			return "", errors.New("request headers, for _match_consumer_: the host does not hand them over")
		}
		s.remember(all.Find)
	}
	name, whole := all.Last(s.plugin.vm.consumerHeader())
	if !whole {
		return "", errors.New("request headers, for _match_consumer_: the host's list is malformed")
	}
	return name, nil
}

// remember keeps the pseudo headers that are not known yet.
func (s *stream) remember(find func(name string) (string, bool)) {
	m := s.extra()
	for i, name := range pseudoNames {
		if m.have&(1<<i) == 0 {
			if value, ok := find(name); ok {
				m.pseudo[i] = value
				m.have |= 1 << i
			}
		}
	}
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
func (ctx *CommonHttpCtx[PluginConfig]) KeepPseudoHeaders(headers [][2]string) {
	ctx.remember(func(name string) (string, bool) { return find(headers, name) })
}
