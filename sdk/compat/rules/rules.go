// Package rules offers the rules of a configuration to plugins that handle them
// themselves, as today's package matcher of Higress' SDK does. Plugins that are
// written with the wrapper don't need it.
package rules

import (
	"errors"
	"fmt"

	"github.com/tidwall/gjson"

	"github.com/sluiceproxy/sluice/sdk/internal/match"
	"github.com/sluiceproxy/sluice/sdk/jsonscan"
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/wrapper"
)

// Category says what a rule looks at.
type Category int

// Categories of rules.
const (
	Route Category = iota
	Host
	Service
	RoutePrefix
	RouteAndService
)

// MatchType says how a name is compared.
type MatchType int

// Ways to compare a name.
const (
	Prefix MatchType = iota
	Exact
	Suffix
)

// Keys of a configuration and of a rule.
const (
	RULES_KEY              = match.RulesKey
	MATCH_ROUTE_KEY        = match.RouteKey
	MATCH_DOMAIN_KEY       = match.DomainKey
	MATCH_SERVICE_KEY      = match.ServiceKey
	MATCH_ROUTE_PREFIX_KEY = match.RoutePrefixKey
)

// HostMatcher is a host of a rule.
type HostMatcher struct{}

// RuleConfig is a rule.
type RuleConfig[PluginConfig any] struct {
	rule   match.Rule
	config PluginConfig
}

// GenerateHashKey returns a text that is the same for rules that match the same.
func (r *RuleConfig[PluginConfig]) GenerateHashKey() string { return r.rule.Key() }

// RuleMatcher is a parsed configuration: rules and what holds without them.
type RuleMatcher[PluginConfig any] struct {
	index  *match.Index
	rules  []RuleConfig[PluginConfig]
	global *PluginConfig
}

// GetMatchConfig returns the configuration for the current request: that of the
// first rule that matches, else the global one, else nil. The pointer is the
// same for all requests: don't write to it.
func (m RuleMatcher[PluginConfig]) GetMatchConfig() (*PluginConfig, error) {
	if m.index == nil {
		return m.global, nil
	}
	host, err := proxywasm.GetHttpRequestHeader(":authority")
	if err != nil {
		return nil, fmt.Errorf("host of the request: %w", err)
	}
	r := match.Request{Host: host, Route: property("route_name"), Cluster: property("cluster_name")}
	if m.index.NeedsConsumer() {
		r.Consumer = consumer()
	}
	i := m.index.Find(r)
	if i < 0 {
		return m.global, nil
	}
	return &m.rules[i].config, nil
}

// property reads Higress' property, else the one of Envoy.
func property(name string) string {
	for _, path := range [][]string{{name}, {"xds", name}} {
		if value, err := proxywasm.GetProperty(path); err == nil {
			return string(value)
		}
	}
	return ""
}

// consumer returns the last value of the header that authentication plugins set.
func consumer() (name string) {
	headers, _ := proxywasm.GetHttpRequestHeaders()
	for _, h := range headers {
		if h[0] == wrapper.DefaultConsumerHeader {
			name = h[1]
		}
	}
	return name
}

// ParseRuleConfig parses a configuration: parse its global part and each rule,
// or, where override is not nil, override a rule on top of the global part. With
// context's rule level isolation a rule that can't be parsed is left out.
func (m *RuleMatcher[PluginConfig]) ParseRuleConfig(context wrapper.PluginContext, config gjson.Result,
	parse func(gjson.Result, *PluginConfig) error,
	override func(gjson.Result, PluginConfig, *PluginConfig) error,
) error {
	*m = RuleMatcher[PluginConfig]{}
	list, keys := config.Get(RULES_KEY), len(config.Map())
	if list.Exists() {
		keys--
	}
	if keys > 0 || !list.Exists() {
		m.global = new(PluginConfig)
		if err := parse(config, m.global); err != nil {
			return fmt.Errorf("configuration (top level): %w", err)
		}
	}
	if override == nil {
		override = func(json gjson.Result, _ PluginConfig, c *PluginConfig) error { return parse(json, c) }
	}
	for i, json := range list.Array() {
		if err := m.addRule(json, override); err != nil && !context.IsRuleLevelConfigIsolation() {
			return fmt.Errorf("%s[%d]: %w", RULES_KEY, i, err)
		}
	}
	return m.build()
}

func (m *RuleMatcher[PluginConfig]) addRule(json gjson.Result, override func(gjson.Result, PluginConfig, *PluginConfig) error) error {
	rule, err := match.Parse(jsonscan.Get([]byte(json.Raw)))
	if err != nil {
		return err
	}
	r := RuleConfig[PluginConfig]{rule: rule}
	var global PluginConfig
	if m.global != nil {
		global = *m.global
	}
	if err := override(json, global, &r.config); err != nil {
		return err
	}
	m.rules = append(m.rules, r)
	return nil
}

func (m *RuleMatcher[PluginConfig]) build() error {
	if len(m.rules) == 0 {
		if m.global == nil {
			return errors.New("configuration: " + RULES_KEY + " has no rule that can be used, and there is nothing beside it")
		}
		return nil
	}
	rules := make([]match.Rule, len(m.rules))
	for i := range m.rules {
		rules[i] = m.rules[i].rule
	}
	m.index = match.New(rules)
	return nil
}
