package match

// level finds the first of the rules of one consumer, or of those that look at
// none.
type level struct {
	hosts         map[string]int32
	addresses     map[address]int32
	hostPrefixes  affixes
	hostSuffixes  affixes
	routes        map[string]int32
	prefixes      affixes
	services      services
	routeServices map[string]services
	rest          int32 // the first rule that looks at nothing else
}

func newLevel() *level {
	return &level{
		hosts:         map[string]int32{},
		addresses:     map[address]int32{},
		hostSuffixes:  affixes{fromEnd: true},
		routes:        map[string]int32{},
		services:      services{},
		routeServices: map[string]services{},
		rest:          none,
	}
}

func (l *level) build() {
	l.hostPrefixes.build()
	l.hostSuffixes.build()
	l.prefixes.build()
}

func (l *level) add(r *Rule, i int32) {
	switch r.Kind {
	case Host:
		for _, h := range r.Hosts {
			p, _ := parsePattern(h) // one with an error matches its own text
			l.addHost(p, i)
		}
	case Route:
		for _, name := range r.Routes {
			putFirst(l.routes, name, i)
		}
	case RouteAndService:
		for _, name := range r.Routes {
			l.addRouteServices(name, r.Services, i)
		}
	case Service:
		for _, name := range r.Services {
			l.services.add(name, i)
		}
	case RoutePrefix:
		for _, text := range r.Prefixes {
			l.prefixes.add(text, i)
		}
	case Consumer:
		l.rest = min(l.rest, i)
	}
}

func (l *level) addHost(p pattern, i int32) {
	switch {
	case p.suffix:
		l.hostSuffixes.add(p.text, i)
	case p.prefix:
		l.hostPrefixes.add(p.text, i)
	case p.isAddress:
		putFirst(l.addresses, p.address, i)
	default:
		putFirst(l.hosts, p.text, i)
	}
}

func (l *level) addRouteServices(route string, names []string, i int32) {
	if l.routeServices[route] == nil {
		l.routeServices[route] = services{}
	}
	for _, name := range names {
		l.routeServices[route].add(name, i)
	}
}

func putFirst[K comparable](m map[K]int32, key K, i int32) {
	if old, ok := m[key]; !ok || i < old {
		m[key] = i
	}
}

func (l *level) needsHost() bool {
	return len(l.hosts)+len(l.addresses)+len(l.hostPrefixes.texts)+len(l.hostSuffixes.texts) > 0
}

func (l *level) needsRoute() bool {
	return len(l.routes)+len(l.prefixes.texts)+len(l.routeServices) > 0
}

func (l *level) needsCluster() bool { return len(l.services)+len(l.routeServices) > 0 }

// find returns the first rule that matches. host is a clean one.
func (l *level) find(host string, r *Request) int32 {
	best := min(l.rest, l.findHost(host), first(l.routes, r.Route), l.prefixes.find(r.Route))
	if l.needsCluster() {
		best = min(best, l.findCluster(r))
	}
	return best
}

func (l *level) findHost(host string) int32 {
	best := min(first(l.hosts, host), l.hostPrefixes.find(host), l.hostSuffixes.find(host))
	if len(l.addresses) > 0 {
		if a, ok := parseAddress(host); ok {
			best = min(best, first(l.addresses, a))
		}
	}
	return best
}

func (l *level) findCluster(r *Request) int32 {
	port, fqdn, ok := Cluster(r.Cluster)
	if !ok {
		return none
	}
	return min(l.services.find(fqdn, port), l.routeServices[r.Route].find(fqdn, port))
}

func first[K comparable](m map[K]int32, key K) int32 {
	if i, ok := m[key]; ok {
		return i
	}
	return none
}
