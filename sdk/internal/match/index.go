package match

import "math"

// none is behind every rule.
const none int32 = math.MaxInt32

// Index finds the first rule of a list that matches a request. What that costs
// doesn't grow with the number of rules, but for the logarithm in wildcards
// and prefixes. It is never changed after New.
type Index struct {
	hosts         map[string]int32
	hostPrefixes  affixes
	hostSuffixes  affixes
	routes        map[string]int32
	prefixes      affixes
	services      services
	routeServices map[string]services
}

// New makes the index of a list of rules.
func New(rules []Rule) *Index {
	x := &Index{
		hosts:         map[string]int32{},
		hostSuffixes:  affixes{fromEnd: true},
		routes:        map[string]int32{},
		services:      services{},
		routeServices: map[string]services{},
	}
	for i := range rules {
		x.add(&rules[i], int32(i))
	}
	x.hostPrefixes.build()
	x.hostSuffixes.build()
	x.prefixes.build()
	return x
}

func (x *Index) add(r *Rule, i int32) {
	switch r.Kind {
	case Host:
		for _, h := range r.Hosts {
			x.addHost(parsePattern(h), i)
		}
	case Route:
		for _, name := range r.Routes {
			putFirst(x.routes, name, i)
		}
	case RouteAndService:
		for _, name := range r.Routes {
			x.addRouteServices(name, r.Services, i)
		}
	case Service:
		for _, name := range r.Services {
			x.services.add(name, i)
		}
	case RoutePrefix:
		for _, text := range r.Prefixes {
			x.prefixes.add(text, i)
		}
	}
}

func (x *Index) addHost(p pattern, i int32) {
	switch {
	case p.suffix:
		x.hostSuffixes.add(p.text, i)
	case p.prefix:
		x.hostPrefixes.add(p.text, i)
	default:
		putFirst(x.hosts, p.text, i)
	}
}

func (x *Index) addRouteServices(route string, names []string, i int32) {
	if x.routeServices[route] == nil {
		x.routeServices[route] = services{}
	}
	for _, name := range names {
		x.routeServices[route].add(name, i)
	}
}

func putFirst(m map[string]int32, key string, i int32) {
	if old, ok := m[key]; !ok || i < old {
		m[key] = i
	}
}

// NeedsHost reports whether a rule looks at the request's host.
func (x *Index) NeedsHost() bool {
	return len(x.hosts)+len(x.hostPrefixes.texts)+len(x.hostSuffixes.texts) > 0
}

// NeedsRoute reports whether a rule looks at the route's name.
func (x *Index) NeedsRoute() bool {
	return len(x.routes)+len(x.prefixes.texts)+len(x.routeServices) > 0
}

// NeedsCluster reports whether a rule looks at the cluster's name.
func (x *Index) NeedsCluster() bool {
	return len(x.services)+len(x.routeServices) > 0
}

// Find returns the number of the first rule that matches, -1 if none does.
// The host is the request's as it came; values that no rule needs may be
// empty.
func (x *Index) Find(host, route, cluster string) int {
	best := min(x.findHost(host), x.findRoute(route))
	if x.NeedsCluster() {
		best = min(best, x.findCluster(route, cluster))
	}
	if best == none {
		return -1
	}
	return int(best)
}

func (x *Index) findHost(host string) int32 {
	if !x.NeedsHost() {
		return none
	}
	host = CleanHost(host)
	return min(first(x.hosts, host), x.hostPrefixes.find(host), x.hostSuffixes.find(host))
}

func (x *Index) findRoute(route string) int32 {
	return min(first(x.routes, route), x.prefixes.find(route))
}

func (x *Index) findCluster(route, cluster string) int32 {
	port, fqdn, ok := Cluster(cluster)
	if !ok {
		return none
	}
	return min(x.services.find(fqdn, port), x.routeServices[route].find(fqdn, port))
}

func first(m map[string]int32, key string) int32 {
	if i, ok := m[key]; ok {
		return i
	}
	return none
}
