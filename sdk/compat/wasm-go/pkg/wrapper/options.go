package wrapper

import (
	"github.com/sluiceproxy/sluice/sdk/log"
	"github.com/sluiceproxy/sluice/sdk/wrapper"
)

// WithLogger is [wrapper.WithLogger].
func WithLogger[PluginConfig any](logger log.Log) CtxOption[PluginConfig] {
	return wrapper.WithLogger[PluginConfig](logger)
}

// EnableSafeLog is [wrapper.EnableSafeLog].
func EnableSafeLog[PluginConfig any]() CtxOption[PluginConfig] {
	return wrapper.EnableSafeLog[PluginConfig]()
}

// WithRebuildAfterRequests is [wrapper.WithRebuildAfterRequests].
func WithRebuildAfterRequests[PluginConfig any](requestCount uint64) CtxOption[PluginConfig] {
	return wrapper.WithRebuildAfterRequests[PluginConfig](requestCount)
}

// WithRebuildMaxMemBytes is [wrapper.WithRebuildMaxMemBytes].
func WithRebuildMaxMemBytes[PluginConfig any](memSizeBytes uint64) CtxOption[PluginConfig] {
	return wrapper.WithRebuildMaxMemBytes[PluginConfig](memSizeBytes)
}

// WithMaxRequestsPerIoCycle is [wrapper.WithMaxRequestsPerIoCycle].
func WithMaxRequestsPerIoCycle[PluginConfig any](maxRequests uint64) CtxOption[PluginConfig] {
	return wrapper.WithMaxRequestsPerIoCycle[PluginConfig](maxRequests)
}

// PrePluginStartOrReload is [wrapper.PrePluginStartOrReload].
func PrePluginStartOrReload[PluginConfig any](f onPluginStartOrReload) CtxOption[PluginConfig] {
	return wrapper.PrePluginStartOrReload[PluginConfig](f)
}
