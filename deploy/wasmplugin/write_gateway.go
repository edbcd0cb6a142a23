package wasmplugin

import (
	"fmt"
	"slices"
	"strings"
)

const gatewayAPI = "gateway.networking.k8s.io"

// routeKinds are what a policy may be attached to.
var routeKinds = []string{"Gateway", "HTTPRoute", "GRPCRoute", "UDPRoute", "TCPRoute", "TLSRoute"}

func (w *writer) envoyGateway(ps []Plugin) map[string]any {
	spec := map[string]any{}
	w.targets(spec, ps[0])
	var entries []any
	names := map[string]bool{}
	for i, p := range ps {
		path := fmt.Sprintf("spec.wasm[%d]", i)
		entry := w.entry(path, p, len(ps) > 1)
		if name, _ := entry["name"].(string); name != "" && names[name] {
			w.cannot(path+".name", "two plugins of the policy have the name %q", name)
		} else {
			names[name] = true
		}
		entries = append(entries, entry)
	}
	spec["wasm"] = entries
	if len(ps) > maxWasm {
		w.cannot("spec.wasm", "%d plugins for one target, more than %d", len(ps), maxWasm)
	}
	return spec
}

func (w *writer) targets(spec map[string]any, p Plugin) {
	var refs, selectors []any
	for _, t := range p.TargetRefs {
		if t.Group != gatewayAPI || !slices.Contains(routeKinds, t.Kind) {
			w.cannot("spec.targetRefs", "%s of group %q is none of %s of %s", t.Kind, t.Group, strings.Join(routeKinds, ", "), gatewayAPI)
		}
		refs = append(refs, ref(t))
	}
	for _, s := range p.TargetSelectors {
		v := map[string]any{"kind": s.Kind}
		set(v, "group", s.Group)
		set(v, "matchLabels", table(s.MatchLabels))
		var expressions []any
		for _, e := range s.MatchExpressions {
			x := map[string]any{"key": e.Key, "operator": e.Operator}
			set(x, "values", list(e.Values))
			expressions = append(expressions, x)
		}
		set(v, "matchExpressions", expressions)
		selectors = append(selectors, v)
	}
	if refs == nil && selectors == nil {
		w.cannot("spec.targetRefs", "Envoy Gateway wants the Gateway or the route that the plugin is for, by name")
	}
	set(spec, "targetRefs", refs)
	set(spec, "targetSelectors", selectors)
}

func (w *writer) entry(path string, p Plugin, several bool) map[string]any {
	w.unsayable(path, p, several)
	entry := map[string]any{"code": w.code(path+".code", p)}
	name := p.EntryName
	if name == "" && several {
		name = p.Name
		if p.Entry > 0 {
			name += fmt.Sprintf("-%d", p.Entry)
		}
	}
	set(entry, "name", name)
	set(entry, "rootID", p.PluginName)
	if c := w.config(path+".config", p); c != nil {
		entry["config"] = c
	}
	if p.FailStrategy == FailOpen {
		entry["failOpen"] = true
	}
	var keys []any
	for _, e := range p.Env {
		if !e.FromHost {
			w.cannot(path+".env", "Envoy Gateway can't set %s to a value; it only hands on variables of Envoy's process", e.Name)
		}
		keys = append(keys, e.Name)
	}
	if keys != nil {
		entry["env"] = map[string]any{"hostKeys": keys}
	}
	return entry
}

func (w *writer) code(path string, p Plugin) map[string]any {
	address := w.url(path+".url", p)
	source := map[string]any{"url": address}
	set(source, "sha256", p.SHA256)
	code := map[string]any{}
	set(code, "pullPolicy", string(p.PullPolicy))
	switch {
	case strings.HasPrefix(address, "file:"):
		w.cannot(path, "Envoy Gateway takes images and http addresses, and %s is neither", masked(p.URL))
	case strings.HasPrefix(address, "http"):
		code["type"], code["http"] = "HTTP", source
		if p.PullSecret != "" {
			w.warn(path, "imagePullSecret is left out: it goes with images only")
		}
	default:
		code["type"], code["image"] = "Image", source
		if p.PullSecret != "" {
			source["pullSecretRef"] = map[string]any{"kind": "Secret", "name": p.PullSecret}
		}
	}
	return code
}

// unsayable tells what Envoy Gateway has no field for.
func (w *writer) unsayable(path string, p Plugin, several bool) {
	if p.Phase != Unspecified || p.Priority != nil {
		text := "Envoy Gateway has no phase and no priority, and runs all plugins after its own filters for authentication"
		if several {
			text += "; the list has their order"
		}
		w.warn(path, "%s", text)
	}
	if p.FailStrategy == FailReload && !p.FailUnset {
		w.warn(path+".failOpen", "Envoy Gateway has no FAIL_RELOAD; it keeps refusing requests after the plugin's VM has failed")
	}
	if len(p.Selector) > 0 {
		w.warn("spec.selector", "is left out: targetRefs say where the plugin runs")
	}
	if len(p.Match) > 0 {
		w.cannot("spec.match", "Envoy Gateway can't limit a plugin to a mode or to ports; name a listener with sectionName of targetRefs")
	}
	if p.VerificationKey != "" {
		w.warn(path, "verificationKey is left out; no gateway acts on it")
	}
}
