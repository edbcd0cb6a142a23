package wasmplugin

import (
	"fmt"
	"slices"
)

// groups are the plugins of each resource.
func groups(plugins []Plugin, kind Kind) (list [][]Plugin) {
	plugins = slices.Clone(plugins)
	Order(plugins)
	if kind != EnvoyGateway {
		for _, p := range ranked(plugins) {
			list = append(list, []Plugin{p})
		}
		return list
	}
	where := map[string]int{}
	for _, p := range plugins {
		key := fmt.Sprintf("%s %q %+v", p.Namespace, p.TargetRefs, p.TargetSelectors)
		i, ok := where[key]
		if !ok {
			i, where[key] = len(list), len(list)
			list = append(list, nil)
		}
		list[i] = append(list[i], p)
	}
	return list
}

// ranked gives the plugins of a policy with several the names and priorities
// that keep them apart and in order in resources of their own.
func ranked(plugins []Plugin) []Plugin {
	several := map[string]bool{}
	for _, p := range plugins {
		if p.Entry > 0 {
			several[p.Resource()] = true
		}
	}
	for i, p := range plugins {
		if several[p.Resource()] && p.Priority == nil {
			n := int64(maxWasm - p.Entry)
			plugins[i].Priority = &n
		}
	}
	return plugins
}
