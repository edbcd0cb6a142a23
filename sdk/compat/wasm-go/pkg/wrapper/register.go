package wrapper

import (
	"github.com/sluiceproxy/sluice/sdk/wrapper"
)

// RegisterTickFunc is [wrapper.RegisterTickFunc].
func RegisterTickFunc(tickPeriod int64, tickFunc func()) {
	wrapper.RegisterTickFunc(tickPeriod, tickFunc)
}

// SetCtx is [wrapper.SetCtx].
func SetCtx[PluginConfig any](pluginName string, options ...CtxOption[PluginConfig]) {
	wrapper.SetCtx[PluginConfig](pluginName, options...)
}

// SetCtxWithOptions is [wrapper.SetCtxWithOptions].
func SetCtxWithOptions[PluginConfig any](pluginName string, options ...CtxOption[PluginConfig]) {
	wrapper.SetCtxWithOptions[PluginConfig](pluginName, options...)
}

// NewCommonVmCtx is [wrapper.NewCommonVmCtx].
func NewCommonVmCtx[PluginConfig any](pluginName string, options ...CtxOption[PluginConfig]) *CommonVmCtx[PluginConfig] {
	return wrapper.NewCommonVmCtx[PluginConfig](pluginName, options...)
}

// NewCommonVmCtxWithOptions is [wrapper.NewCommonVmCtxWithOptions].
func NewCommonVmCtxWithOptions[PluginConfig any](pluginName string, options ...CtxOption[PluginConfig]) *CommonVmCtx[PluginConfig] {
	return wrapper.NewCommonVmCtxWithOptions[PluginConfig](pluginName, options...)
}
