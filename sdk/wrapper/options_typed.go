package wrapper

import (
	typed "github.com/sluiceproxy/sluice/sdk/config"
)

// ParseTypedConfig parses the configuration into PluginConfig as the struct's
// tags say, see package config: unknown keys and values out of bounds are
// refused with their path. Each rule is a configuration of its own, and two
// rules with the same match keys are refused. What must be derived from the
// configuration goes into a Validate method.
func ParseTypedConfig[PluginConfig any]() CtxOption[PluginConfig] {
	return option[PluginConfig](func(vm *CommonVmCtx[PluginConfig]) { parseTyped(vm, typed.WholeRules) })
}

// ParseTypedOverrideConfig is ParseTypedConfig with rules on top of the global
// configuration: keys that a rule doesn't name are the global ones. Without a
// global configuration a rule stands for itself.
func ParseTypedOverrideConfig[PluginConfig any]() CtxOption[PluginConfig] {
	return option[PluginConfig](func(vm *CommonVmCtx[PluginConfig]) { parseTyped(vm, typed.OverrideRules) })
}

// parseTyped makes vm parse with package config. A tag that is wrong shows at
// the plugin's first start.
func parseTyped[C any](vm *CommonVmCtx[C], rules typed.Rules) {
	typed.Register[C](vm.name, rules)
	parser, wrong := typed.New[C]()
	parse := func(_ PluginContext, raw []byte) (any, error) {
		if wrong != nil {
			return nil, wrong
		}
		c, err := parser.Parse(raw)
		return &c, err
	}
	vm.parsers = parsers{parse: parse, unique: true}
	if rules == typed.OverrideRules {
		vm.parsers.override = func(ctx PluginContext, raw []byte, global any) (any, error) {
			if global == nil || wrong != nil {
				return parse(ctx, raw)
			}
			c, err := parser.Override(*global.(*C), raw)
			return &c, err
		}
	}
}
