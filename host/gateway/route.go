package gateway

import (
	"fmt"
	"net"
	"strings"
	"time"
)

// Route says which requests go to which cluster. As on Envoy, the request's host
// chooses the virtual host, which is all routes that name the best matching
// domain: an exact one first, then the longest of those like "*.example.com",
// then the longest of those like "www.*", then "*". Within it the first route
// whose path matches wins; if none does, the answer is 404.
//
// A host with a port matches domains with that port, and then those without
// one. Hosts are compared without case, paths with it.
type Route struct {
	// Name is the property xds.route_name.
	Name string
	// VirtualHost is the property xds.virtual_host_name; "" means the first
	// domain.
	VirtualHost string
	// Domains are hosts; none means "*".
	Domains []string
	// Path matches the whole path, without the query.
	Path string
	// Prefix matches the beginning of the path. Neither Path nor Prefix means
	// the prefix "/".
	Prefix string
	// Cluster is where the request goes.
	Cluster string
	// Timeout limits the whole response, counted from the end of the request;
	// 0 means DefaultTimeout, negative none.
	Timeout time.Duration
}

func (r *Route) timeout() time.Duration {
	if r.Timeout == 0 {
		return DefaultTimeout
	}
	return r.Timeout
}

func (r *Route) virtualHost() string {
	switch {
	case r.VirtualHost != "":
		return r.VirtualHost
	case len(r.Domains) > 0:
		return r.Domains[0]
	}
	return "*"
}

func (r *Route) matches(path string) bool {
	if r.Path != "" {
		return path == r.Path
	}
	return strings.HasPrefix(path, r.Prefix)
}

// SetRoutes replaces the routes for requests that have yet to choose one. The
// error says which route is wrong; the old ones hold then.
func (g *Gateway) SetRoutes(routes []Route) error {
	t, err := newTable(routes)
	if err == nil {
		g.routes.Store(t)
	}
	return err
}

// table finds routes.
type table struct {
	exact    map[string][]*Route
	suffixes []wildcard // "*.example.com", longest first
	prefixes []wildcard // "www.*", longest first
	rest     []*Route   // "*"
}

type wildcard struct {
	text   string
	routes []*Route
}

func newTable(routes []Route) (*table, error) {
	t := &table{exact: make(map[string][]*Route)}
	for i := range routes {
		r := routes[i]
		if r.Path != "" && r.Prefix != "" {
			return nil, fmt.Errorf("route %q: path %q and prefix %q exclude each other: give one", r.Name, r.Path, r.Prefix)
		}
		if r.Path == "" && r.Prefix == "" {
			r.Prefix = "/"
		}
		domains := r.Domains
		if len(domains) == 0 {
			domains = []string{"*"}
		}
		for _, d := range domains {
			if err := t.add(strings.ToLower(d), &r); err != nil {
				return nil, fmt.Errorf("route %q: %w", r.Name, err)
			}
		}
	}
	return t, nil
}

func (t *table) add(domain string, r *Route) error {
	switch n := strings.Count(domain, "*"); {
	case domain == "*":
		t.rest = append(t.rest, r)
	case domain == "" || n > 1 || n == 1 && domain[0] != '*' && domain[len(domain)-1] != '*':
		return fmt.Errorf("domain %q: want a host, or one * at its beginning or end", domain)
	case n == 0:
		t.exact[domain] = append(t.exact[domain], r)
	case domain[0] == '*':
		t.suffixes = insert(t.suffixes, domain[1:], r)
	default:
		t.prefixes = insert(t.prefixes, domain[:len(domain)-1], r)
	}
	return nil
}

// insert keeps the list sorted by length, longest first.
func insert(list []wildcard, text string, r *Route) []wildcard {
	i := 0
	for ; i < len(list) && len(list[i].text) >= len(text); i++ {
		if list[i].text == text {
			list[i].routes = append(list[i].routes, r)
			return list
		}
	}
	list = append(list, wildcard{})
	copy(list[i+1:], list[i:])
	list[i] = wildcard{text, []*Route{r}}
	return list
}

// find returns the route of a request, or nil. path may have a query.
func (t *table) find(authority, path string) *Route {
	path, _, _ = strings.Cut(path, "?")
	for _, r := range t.virtualHost(strings.ToLower(authority)) {
		if r.matches(path) {
			return r
		}
	}
	return nil
}

func (t *table) virtualHost(authority string) []*Route {
	if v := t.named(authority); v != nil {
		return v
	}
	if host := withoutPort(authority); host != authority {
		if v := t.named(host); v != nil {
			return v
		}
	}
	return t.rest
}

func (t *table) named(host string) []*Route {
	if v := t.exact[host]; v != nil {
		return v
	}
	for _, w := range t.suffixes {
		if len(host) > len(w.text) && strings.HasSuffix(host, w.text) {
			return w.routes
		}
	}
	for _, w := range t.prefixes {
		if len(host) > len(w.text) && strings.HasPrefix(host, w.text) {
			return w.routes
		}
	}
	return nil
}

// withoutPort cuts the port off a host; an IPv6 literal keeps its brackets.
func withoutPort(authority string) string {
	host, port, err := net.SplitHostPort(authority)
	if err != nil || port == "" {
		return authority
	}
	if strings.Contains(host, ":") {
		return "[" + host + "]"
	}
	return host
}
