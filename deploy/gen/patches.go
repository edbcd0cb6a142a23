package gen

import (
	"cmp"
	"slices"

	"github.com/sluiceproxy/sluice/deploy/wasmplugin"
	"github.com/sluiceproxy/sluice/deploy/xds/remote"
)

// insertions are the patches of the chain. Each that puts a filter first comes
// before those of earlier ones, so these are turned round.
func insertions(ps []named) (patches []obj) {
	for _, p := range slices.Backward(ps) {
		if p.Spec.Phase == wasmplugin.Authn {
			patches = append(patches, p.insertions("INSERT_FIRST")...)
		}
	}
	for _, p := range ps {
		if p.Spec.Phase != wasmplugin.Authn {
			patches = append(patches, p.insertions("INSERT_BEFORE")...)
		}
	}
	return patches
}

const router = "envoy.filters.http.router"

// insertions are the patches that put the filter into the chains that it matches.
func (p named) insertions(operation string) (patches []obj) {
	filter := obj{"name": "envoy.filters.network.http_connection_manager"}
	if operation == "INSERT_BEFORE" {
		filter["subFilter"] = obj{"name": router}
	}
	value := obj{"name": p.name, "config_discovery": obj{
		"config_source": obj{"ads": obj{}, "initial_fetch_timeout": "0s", "resource_api_version": "V3"},
		"type_urls":     remote.TypeURLs(),
	}}
	for _, l := range p.listeners() {
		listener := obj{"filterChain": obj{"filter": filter}}
		if l.port > 0 {
			listener["portNumber"] = l.port
		}
		patches = append(patches, obj{
			"applyTo": "HTTP_FILTER",
			"match":   obj{"context": l.context, "listener": listener},
			"patch":   obj{"operation": operation, "value": value},
		})
	}
	return patches
}

// place is listeners of a context, on any port if it is 0.
type place struct {
	context string
	port    uint32
}

// listeners are the places that a plugin matches, each once: what matches twice
// would insert it twice.
func (p named) listeners() (list []place) {
	all := []string{"GATEWAY", "SIDECAR_OUTBOUND", "SIDECAR_INBOUND"}
	matches := p.Spec.Match
	if len(matches) == 0 {
		return []place{{context: "ANY"}}
	}
	for _, m := range matches {
		contexts := map[string][]string{"CLIENT": all[:2], "SERVER": all[2:]}[m.Mode]
		if contexts == nil {
			contexts = all
		}
		for _, c := range contexts {
			if len(m.Ports) == 0 {
				list = append(list, place{context: c})
			}
			for _, port := range m.Ports {
				list = append(list, place{c, port})
			}
		}
	}
	slices.SortFunc(list, func(a, b place) int {
		return cmp.Or(cmp.Compare(slices.Index(all, a.context), slices.Index(all, b.context)), cmp.Compare(a.port, b.port))
	})
	list = slices.Compact(list)
	every := list[:0:0]
	for _, l := range list {
		if l.port == 0 || !slices.Contains(list, place{context: l.context}) {
			every = append(every, l)
		}
	}
	return every
}
