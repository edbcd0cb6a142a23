package gen

import (
	"fmt"
	"strings"

	"github.com/sluiceproxy/sluice/deploy/wasmplugin"
)

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
