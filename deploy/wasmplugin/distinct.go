package wasmplugin

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// distinct takes out plugins of one kind, namespace and name that come from
// several resources.
func distinct(c *Contents) error {
	first := map[string]string{} // where a resource is
	var problems []error
	twice := map[string]bool{}
	for _, p := range c.Plugins {
		id := p.Resource()
		at, ok := first[id]
		if !ok {
			first[id] = p.resourceAt
			continue
		}
		if at == p.resourceAt {
			continue // two plugins of one resource
		}
		twice[id] = true
		problems = append(problems, again(p, at), again(p.at(at), p.resourceAt))
	}
	if len(twice) == 0 {
		return nil
	}
	c.Plugins = slices.DeleteFunc(c.Plugins, func(p Plugin) bool { return twice[p.Resource()] })
	slices.SortStableFunc(problems, func(a, b error) int { return cmp.Compare(a.Error(), b.Error()) })
	problems = slices.CompactFunc(problems, func(a, b error) bool { return a.Error() == b.Error() })
	return errors.Join(problems...)
}

// at is a plugin whose resource is elsewhere.
func (p Plugin) at(place string) Plugin { p.resourceAt = place; return p }

func again(p Plugin, other string) error {
	file, line := split(p.resourceAt)
	return &Problem{File: file, Line: line, Resource: p.Resource(), Path: "metadata.name",
		Text: fmt.Sprintf("%s is also at %s; neither is used until one is renamed or removed", p.Resource(), other)}
}

// split is the reverse of place.
func split(place string) (file string, line int) {
	i := strings.LastIndexByte(place, ':')
	_, _ = fmt.Sscan(place[i+1:], &line)
	return place[:max(i, 0)], line
}
