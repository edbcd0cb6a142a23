package plugin

import (
	"github.com/sluiceproxy/sluice/sdk/log"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
	"github.com/sluiceproxy/sluice/sdk/wrapper"
)

// module is what was registered. Package wrapper has its configurations: each
// is a chain of handlers of its own.
type module struct {
	*wrapper.CommonVmCtx[chain]
	entries  []entry
	settings settings
	made     *[]*chain // by the start that is under way
	hinted   bool
}

func newModule() *module {
	m := &module{settings: settings{timeout: DefaultTimeout}}
	m.CommonVmCtx = wrapper.NewCommonVmCtx("handlers", wrapper.ParseRawConfig(m.parse))
	return m
}

// parse makes the handlers of one configuration.
func (m *module) parse(raw []byte, c *chain) error {
	handlers, err := build(m.entries, raw)
	if err != nil {
		return err
	}
	c.handlers, c.settings = handlers, m.settings
	*m.made = append(*m.made, c)
	return nil
}

// NewPluginContext implements types.VMContext.
func (m *module) NewPluginContext(id uint32) types.PluginContext {
	inner := m.CommonVmCtx.NewPluginContext(id).(*wrapper.CommonPluginCtx[chain])
	return &configured{CommonPluginCtx: inner, module: m}
}

// configured is one configuration of the module, with its rules.
type configured struct {
	*wrapper.CommonPluginCtx[chain]
	module *module
	chains []*chain
}

// OnPluginStart implements types.PluginContext. Where the host starts the same
// context again, the handlers before are done with.
func (p *configured) OnPluginStart(size int) types.OnPluginStartStatus {
	var made []*chain
	p.module.made = &made
	status := p.CommonPluginCtx.OnPluginStart(size)
	p.module.made = nil
	if status == types.OnPluginStartStatusFailed {
		retire(made)
		return status
	}
	retire(p.chains)
	p.chains = made
	return status
}

// OnPluginDone implements types.PluginContext.
func (p *configured) OnPluginDone() bool {
	retire(p.chains)
	p.chains = nil
	return p.CommonPluginCtx.OnPluginDone()
}

// NewHttpContext implements types.PluginContext.
func (p *configured) NewHttpContext(id uint32) types.HttpContext {
	inner := p.CommonPluginCtx.NewHttpContext(id).(*wrapper.CommonHttpCtx[chain])
	return &stream{CommonHttpCtx: inner, plugin: p, id: id}
}

// hint says once what may be wrong where a body doesn't come.
func (m *module) hint() {
	if m.hinted {
		return
	}
	m.hinted = true
	log.Error("a handler reads a body of which nothing came in time: either the sender is slow, or the gateway lacks " +
		"allow_on_headers_stop_iteration in the plugin's configuration and will never show a body. Said once")
}
