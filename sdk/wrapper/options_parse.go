package wrapper

import (
	"github.com/tidwall/gjson"

	"github.com/sluiceproxy/sluice/sdk/log"
)

// parsers turn JSON into configurations.
type parsers struct {
	parse    func(ctx PluginContext, json []byte) (any, error)
	override func(ctx PluginContext, json []byte, global any) (any, error) // nil: rules inherit nothing
	unique   bool                                                          // refuse rules with the same match keys
	trivial  bool                                                          // the plugin has no configuration
}

// ParseConfig makes f parse the configuration, global and of each rule.
func ParseConfig[PluginConfig any](f ParseConfigFunc[PluginConfig]) CtxOption[PluginConfig] {
	return ParseRawConfig(func(raw []byte, c *PluginConfig) error { return f(gjson.ParseBytes(raw), c) })
}

// ParseConfigBy is ParseConfig for an f that takes a logger.
//
// Deprecated: use ParseConfig and package log.
func ParseConfigBy[PluginConfig any](f oldParseConfigFunc[PluginConfig]) CtxOption[PluginConfig] {
	return by(func(l *log.Log) CtxOption[PluginConfig] {
		return ParseConfig(func(json gjson.Result, c *PluginConfig) error { return f(json, c, *l) })
	})
}

// ParseConfigWithContext is ParseConfig for an f that takes the plugin context.
func ParseConfigWithContext[PluginConfig any](f ParseConfigWithContextFunc[PluginConfig]) CtxOption[PluginConfig] {
	return parseRawConfigWithContext(func(ctx PluginContext, raw []byte, c *PluginConfig) error {
		return f(ctx, gjson.ParseBytes(raw), c)
	})
}

// ParseRawConfig is ParseConfig for an f that takes the JSON text.
func ParseRawConfig[PluginConfig any](f ParseRawConfigFunc[PluginConfig]) CtxOption[PluginConfig] {
	return parseRawConfigWithContext(func(_ PluginContext, raw []byte, c *PluginConfig) error { return f(raw, c) })
}

func parseRawConfigWithContext[C any](f ParseRawConfigWithContextFunc[C]) CtxOption[C] {
	return option[C](func(vm *CommonVmCtx[C]) {
		vm.parsers.parse = func(ctx PluginContext, raw []byte) (any, error) {
			c := new(C)
			return c, f(ctx, raw, c)
		}
	})
}

// ParseOverrideConfig makes f parse the global configuration, and g a rule's on
// top of the global one.
func ParseOverrideConfig[PluginConfig any](f ParseConfigFunc[PluginConfig], g ParseRuleConfigFunc[PluginConfig]) CtxOption[PluginConfig] {
	return ParseOverrideRawConfig(
		func(raw []byte, c *PluginConfig) error { return f(gjson.ParseBytes(raw), c) },
		func(raw []byte, global PluginConfig, c *PluginConfig) error {
			return g(gjson.ParseBytes(raw), global, c)
		})
}

// ParseOverrideConfigBy is ParseOverrideConfig for functions that take a logger.
//
// Deprecated: use ParseOverrideConfig and package log.
func ParseOverrideConfigBy[PluginConfig any](f oldParseConfigFunc[PluginConfig], g oldParseRuleConfigFunc[PluginConfig]) CtxOption[PluginConfig] {
	return by(func(l *log.Log) CtxOption[PluginConfig] {
		return ParseOverrideConfig(
			func(json gjson.Result, c *PluginConfig) error { return f(json, c, *l) },
			func(json gjson.Result, global PluginConfig, c *PluginConfig) error { return g(json, global, c, *l) })
	})
}

// ParseOverrideRawConfig is ParseOverrideConfig for functions that take the
// JSON text.
func ParseOverrideRawConfig[PluginConfig any](f ParseRawConfigFunc[PluginConfig], g ParseRawRuleConfigFunc[PluginConfig]) CtxOption[PluginConfig] {
	return option[PluginConfig](func(vm *CommonVmCtx[PluginConfig]) {
		ParseRawConfig(f).Apply(vm)
		vm.parsers.override = func(_ PluginContext, raw []byte, global any) (any, error) {
			c, inherited := new(PluginConfig), new(PluginConfig)
			if global != nil {
				inherited = global.(*PluginConfig)
			}
			return c, g(raw, *inherited, c)
		}
	})
}
