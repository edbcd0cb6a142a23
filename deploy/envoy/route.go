package envoy

import (
	"fmt"
	"strings"
)

const typeRoutes = typePrefix + "envoy.config.route.v3.RouteConfiguration"

// routes renders the route table. Envoy picks one virtual host by the most
// specific domain and looks nowhere else, so each domain's virtual host gets,
// in order, every route that holds for it: the first match wins, as documented.
func routes(rs []Route) obj {
	var hosts []obj
	for _, d := range domains(rs) {
		var list []obj
		for _, r := range rs {
			if r.covers(d) {
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

// covers reports whether the route holds for every host that domain names.
func (r Route) covers(domain string) bool {
	if len(r.Domains) == 0 {
		return true
	}
	for _, d := range r.Domains {
		d = strings.ToLower(d)
		switch {
		case d == domain, d == "*":
			return true
		case strings.HasPrefix(d, "*") && len(domain) >= len(d) && strings.HasSuffix(domain, d[1:]):
			return true
		case strings.HasSuffix(d, "*") && len(domain) >= len(d) && strings.HasPrefix(domain, d[:len(d)-1]):
			return true
		}
	}
	return false
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
