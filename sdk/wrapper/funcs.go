package wrapper

import (
	"github.com/tidwall/gjson"

	"github.com/sluiceproxy/sluice/sdk/log"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
)

// Functions that parse a plugin's configuration, global or a rule's. An error
// refuses the configuration; its text is logged, so keep secrets out of it.
type (
	ParseConfigFunc[PluginConfig any]               func(json gjson.Result, config *PluginConfig) error
	ParseConfigWithContextFunc[PluginConfig any]    func(context PluginContext, json gjson.Result, config *PluginConfig) error
	ParseRawConfigFunc[PluginConfig any]            func(configBytes []byte, config *PluginConfig) error
	ParseRawConfigWithContextFunc[PluginConfig any] func(context PluginContext, configBytes []byte, config *PluginConfig) error
)

// Functions that parse a rule's configuration on top of the global one: config
// is zero when they are called, and what it should inherit is copied by them.
type (
	ParseRuleConfigFunc[PluginConfig any]               func(json gjson.Result, global PluginConfig, config *PluginConfig) error
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
	oldParseConfigFunc[PluginConfig any]         func(json gjson.Result, config *PluginConfig, log log.Log) error
	oldParseRuleConfigFunc[PluginConfig any]     func(json gjson.Result, global PluginConfig, config *PluginConfig, log log.Log) error
	oldOnHttpHeadersFunc[PluginConfig any]       func(ctx HttpContext, config PluginConfig, log log.Log) types.Action
	oldOnHttpBodyFunc[PluginConfig any]          func(ctx HttpContext, config PluginConfig, body []byte, log log.Log) types.Action
	oldOnHttpStreamingBodyFunc[PluginConfig any] func(ctx HttpContext, config PluginConfig, chunk []byte, isLastChunk bool, log log.Log) []byte
	oldOnHttpStreamDoneFunc[PluginConfig any]    func(ctx HttpContext, config PluginConfig, log log.Log)
)

type onPluginStartOrReload func(ctx PluginContext) error
