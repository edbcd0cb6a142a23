package wrapper

import (
	"bytes"

	"github.com/sluiceproxy/sluice/sdk/log"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
)

// JSON is what gjson.Result can do: functions that take one are written with
// that type. It is not named here because package gjson, were it imported,
// would add a megabyte to every plugin, also to those that never use it.
type JSON[J any] interface {
	// Get returns the value at a path, as package gjson describes paths.
	Get(path string) J
	ForEach(iterator func(key, value J) bool)
	IsObject() bool
}

// result returns text, which is valid JSON, as gjson.Parse does. Get takes a
// path that begins with "!" for the JSON behind it.
func result[J JSON[J]](text []byte) J {
	var none J
	return none.Get("!" + string(bytes.TrimSpace(text)))
}

// Functions that parse a plugin's configuration, global or a rule's. An error
// refuses the configuration; its text is logged, so keep secrets out of it.
type (
	ParseConfigFunc[PluginConfig any, J JSON[J]]            func(json J, config *PluginConfig) error
	ParseConfigWithContextFunc[PluginConfig any, J JSON[J]] func(context PluginContext, json J, config *PluginConfig) error
	ParseRawConfigFunc[PluginConfig any]                    func(configBytes []byte, config *PluginConfig) error
	ParseRawConfigWithContextFunc[PluginConfig any]         func(context PluginContext, configBytes []byte, config *PluginConfig) error
)

// Functions that parse a rule's configuration on top of the global one: config
// is zero when they are called, and what it should inherit is copied by them.
type (
	ParseRuleConfigFunc[PluginConfig any, J JSON[J]]    func(json J, global PluginConfig, config *PluginConfig) error
	ParseRawRuleConfigFunc[PluginConfig any]            func(configBytes []byte, global PluginConfig, config *PluginConfig) error
	ParseRawRuleConfigWithContextFunc[PluginConfig any] func(context PluginContext, configBytes []byte, global PluginConfig, config *PluginConfig) error
)

// Callbacks of a stream.
type (
	onHttpHeadersFunc[PluginConfig any]       func(ctx HttpContext, config PluginConfig) types.Action
	onHttpBodyFunc[PluginConfig any]          func(ctx HttpContext, config PluginConfig, body []byte) types.Action
	onHttpStreamingBodyFunc[PluginConfig any] func(ctx HttpContext, config PluginConfig, chunk []byte, isLastChunk bool) []byte
	onHttpStreamDoneFunc[PluginConfig any]    func(ctx HttpContext, config PluginConfig)
)

// Forms of the …By options, with a logger as last argument.
type (
	oldParseConfigFunc[PluginConfig any, J JSON[J]]     func(json J, config *PluginConfig, log log.Log) error
	oldParseRuleConfigFunc[PluginConfig any, J JSON[J]] func(json J, global PluginConfig, config *PluginConfig, log log.Log) error
	oldOnHttpHeadersFunc[PluginConfig any]              func(ctx HttpContext, config PluginConfig, log log.Log) types.Action
	oldOnHttpBodyFunc[PluginConfig any]                 func(ctx HttpContext, config PluginConfig, body []byte, log log.Log) types.Action
	oldOnHttpStreamingBodyFunc[PluginConfig any]        func(ctx HttpContext, config PluginConfig, chunk []byte, isLastChunk bool, log log.Log) []byte
	oldOnHttpStreamDoneFunc[PluginConfig any]           func(ctx HttpContext, config PluginConfig, log log.Log)
)

type onPluginStartOrReload func(ctx PluginContext) error
