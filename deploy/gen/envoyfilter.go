package gen

import (
	"cmp"
	"encoding/json"
	"fmt"
	"strings"

	"google.golang.org/protobuf/encoding/protojson"
	"istio.io/api/networking/v1alpha3"
	client "istio.io/client-go/pkg/apis/networking/v1alpha3"

	"github.com/sluiceproxy/sluice/deploy/wasmplugin"
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
