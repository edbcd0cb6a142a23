package envoy

import (
	"fmt"
	"slices"
	"strings"
)

const typeRoutes = typePrefix + "envoy.config.route.v3.RouteConfiguration"

// routes renders the route table: one virtual host for each domain, with the
// routes that name it, in order.
func routes(rs []Route) obj {
	var hosts []obj
	for _, d := range domains(rs) {
		var list []obj
		for _, r := range rs {
			if r.names(d) {
				list = append(list, route(r))
			}
		}
		hosts = append(hosts, obj{"name": hostName(d, len(hosts)), "domains": []string{d}, "routes": list})
	}
	if hosts == nil {
		hosts = []obj{}
	}
	return obj{
		"@type":                        typeRoutes,
		"name":                         routesName,
		"ignore_port_in_host_matching": true,
		"virtual_hosts":                hosts,
	}
}

// hostName gives the virtual host for all domains the name that the field's
// examples use.
func hostName(domain string, n int) string {
	if domain == "*" {
		return "local_service"
	}
	return fmt.Sprintf("%s-%d", strings.ReplaceAll(domain, "*", "any"), n)
}

// domains lists each domain once, in order of appearance.
func domains(rs []Route) []string {
	var out []string
	seen := map[string]bool{}
	add := func(d string) {
		d = strings.ToLower(d)
		if !seen[d] {
			seen[d] = true
			out = append(out, d)
		}
	}
	for _, r := range rs {
		if len(r.Domains) == 0 {
			add("*")
		}
		for _, d := range r.Domains {
			add(d)
		}
	}
	return out
}

// names reports whether the route is for the domain, in lower case.
func (r Route) names(domain string) bool {
	if len(r.Domains) == 0 {
		return domain == "*"
	}
	return slices.ContainsFunc(r.Domains, func(d string) bool { return strings.ToLower(d) == domain })
}

func route(r Route) obj {
	match := obj{"prefix": "/"}
	if r.Prefix != "" {
		match = obj{"prefix": r.Prefix}
	}
	if r.Path != "" {
		match = obj{"path": r.Path}
	}
	out := obj{"match": match, "route": obj{"cluster": r.Cluster}}
	if r.Name != "" {
		out["name"] = r.Name
	}
	return out
}
