package dispatch

import "github.com/sluiceproxy/sluice/sdk/proxywasm/types"

// Steady is called while the plugin context with an id is made, by context if that
// is what is going to be it: making its contexts of HTTP streams runs none of the
// plugin's own code, nor does ending them where end is true. Neither can panic, and
// to guard against panics costs a stream time. A context that has this one in it,
// and code of its own, is another one.
func (v *VM) Steady(id uint32, context types.PluginContext, end bool) {
	if p := v.plugins[id]; p != nil {
		p.steady, p.steadyEnd = context, end
	}
}

// settle forgets what Steady was told of another context than the plugin's.
func (p *plugin) settle() {
	if p.steady != p.context {
		p.steady, p.steadyEnd = nil, false
	}
}
