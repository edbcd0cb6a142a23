package wasmplugin

import "slices"

func (w *writer) higress(p Plugin) map[string]any {
	spec := w.shared(p, "spec")
	w.ownGateways(p)
	if p.FailStrategy == FailReload {
		delete(spec, "failStrategy")
	}
	if p.FailStrategy == FailReload && !p.FailUnset {
		w.warn("spec.failStrategy", "Higress has no FAIL_RELOAD; without a strategy it takes FAIL_CLOSE, which keeps refusing requests after the plugin's VM has failed")
	}
	set(spec, "phase", string(p.Phase))
	if p.Priority != nil {
		spec["priority"] = *p.Priority
	}
	config := w.config("spec.pluginConfig", p)
	if config == nil {
		return spec
	}
	value, some := config["_rules_"]
	rules, ok := matchRules(value)
	if some && !ok {
		spec["pluginConfig"] = config // as it is, which Higress hands on
		return spec
	}
	delete(config, "_rules_")
	set(spec, "matchRules", rules)
	if len(config) > 0 || len(rules) == 0 {
		spec["defaultConfig"] = config
	}
	return spec
}

// ownGateways tells what Higress decides by itself.
func (w *writer) ownGateways(p Plugin) {
	if len(p.Selector)+len(p.TargetRefs)+len(p.TargetSelectors) > 0 {
		w.warn("spec", "Higress puts the plugin on its own gateways; selector, targetRefs and targetSelectors are left out")
	}
	for _, m := range p.Match {
		if len(m.Ports) > 0 || m.Mode == "SERVER" {
			w.cannot("spec.match", "Higress can't limit a plugin to ports or to the mode SERVER; use matchRules with domain, ingress or service")
			return
		}
	}
	if len(p.Match) > 0 {
		w.warn("spec.match", "is left out; a gateway has the mode CLIENT only")
	}
}

// matchRules makes Higress' rules of those in a configuration, if all that they
// match has a field there.
func matchRules(value any) (out []any, ok bool) {
	rules, ok := value.([]any)
	if !ok || len(rules) == 0 {
		return nil, false
	}
	for _, v := range rules {
		config, ok := v.(map[string]any)
		if !ok {
			return nil, false
		}
		rule := map[string]any{}
		rest := map[string]any{}
		for key, v := range config {
			field := map[string]string{"_match_route_": "ingress", "_match_service_": "service", "_match_domain_": "domain"}[key]
			switch {
			case field != "" && texts(v):
				rule[field] = v
			case field != "" || key == "_match_route_prefix_":
				return nil, false
			default:
				rest[key] = v
			}
		}
		if len(rule) == 0 {
			return nil, false
		}
		set(rule, "config", rest)
		out = append(out, rule)
	}
	return out, true
}

// texts reports whether a value is a list of texts, and not an empty one.
func texts(v any) bool {
	list, ok := v.([]any)
	return ok && len(list) > 0 && !slices.ContainsFunc(list, func(v any) bool { _, ok := v.(string); return !ok })
}
