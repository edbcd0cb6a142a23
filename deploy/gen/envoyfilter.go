package gen

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"google.golang.org/protobuf/encoding/protojson"
	"istio.io/api/networking/v1alpha3"
	client "istio.io/client-go/pkg/apis/networking/v1alpha3"

	"github.com/sluiceproxy/sluice/deploy/wasmplugin"
	"github.com/sluiceproxy/sluice/deploy/xds/remote"
)

// EnvoyFilter renders Istio's EnvoyFilter: one for each namespace and selection of
// workloads, with two patches for each plugin, the filter and the resource that it
// asks for. Istio's agent pulls the module, as it does for a WasmPlugin. It is for
// what WasmPlugin can't say: allow_on_headers_stop_iteration, and capabilities.
//
// Phases are places in the chain that only istiod knows by name: AUTHN comes
// before all filters, and all others before the router, with a warning.
func EnvoyFilter(ps []Plugin) ([]File, []wasmplugin.Warning, error) {
	ordered, err := order(ps)
	if err != nil {
		return nil, nil, err
	}
	var text []byte
	var warnings []wasmplugin.Warning
	for i, group := range workloads(ordered) {
		b, ws, err := envoyFilter(group)
		if err != nil {
			return nil, nil, err
		}
		if i > 0 {
			text = append(text, "---\n"...)
		}
		text, warnings = append(text, b...), append(warnings, ws...)
	}
	return []File{{"envoyfilter.yaml", text}}, warnings, nil
}

// workloads groups plugins that run in the same ones.
func workloads(ps []named) (groups [][]named) {
	where := map[string]int{}
	for _, p := range ps {
		key := fmt.Sprintf("%s %q %q", p.Spec.Namespace, p.Spec.Selector, p.Spec.TargetRefs)
		i, ok := where[key]
		if !ok {
			i, where[key] = len(groups), len(groups)
			groups = append(groups, nil)
		}
		groups[i] = append(groups[i], p)
	}
	return groups
}

func envoyFilter(ps []named) ([]byte, []wasmplugin.Warning, error) {
	first := ps[0].Spec
	var patches, resources []obj
	var warnings []wasmplugin.Warning
	for _, p := range ps {
		r, err := p.pulled()
		if err != nil {
			return nil, nil, err
		}
		resources = append(resources, obj{"applyTo": "EXTENSION_CONFIG", "patch": obj{"operation": "ADD", "value": r}})
		warnings = append(warnings, p.doubts()...)
	}
	patches = insertions(ps)
	spec := obj{"configPatches": append(patches, resources...)}
	if len(first.Selector) > 0 {
		spec["workloadSelector"] = obj{"labels": first.Selector}
	}
	if refs := targets(first); refs != nil {
		spec["targetRefs"] = refs
	}
	resource := obj{"apiVersion": "networking.istio.io/v1alpha3", "kind": "EnvoyFilter",
		"metadata": obj{"name": strings.ToLower(ps[0].name), "namespace": cmp.Or(first.Namespace, "default")}, "spec": spec}
	if err := decodes(resource); err != nil {
		return nil, nil, fmt.Errorf("%s: %w", first.ID(), err)
	}
	y, err := document("Made by sluice gen envoyfilter.", resource)
	return y, warnings, err
}

func targets(p wasmplugin.Plugin) (refs []obj) {
	for _, t := range p.TargetRefs {
		refs = append(refs, obj{"group": t.Group, "kind": t.Kind, "name": t.Name})
	}
	return refs
}

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

// pulled is the plugin's resource with the address that Istio's agent pulls.
func (p named) pulled() (obj, error) {
	c, err := named{Plugin{Spec: p.Spec, Path: "/module", Capabilities: p.Capabilities}, p.name}.resource()
	if err != nil {
		return nil, err
	}
	vm, ok := c["typed_config"].(obj)["config"].(obj)["vm_config"].(obj)
	if !ok {
		return nil, fmt.Errorf("%s: there is no vm_config", p.Spec.ID())
	}
	if path, ok := strings.CutPrefix(p.Spec.URL, "file://"); ok {
		vm["code"] = obj{"local": obj{"filename": path}}
		return c, nil
	}
	if p.Spec.PullSecret != "" {
		return nil, fmt.Errorf("%s: an EnvoyFilter can't name the secret %q, which istiod hands out for a WasmPlugin only; use that, or a registry without one",
			p.Spec.ID(), p.Spec.PullSecret)
	}
	source := obj{"http_uri": obj{"uri": p.Spec.URL, "timeout": "30s", "cluster": "_"}}
	if p.Spec.SHA256 != "" {
		source["sha256"] = p.Spec.SHA256
	}
	vm["code"] = obj{"remote": source}
	return c, nil
}

// doubts are what an EnvoyFilter does otherwise than a WasmPlugin.
func (p named) doubts() (warnings []wasmplugin.Warning) {
	if p.Spec.PullPolicy == wasmplugin.Always {
		warnings = append(warnings, wasmplugin.Warning{Source: p.Spec.Source, Resource: p.Spec.Resource(), Path: "spec.imagePullPolicy",
			Text: "is left out: for an EnvoyFilter, Istio's agent never asks again for a tag that it has; pin the digest"})
	}
	if p.Spec.Phase == wasmplugin.Authz || p.Spec.Phase == wasmplugin.Stats {
		warnings = append(warnings, wasmplugin.Warning{Source: p.Spec.Source, Resource: p.Spec.Resource(), Path: "spec.phase",
			Text: "an EnvoyFilter has no phases; the plugin runs right before the router, after Istio's own filters"})
	}
	return warnings
}

// decodes holds a resource against Istio's own type, with no field unknown.
func decodes(resource obj) error {
	b, err := json.Marshal(resource)
	if err != nil {
		return err
	}
	var whole client.EnvoyFilter
	if err := json.Unmarshal(b, &whole); err != nil {
		return fmt.Errorf("the type of Istio refuses it: %w", err)
	}
	spec, err := json.Marshal(resource["spec"])
	if err != nil {
		return err
	}
	if err := protojson.Unmarshal(spec, &v1alpha3.EnvoyFilter{}); err != nil {
		return fmt.Errorf("the type of Istio refuses it: %w", err)
	}
	return nil
}
