package match

import (
	"net/netip"
	"strings"
)

// naiveFind is what Index must agree with: a loop over the rules, in order.
func naiveFind(rules []Rule, req Request) int {
	for i := range rules {
		if naiveMatch(&rules[i], req) {
			return i
		}
	}
	return -1
}

func naiveMatch(r *Rule, req Request) bool {
	if len(r.Consumers) > 0 && (req.Consumer == "" || !naiveIn(r.Consumers, req.Consumer)) {
		return false
	}
	switch r.Kind {
	case Host:
		return naiveHost(r.Hosts, req.Host)
	case Route:
		return naiveIn(r.Routes, req.Route)
	case RouteAndService:
		return naiveIn(r.Routes, req.Route) && naiveService(r.Services, req.Cluster)
	case Service:
		return naiveService(r.Services, req.Cluster)
	case Consumer:
		return true
	}
	for _, p := range r.Prefixes {
		if strings.HasPrefix(req.Route, p) {
			return true
		}
	}
	return false
}

func naiveIn(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

func naiveHost(patterns []string, host string) bool {
	whole, _ := netip.ParseAddr(strings.Trim(host, "[]"))
	if end := strings.LastIndexByte(host, ']'); end >= 0 && strings.HasPrefix(host, "[") {
		whole, _ = netip.ParseAddr(host[1:end])
	}
	if colon := strings.LastIndexByte(host, ':'); colon >= 0 {
		if end := strings.LastIndexByte(host, ']'); end < colon {
			host = host[:colon]
		}
	}
	if len(host) > 1 {
		host = strings.TrimSuffix(host, ".")
	}
	host = lower(host)
	for _, p := range patterns {
		p = lower(p)
		dotless := func(s string) string {
			if len(s) > 1 {
				return strings.TrimSuffix(s, ".")
			}
			return s
		}
		if a, err := netip.ParseAddr(strings.Trim(p, "[]")); err == nil && a.Is6() && a == whole {
			return true
		}
		switch {
		case strings.HasPrefix(p, "*"):
			if strings.HasSuffix(host, dotless(p[1:])) {
				return true
			}
		case strings.HasSuffix(p, "*"):
			if strings.HasPrefix(host, p[:len(p)-1]) {
				return true
			}
		case host == dotless(p):
			return true
		}
	}
	return false
}

func naiveService(names []string, cluster string) bool {
	parts := strings.Split(cluster, "|")
	if len(parts) != 4 {
		return false
	}
	for _, name := range names {
		colon := strings.LastIndexByte(name, ':')
		if colon >= 0 && parts[3] == name[:colon] && parts[1] == name[colon+1:] {
			return true
		}
		if parts[3] == name {
			return true
		}
	}
	return false
}
