package match

import "strings"

// naiveFind is what Index must agree with: a loop over the rules, in order.
func naiveFind(rules []Rule, host, route, cluster string) int {
	for i := range rules {
		if naiveMatch(&rules[i], host, route, cluster) {
			return i
		}
	}
	return -1
}

func naiveMatch(r *Rule, host, route, cluster string) bool {
	switch r.Kind {
	case Host:
		return naiveHost(r.Hosts, host)
	case Route:
		return naiveIn(r.Routes, route)
	case RouteAndService:
		return naiveIn(r.Routes, route) && naiveService(r.Services, cluster)
	case Service:
		return naiveService(r.Services, cluster)
	}
	for _, p := range r.Prefixes {
		if strings.HasPrefix(route, p) {
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
