// Package matcher is [github.com/sluiceproxy/sluice/sdk/compat/rules] under the
// path that existing plugins import.
package matcher

import "github.com/sluiceproxy/sluice/sdk/compat/rules"

// Types of the rules.
type (
	Category    = rules.Category
	MatchType   = rules.MatchType
	HostMatcher = rules.HostMatcher

	RuleConfig[PluginConfig any]  = rules.RuleConfig[PluginConfig]
	RuleMatcher[PluginConfig any] = rules.RuleMatcher[PluginConfig]
)

// Categories of rules.
const (
	Route           = rules.Route
	Host            = rules.Host
	Service         = rules.Service
	RoutePrefix     = rules.RoutePrefix
	RouteAndService = rules.RouteAndService
)

// Ways to compare a name.
const (
	Prefix = rules.Prefix
	Exact  = rules.Exact
	Suffix = rules.Suffix
)

// Keys of a configuration and of a rule.
const (
	RULES_KEY              = rules.RULES_KEY
	MATCH_ROUTE_KEY        = rules.MATCH_ROUTE_KEY
	MATCH_DOMAIN_KEY       = rules.MATCH_DOMAIN_KEY
	MATCH_SERVICE_KEY      = rules.MATCH_SERVICE_KEY
	MATCH_ROUTE_PREFIX_KEY = rules.MATCH_ROUTE_PREFIX_KEY
)
