package wasmplugin

import (
	"encoding/json"

	"go.yaml.in/yaml/v3"
)

// rule is one of Higress' matchRules.
type rule struct {
	at                       *yaml.Node
	path                     string
	ingress, service, domain []string
	config                   map[string]any
	disabled                 bool
	routeType                string
}

// higressSpec is what only Higress' WasmPlugin has.
type higressSpec struct {
	plugin, defaults map[string]any
	defaultsDisabled bool
	rules            []rule
}

func (r *reader) higress(n *yaml.Node, o *resource, c *Contents) {
	p := o.plugin
	p.Kind = Higress
	var s higressSpec
	known := r.common(&p, &s.plugin)
	known["phase"] = r.phase(&p.Phase, "UNSPECIFIED_PHASE")
	known["priority"] = r.priority(&p.Priority)
	known["defaultConfig"] = r.config(&s.defaults)
	known["defaultConfigDisable"] = r.truth(&s.defaultsDisabled)
	known["matchRules"] = func(n *yaml.Node, path string) {
		r.list(n, path, func(n *yaml.Node, path string) { s.rules = append(s.rules, r.rule(n, path)) })
	}
	elsewhere := "is Istio's; Higress puts the plugin on its own gateways and has no such field"
	r.objectBut(n, "spec", known, map[string]string{"selector": elsewhere, "targetRef": elsewhere, "targetRefs": elsewhere, "match": elsewhere})
	config, active := r.translate(resolve(n), &s)
	if !active {
		c.Skipped = append(c.Skipped, Skipped{Source: p.Source, APIVersion: o.apiVersion, Kind: o.kind, Name: p.Name,
			Reason: "defaultConfigDisable is true and no rule is in force, so Higress runs it nowhere"})
		return
	}
	r.finish(n, "spec", &p, config, c)
}

func (r *reader) rule(n *yaml.Node, path string) rule {
	m := rule{at: resolve(n), path: path, routeType: "HTTP"}
	r.object(n, path, fields{
		"ingress":       r.words(&m.ingress),
		"service":       r.words(&m.service),
		"domain":        r.words(&m.domain),
		"config":        r.config(&m.config),
		"configDisable": r.truth(&m.disabled),
		"routeType":     r.oneOf(&m.routeType, "HTTP", "GRPC"),
	})
	return m
}

// translate makes the configuration that plugins read, as Higress' controller
// does. It also reports whether the plugin runs at all.
func (r *reader) translate(n *yaml.Node, s *higressSpec) (config map[string]any, active bool) {
	if s.plugin != nil {
		if s.defaults != nil || len(s.rules) > 0 || s.defaultsDisabled {
			r.warn(n, "spec.pluginConfig", "Higress ignores defaultConfig, defaultConfigDisable and matchRules beside it")
		}
		return s.plugin, true
	}
	if !s.defaultsDisabled {
		config = s.defaults
	}
	var rules []any
	for _, m := range s.rules {
		if m.disabled {
			continue
		}
		rules = append(rules, r.matching(m))
	}
	if len(s.rules) > 0 && config == nil {
		config = map[string]any{}
	}
	if len(rules) > 0 {
		config["_rules_"] = rules
	}
	return config, len(rules) > 0 || !s.defaultsDisabled
}

// matching is a rule with what it matches.
func (r *reader) matching(m rule) map[string]any {
	if m.config == nil {
		m.config = map[string]any{}
	}
	if m.routeType == "GRPC" && len(m.ingress) > 0 {
		r.warn(m.at, m.path+".routeType", "Higress writes the route name GRPC in place of each ingress, which matches no other route")
		for i := range m.ingress {
			m.ingress[i] = "GRPC"
		}
	}
	none := true
	for key, names := range map[string][]string{"_match_route_": m.ingress, "_match_service_": m.service, "_match_domain_": m.domain} {
		if len(names) > 0 {
			none = false
			m.config[key] = list(names)
		}
	}
	if none {
		r.fail(m.at, m.path, "the rule matches nothing, so Higress refuses the whole resource; want ingress, domain or service")
	}
	return m.config
}

// list is a list of texts as a configuration has it.
func list(texts []string) (out []any) {
	for _, t := range texts {
		out = append(out, json.RawMessage(text(t).json))
	}
	return out
}
