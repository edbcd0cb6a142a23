package wrapper

import (
	"github.com/sluiceproxy/sluice/sdk/wrapper"
)

// ParseConfigBy is [wrapper.ParseConfigBy].
func ParseConfigBy[PluginConfig any](f oldParseConfigFunc[PluginConfig]) CtxOption[PluginConfig] {
	return wrapper.ParseConfigBy[PluginConfig](f)
}

// ParseConfig is [wrapper.ParseConfig].
func ParseConfig[PluginConfig any](f ParseConfigFunc[PluginConfig]) CtxOption[PluginConfig] {
	return wrapper.ParseConfig[PluginConfig](f)
}

// ParseConfigWithContext is [wrapper.ParseConfigWithContext].
func ParseConfigWithContext[PluginConfig any](f ParseConfigWithContextFunc[PluginConfig]) CtxOption[PluginConfig] {
	return wrapper.ParseConfigWithContext[PluginConfig](f)
}

// ParseRawConfig is [wrapper.ParseRawConfig].
func ParseRawConfig[PluginConfig any](f ParseRawConfigFunc[PluginConfig]) CtxOption[PluginConfig] {
	return wrapper.ParseRawConfig[PluginConfig](f)
}

// ParseOverrideConfigBy is [wrapper.ParseOverrideConfigBy].
func ParseOverrideConfigBy[PluginConfig any](f oldParseConfigFunc[PluginConfig], g oldParseRuleConfigFunc[PluginConfig]) CtxOption[PluginConfig] {
	return wrapper.ParseOverrideConfigBy[PluginConfig](f, g)
}

// ParseOverrideConfig is [wrapper.ParseOverrideConfig].
func ParseOverrideConfig[PluginConfig any](f ParseConfigFunc[PluginConfig], g ParseRuleConfigFunc[PluginConfig]) CtxOption[PluginConfig] {
	return wrapper.ParseOverrideConfig[PluginConfig](f, g)
}

// ParseOverrideRawConfig is [wrapper.ParseOverrideRawConfig].
func ParseOverrideRawConfig[PluginConfig any](f ParseRawConfigFunc[PluginConfig], g ParseRawRuleConfigFunc[PluginConfig]) CtxOption[PluginConfig] {
	return wrapper.ParseOverrideRawConfig[PluginConfig](f, g)
}
