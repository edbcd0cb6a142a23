package filter

import (
	"errors"

	"github.com/sluiceproxy/sluice/sdk/internal/clock"
	"github.com/sluiceproxy/sluice/sdk/internal/dispatch"
	"github.com/sluiceproxy/sluice/sdk/log"
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
	"github.com/sluiceproxy/sluice/sdk/wrapper"
)

// Register makes the module hold one plugin, whose configuration is the
// module's. Call it, or Bundle, once, from main's init function. What is wrong
// with the definition is an error when the gateway starts the plugin.
func Register(p Definition, settings ...Setting) {
	b := &bundle{name: p.name, plugins: []Definition{p}, single: true}
	b.register(settings)
}

// Bundle makes the module hold several plugins, which see requests in this
// order and responses in the opposite one. The configuration is an object with
// a key for each plugin that is to run, its name:
//
//	{"auth": {"keys": [...]}, "limit": {"average": 10}, "_rules_": [...]}
//
// A key that is no plugin's name is an error. A plugin without a key doesn't
// run; {} runs it with its defaults. A rule has keys of the same kind: the
// plugins that it names run with the rule's configuration, or not at all where
// that is null, and all others as they do without the rule.
func Bundle(name string, plugins []Definition, settings ...Setting) {
	b := &bundle{name: name, plugins: plugins}
	b.register(settings)
}

// Setting is an argument of Register and Bundle.
type Setting func(*settings)

type settings struct {
	isolate  bool
	consumer string
}

// KeepBrokenRules keeps one broken rule from refusing a whole configuration: a
// rule that can't be parsed keeps the last good form that the gateway has seen for
// the same match keys, or is left out. Both are logged and counted
// (sluice_rules_kept_last_good, sluice_rules_left_out). The requests of a rule
// that is left out get the configuration behind it: without one at the top level,
// no plugin runs for them.
func KeepBrokenRules() Setting { return func(s *settings) { s.isolate = true } }

// ConsumerHeader names the request header that says who sends a request.
// Default: wrapper.DefaultConsumerHeader.
func ConsumerHeader(name string) Setting { return func(s *settings) { s.consumer = name } }

// bundle is what a module holds.
type bundle struct {
	name          string
	plugins       []Definition
	logs          []log.Log // of the plugins
	single        bool
	methods       methods // of all plugins
	run           runner
	authenticates bool
	changes       [2]bool // plugins change bodies in parts
}

func (b *bundle) register(list []Setting) {
	var set settings
	for _, s := range list {
		if s != nil {
			s(&set)
		}
	}
	b.prepare()
	problem := b.check()
	vm := wrapper.NewCommonVmCtx(b.name,
		wrapper.ParseOverrideRawConfig(b.parse, b.parseRule),
		wrapper.WithConsumerHeader[chain](set.consumer),
		wrapper.PrePluginStartOrReload[chain](func(ctx wrapper.PluginContext) error {
			if set.isolate {
				ctx.EnableRuleLevelConfigIsolation()
			}
			return problem
		}))
	if b.methods.body(request) || b.methods.body(response) {
		dispatch.WatchBodies(clock.Now) // WaitAllData
	}
	proxywasm.SetPanicPolicy(verdictOn)
	dispatch.WantHTTP()
	dispatch.SetVMContext(&vmContext{CommonVmCtx: vm, bundle: b})
}

// prepare adds up what the plugins need.
func (b *bundle) prepare() {
	for i := range b.plugins {
		p := &b.plugins[i]
		name := b.name + "/" + p.name
		if b.single {
			name = p.name
		}
		b.logs = append(b.logs, wrapper.NewLog(name))
		b.methods.join(p.methods)
		b.authenticates = b.authenticates || p.authenticates
		if p.run != nil {
			b.run = p.run
		}
		for d := range b.changes {
			b.changes[d] = b.changes[d] || p.methods.has[d][onData] && !p.readOnly
		}
	}
}

func (b *bundle) check() error {
	if len(b.plugins) == 0 {
		return errors.New("filter.Bundle " + b.name + ": it has no plugins")
	}
	seen := map[string]bool{}
	for i := range b.plugins {
		p := &b.plugins[i]
		if p.err != nil {
			return p.err
		}
		if p.create == nil {
			return errors.New("filter.Bundle " + b.name + ": a Definition that filter.Plugin did not make")
		}
		if seen[p.name] {
			return errors.New("filter.Bundle " + b.name + ": two plugins are called " + p.name)
		}
		seen[p.name] = true
	}
	return nil
}

type vmContext struct {
	*wrapper.CommonVmCtx[chain]
	bundle *bundle
}

// NewPluginContext implements types.VMContext.
func (v *vmContext) NewPluginContext(id uint32) types.PluginContext {
	p, ok := v.CommonVmCtx.NewPluginContext(id).(*wrapper.CommonPluginCtx[chain])
	if !ok {
		return nil
	}
	return &pluginContext{CommonPluginCtx: p, bundle: v.bundle}
}

type pluginContext struct {
	*wrapper.CommonPluginCtx[chain]
	bundle *bundle
}

// NewHttpContext implements types.PluginContext.
func (p *pluginContext) NewHttpContext(id uint32) types.HttpContext {
	c, ok := p.CommonPluginCtx.NewHttpContext(id).(*wrapper.CommonHttpCtx[chain])
	if !ok {
		return nil
	}
	return newExchange(p, c, id)
}

// verdictOn lets a stream go on where the plugin that failed is one that may be
// left out.
func verdictOn(p proxywasm.Panic) proxywasm.Verdict {
	if x, ok := dispatch.Current().HTTPContext(p.ContextID).(*exchange); ok && x.forgiving {
		return proxywasm.FailOpen
	}
	return proxywasm.FailClosed
}
