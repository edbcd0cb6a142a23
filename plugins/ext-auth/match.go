package main

import (
	"slices"
	"strings"

	"github.com/sluiceproxy/sluice/sdk/wrapper"

	"github.com/sluiceproxy/sluice/plugins/internal/httpmatch"
)

// guards reports whether a request needs a decision. Where a path can be read in
// several ways, it needs one if any of them does.
func (c *Config) guards(host, method, path string) bool {
	if c.MatchList == nil {
		return true
	}
	forms, clear := readings(path)
	matches := func(m MatchRule) bool { return m.matches(host, method, forms, clear, c.MatchType == "whitelist") }
	return slices.ContainsFunc(c.MatchList, matches) == (c.MatchType == "blacklist")
}

// readings are the ways in which upstream may read a path: as it was sent, and
// normalised. clear says that there are no others.
func readings(path string) (forms []string, clear bool) {
	raw := path
	if end := strings.IndexAny(path, "?#"); end >= 0 {
		raw = path[:end]
	}
	clean, err := wrapper.CleanPath(path)
	if err != nil {
		return []string{raw}, false
	}
	if raw == clean {
		return []string{raw}, true
	}
	return []string{raw, clean}, true
}

// matches reports whether the rule is for a request. A rule that lets pass must
// match every reading of the path and the method with its case; one that guards
// only has to match one.
func (m *MatchRule) matches(host, method string, forms []string, clear, pass bool) bool {
	if m.Domain == "" && m.path == nil && len(m.Method) == 0 {
		return false
	}
	return m.isFor(host) && m.has(method, pass) && m.covers(forms, clear, pass)
}

func (m *MatchRule) isFor(host string) bool {
	domain := strings.ToLower(m.Domain)
	return domain == "" || httpmatch.Wildcard(strings.TrimSuffix(domain, "."), httpmatch.Host(host)) ||
		strings.Contains(domain, ":") && httpmatch.Wildcard(domain, strings.ToLower(host))
}

func (m *MatchRule) has(method string, exactly bool) bool {
	return len(m.Method) == 0 || slices.ContainsFunc(m.Method, func(one string) bool {
		return one == method || strings.EqualFold(one, method) && (!exactly || strings.ToUpper(one) == method)
	})
}

func (m *MatchRule) covers(forms []string, clear, all bool) bool {
	switch {
	case m.path == nil:
		return true
	case !clear:
		return !all
	case all:
		return !slices.ContainsFunc(forms, func(form string) bool { return !m.path.Matches(form) })
	}
	return slices.ContainsFunc(forms, m.path.Matches)
}

// leavesRoot reports whether a path that is put behind the service's prefix could
// be read as one that is not below it.
func leavesRoot(path string) bool {
	if strings.Contains(path, "#") {
		return true
	}
	path, _, _ = strings.Cut(path, "?")
	if strings.IndexByte(path, '.') < 0 && strings.IndexByte(path, '%') < 0 {
		return false
	}
	for range 3 { // an escape, and one of it, and once more
		depth := 0
		for segment := range strings.FieldsFuncSeq(path, func(r rune) bool { return r == '/' || r == '\\' }) {
			switch segment, _, _ = strings.Cut(segment, ";"); segment {
			case ".":
			case "..":
				depth--
			default:
				depth++
			}
			if depth < 0 {
				return true
			}
		}
		path = unescape(path)
	}
	return false
}
