package wrapper

import (
	"github.com/tidwall/gjson"

	"github.com/sluiceproxy/sluice/sdk/log"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
	"github.com/sluiceproxy/sluice/sdk/wrapper"
)

// Functions that parse a configuration, see [wrapper.ParseConfigFunc] and its
// twins.
type (
	ParseConfigFunc[PluginConfig any]                   = wrapper.ParseConfigFunc[PluginConfig, gjson.Result]
	ParseConfigWithContextFunc[PluginConfig any]        = wrapper.ParseConfigWithContextFunc[PluginConfig, gjson.Result]
	ParseRawConfigFunc[PluginConfig any]                = wrapper.ParseRawConfigFunc[PluginConfig]
	ParseRawConfigWithContextFunc[PluginConfig any]     = wrapper.ParseRawConfigWithContextFunc[PluginConfig]
	ParseRuleConfigFunc[PluginConfig any]               = wrapper.ParseRuleConfigFunc[PluginConfig, gjson.Result]
	ParseRawRuleConfigFunc[PluginConfig any]            = wrapper.ParseRawRuleConfigFunc[PluginConfig]
	ParseRawRuleConfigWithContextFunc[PluginConfig any] = wrapper.ParseRawRuleConfigWithContextFunc[PluginConfig]
)

// Callbacks, and those of the …By forms with a logger as last argument.
type (
	oldParseConfigFunc[C any]         = func(json gjson.Result, config *C, log log.Log) error
	oldParseRuleConfigFunc[C any]     = func(json gjson.Result, global C, config *C, log log.Log) error
	oldOnHttpHeadersFunc[C any]       = func(ctx HttpContext, config C, log log.Log) types.Action
	oldOnHttpBodyFunc[C any]          = func(ctx HttpContext, config C, body []byte, log log.Log) types.Action
	oldOnHttpStreamingBodyFunc[C any] = func(ctx HttpContext, config C, chunk []byte, isLastChunk bool, log log.Log) []byte
	oldOnHttpStreamDoneFunc[C any]    = func(ctx HttpContext, config C, log log.Log)
	onHttpHeadersFunc[C any]          = func(ctx HttpContext, config C) types.Action
	onHttpBodyFunc[C any]             = func(ctx HttpContext, config C, body []byte) types.Action
	onHttpStreamingBodyFunc[C any]    = func(ctx HttpContext, config C, chunk []byte, isLastChunk bool) []byte
	onHttpStreamDoneFunc[C any]       = func(ctx HttpContext, config C)
	onPluginStartOrReload             = func(ctx PluginContext) error
)
