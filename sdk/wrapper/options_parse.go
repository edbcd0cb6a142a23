package wrapper

import (
	"github.com/sluiceproxy/sluice/sdk/log"
)

// parsers turn JSON into configurations.
type parsers struct {
	parse    func(ctx PluginContext, json []byte) (any, error)
	override func(ctx PluginContext, json []byte, global any) (any, error) // nil: rules inherit nothing
	unique   bool                                                          // refuse rules with the same match keys
	trivial  bool                                                          // the plugin has no configuration
}

// ParseConfig makes f parse the configuration, global and of each rule. f takes a
// gjson.Result, see [JSON]; a plugin that does without it uses ParseRawConfig or
// ParseTypedConfig and is the smaller for it.
func ParseConfig[PluginConfig any, J JSON[J]](f ParseConfigFunc[PluginConfig, J]) CtxOption[PluginConfig] {
	return ParseRawConfig(func(raw []byte, c *PluginConfig) error { return f(result[J](raw), c) })
}

// ParseConfigBy is ParseConfig for an f that takes a logger.
//
// Deprecated: use ParseConfig and package log.
func ParseConfigBy[PluginConfig any, J JSON[J]](f oldParseConfigFunc[PluginConfig, J]) CtxOption[PluginConfig] {
	return by(func(l *log.Log) CtxOption[PluginConfig] {
		return ParseConfig(func(json J, c *PluginConfig) error { return f(json, c, *l) })
	})
}

// ParseConfigWithContext is ParseConfig for an f that takes the plugin context.
func ParseConfigWithContext[PluginConfig any, J JSON[J]](f ParseConfigWithContextFunc[PluginConfig, J]) CtxOption[PluginConfig] {
	return parseRawConfigWithContext(func(ctx PluginContext, raw []byte, c *PluginConfig) error {
		return f(ctx, result[J](raw), c)
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
func ParseOverrideConfig[PluginConfig any, J JSON[J]](f ParseConfigFunc[PluginConfig, J], g ParseRuleConfigFunc[PluginConfig, J]) CtxOption[PluginConfig] {
	return ParseOverrideRawConfig(
		func(raw []byte, c *PluginConfig) error { return f(result[J](raw), c) },
		func(raw []byte, global PluginConfig, c *PluginConfig) error {
			return g(result[J](raw), global, c)
		})
}

// ParseOverrideConfigBy is ParseOverrideConfig for functions that take a logger.
//
// Deprecated: use ParseOverrideConfig and package log.
func ParseOverrideConfigBy[PluginConfig any, J JSON[J]](f oldParseConfigFunc[PluginConfig, J], g oldParseRuleConfigFunc[PluginConfig, J]) CtxOption[PluginConfig] {
	return by(func(l *log.Log) CtxOption[PluginConfig] {
		return ParseOverrideConfig(
			func(json J, c *PluginConfig) error { return f(json, c, *l) },
			func(json J, global PluginConfig, c *PluginConfig) error { return g(json, global, c, *l) })
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
