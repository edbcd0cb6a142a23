// Package match picks the configuration that a request gets: the first of an
// ordered list of rules that matches the request's host, route, service or
// consumer.
//
// A rule says what it matches by the keys that it has. Where it has several of
// this list, the first of them counts and the others are ignored:
//
//	_match_route_ with _match_service_   both must match
//	_match_route_                        name of the route, exactly
//	_match_domain_                       host, see Host patterns
//	_match_service_                      upstream service
//	_match_route_prefix_                 what the route's name begins with
//
// One key is never ignored and ignores no other: a rule with _match_consumer_
// is for the consumers of that list only, on top of what its other keys say,
// and wherever they go where it has none. A rule for one consumer on one route
// must not quietly become a rule for everybody there, or for that consumer
// everywhere. So a list of no consumers is an error, and so is a key that begins
// with _match_ and is none of these.
//
// Host patterns: "*x" matches hosts that end in x (no label boundary: "*a.com"
// matches xa.com, "*.a.com" doesn't match a.com), "x*" hosts that begin with
// x, "*" every host, and anything else that host only. A port and one
// trailing dot of the host are ignored, and so is case. Letters beyond ASCII
// are compared in their xn-- form, IPv6 addresses by their value.
//
// Services: "fqdn" matches a cluster "outbound|port|subset|fqdn" at any port,
// "fqdn:port" at that port. Clusters with other names never match.
//
// Consumers are compared exactly. A request without one matches no rule that
// names consumers.
package match

// Kind says what a rule looks at.
type Kind uint8

// Kinds of rules.
const (
	Route Kind = iota
	Host
	Service
	RoutePrefix
	RouteAndService
	Consumer // and nothing besides
)

// Keys of a rule, and of the list of rules in a configuration.
const (
	RulesKey       = "_rules_"
	RouteKey       = "_match_route_"
	DomainKey      = "_match_domain_"
	ServiceKey     = "_match_service_"
	RoutePrefixKey = "_match_route_prefix_"
	ConsumerKey    = "_match_consumer_"
)

// IsRuleKey reports whether a key of a configuration, or of a rule, belongs to
// the rules, and not to the plugin. Keys that only look like one are the
// plugin's, which refuses them as it does any other that it doesn't know.
func IsRuleKey(key string) bool {
	switch key {
	case RulesKey, RouteKey, DomainKey, ServiceKey, RoutePrefixKey, ConsumerKey:
		return true
	}
	return false
}

// Rule is what one rule matches. Values of keys that its kind ignores are kept,
// they are part of its identity (see Key).
type Rule struct {
	Kind     Kind
	Routes   []string
	Hosts    []string
	Services []string
	Prefixes []string
	// Consumers narrow the rule to themselves, whatever its kind; none for
	// every request.
	Consumers []string
}

// kind picks the kind by the keys present; ok is false where there are none.
func (r *Rule) kind() (k Kind, ok bool) {
	switch {
	case len(r.Routes) > 0 && len(r.Services) > 0:
		return RouteAndService, true
	case len(r.Routes) > 0:
		return Route, true
	case len(r.Hosts) > 0:
		return Host, true
	case len(r.Services) > 0:
		return Service, true
	case len(r.Prefixes) > 0:
		return RoutePrefix, true
	}
	return Consumer, len(r.Consumers) > 0
}

// names returns how many names a kind of rule is looked up by.
func (r *Rule) names() int {
	switch r.Kind {
	case Route:
		return len(r.Routes)
	case Host:
		return len(r.Hosts)
	case Service:
		return len(r.Services)
	case RoutePrefix:
		return len(r.Prefixes)
	case RouteAndService:
		return len(r.Routes) * len(r.Services)
	}
	return 1
}
