package wrapper

import "github.com/sluiceproxy/sluice/sdk/wrapper"

// Types of the SDK's wrapper.
type (
	Log           = wrapper.Log
	DefaultLog    = wrapper.DefaultLog
	LogLevel      = wrapper.LogLevel
	PluginContext = wrapper.PluginContext
	HttpContext   = wrapper.HttpContext
	TickFuncEntry = wrapper.TickFuncEntry
	Lease         = wrapper.Lease

	CtxOption[PluginConfig any]       = wrapper.CtxOption[PluginConfig]
	CommonVmCtx[PluginConfig any]     = wrapper.CommonVmCtx[PluginConfig]
	CommonPluginCtx[PluginConfig any] = wrapper.CommonPluginCtx[PluginConfig]
	CommonHttpCtx[PluginConfig any]   = wrapper.CommonHttpCtx[PluginConfig]
)

// Clusters, and what they are called by a gateway.
type (
	Cluster         = wrapper.Cluster
	RouteCluster    = wrapper.RouteCluster
	TargetCluster   = wrapper.TargetCluster
	K8sCluster      = wrapper.K8sCluster
	NacosCluster    = wrapper.NacosCluster
	StaticIpCluster = wrapper.StaticIpCluster
	DnsCluster      = wrapper.DnsCluster
	ConsulCluster   = wrapper.ConsulCluster
	FQDNCluster     = wrapper.FQDNCluster
)

// Log levels, from the least severe.
const (
	LogLevelTrace    = wrapper.LogLevelTrace
	LogLevelDebug    = wrapper.LogLevelDebug
	LogLevelInfo     = wrapper.LogLevelInfo
	LogLevelWarn     = wrapper.LogLevelWarn
	LogLevelError    = wrapper.LogLevelError
	LogLevelCritical = wrapper.LogLevelCritical
)

// Names that other parts of a gateway know.
const (
	CustomLogKey         = wrapper.CustomLogKey
	AILogKey             = wrapper.AILogKey
	TraceSpanTagPrefix   = wrapper.TraceSpanTagPrefix
	PluginIDKey          = wrapper.PluginIDKey
	VMLeaseKeyPrefix     = wrapper.VMLeaseKeyPrefix
	ConfigStoreLeaderKey = wrapper.ConfigStoreLeaderKey
)
