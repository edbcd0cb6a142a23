// Package higress holds plugins to configurations as they are written for those of
// Higress, with the rules that its console and its WasmPlugin resources make of them.
package higress

import (
	"testing"

	"sigs.k8s.io/yaml"

	"github.com/sluiceproxy/sluice/sdk/config"

	"github.com/sluiceproxy/sluice/plugins/internal/fault"
)

// Configuration is one in YAML, and a rule's; "" is no rule.
type Configuration [2]string

// Accepts fails the test for configurations, by name, that the plugin refuses whose
// configuration is a Config. A rule stands for itself.
func Accepts[Config any](t *testing.T, all map[string]Configuration) {
	t.Helper()
	each(t, all, func(_ Config, rule []byte) error {
		_, err := config.Parse[Config](rule)
		return err
	})
}

// AcceptsOverrides is Accepts for rules on top of the global configuration, as
// wrapper.ParseTypedOverrideConfig reads them.
func AcceptsOverrides[Config any](t *testing.T, all map[string]Configuration) {
	t.Helper()
	each(t, all, func(global Config, rule []byte) error {
		_, err := config.Override(global, rule)
		return err
	})
}

func each[Config any](t *testing.T, all map[string]Configuration, rule func(Config, []byte) error) {
	t.Helper()
	for name, c := range all {
		t.Run(name, func(t *testing.T) {
			if err := check(c, rule); err != nil {
				t.Error(err)
			}
		})
	}
}

// check says what is refused of a configuration.
func check[Config any](c Configuration, rule func(Config, []byte) error) error {
	text, err := yaml.YAMLToJSON([]byte(c[0]))
	if err != nil {
		return err
	}
	global, err := config.Parse[Config](text)
	if err != nil || c[1] == "" {
		return err
	}
	if text, err = yaml.YAMLToJSON([]byte(c[1])); err != nil {
		return err
	}
	if err := rule(global, text); err != nil {
		return fault.In("rule", err)
	}
	return nil
}
