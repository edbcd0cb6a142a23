// Package match picks the configuration that a request gets: the first of an
// ordered list of rules that matches the request's host, route or service.
//
// A rule says what it matches by the keys that it has. Where it has several,
// the first of this list counts and the others are ignored:
//
//	_match_route_ with _match_service_   both must match
//	_match_route_                        name of the route, exactly
//	_match_domain_                       host, see Host patterns
//	_match_service_                      upstream service
//	_match_route_prefix_                 what the route's name begins with
//
// Host patterns: "*x" matches hosts that end in x (no label boundary: "*a.com"
// matches xa.com, "*.a.com" doesn't match a.com), "x*" hosts that begin with
// x, "*" every host, and anything else that host only. A port and one
// trailing dot of the host are ignored, and so is case.
//
// Services: "fqdn" matches a cluster "outbound|port|subset|fqdn" at any port,
// "fqdn:port" at that port. Clusters with other names never match.
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
)

// Keys of a rule, and of the list of rules in a configuration.
const (
	RulesKey       = "_rules_"
	RouteKey       = "_match_route_"
	DomainKey      = "_match_domain_"
	ServiceKey     = "_match_service_"
	RoutePrefixKey = "_match_route_prefix_"
)

// Rule is what one rule matches. Values of keys that its kind ignores are kept,
// they are part of its identity (see Key).
type Rule struct {
	Kind     Kind
	Routes   []string
	Hosts    []string
	Services []string
	Prefixes []string
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
	}
	return RoutePrefix, len(r.Prefixes) > 0
}
