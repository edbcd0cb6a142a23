package wrapper

import (
	"github.com/sluiceproxy/sluice/sdk/log"
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
)

// CtxOption is an argument of SetCtx.
type CtxOption[PluginConfig any] interface {
	Apply(*CommonVmCtx[PluginConfig])
}

type option[C any] func(*CommonVmCtx[C])

func (o option[C]) Apply(c *CommonVmCtx[C]) { o(c) }

// by makes an option that needs the plugin's logger. The logger is looked up
// when it is used: a later WithLogger counts.
func by[C any](option_ func(l *log.Log) CtxOption[C]) CtxOption[C] {
	return option[C](func(c *CommonVmCtx[C]) { option_(&c.log).Apply(c) })
}

// WithLogger makes logger take the plugin's lines, and those of package log.
// nil keeps the default.
func WithLogger[PluginConfig any](logger log.Log) CtxOption[PluginConfig] {
	return option[PluginConfig](func(c *CommonVmCtx[PluginConfig]) {
		if logger != nil {
			c.log = logger
			log.SetPluginLog(logger)
		}
	})
}

// EnableSafeLog turns package log's safe mode on: lines that may show users'
// data are written at level debug.
func EnableSafeLog[PluginConfig any]() CtxOption[PluginConfig] {
	return option[PluginConfig](func(*CommonVmCtx[PluginConfig]) { log.SetSafeLogEnabled(true) })
}

// WithFailOpen lets a stream go on where the plugin panicked for it, or where
// its body could not be read or replaced. Without it such a stream is answered
// with status 500. Never use it for a plugin that refuses requests.
func WithFailOpen[PluginConfig any]() CtxOption[PluginConfig] {
	return option[PluginConfig](func(c *CommonVmCtx[PluginConfig]) {
		c.failOpen = true
		proxywasm.SetPanicPolicy(func(proxywasm.Panic) proxywasm.Verdict { return proxywasm.FailOpen })
	})
}

// WithRebuildAfterRequests asks a Higress gateway for a fresh VM after so many
// requests; 0 never does. Other gateways ignore it.
func WithRebuildAfterRequests[PluginConfig any](requestCount uint64) CtxOption[PluginConfig] {
	return option[PluginConfig](func(c *CommonVmCtx[PluginConfig]) { c.rebuildAfter = requestCount })
}

// WithRebuildMaxMemBytes asks a Higress gateway for a fresh VM once this one
// has so many bytes of memory; 0 never does. Other gateways ignore it.
func WithRebuildMaxMemBytes[PluginConfig any](memSizeBytes uint64) CtxOption[PluginConfig] {
	return option[PluginConfig](func(c *CommonVmCtx[PluginConfig]) { c.rebuildMemory = memSizeBytes })
}

// WithMaxRequestsPerIoCycle asks a Higress gateway to begin at most so many
// requests before it looks at answers again, so that a plugin with much work
// for each request doesn't let its own calls time out. It holds for the whole
// gateway; the smallest number wins. 0 leaves it as it is.
func WithMaxRequestsPerIoCycle[PluginConfig any](maxRequests uint64) CtxOption[PluginConfig] {
	return option[PluginConfig](func(c *CommonVmCtx[PluginConfig]) { c.ioCycle = maxRequests })
}

// PrePluginStartOrReload runs f before each configuration is parsed. An error
// refuses the configuration.
func PrePluginStartOrReload[PluginConfig any](f onPluginStartOrReload) CtxOption[PluginConfig] {
	return option[PluginConfig](func(c *CommonVmCtx[PluginConfig]) { c.prePlugin = f })
}
