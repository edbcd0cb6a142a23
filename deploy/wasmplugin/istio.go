package wasmplugin

import (
	"strings"

	"go.yaml.in/yaml/v3"
)

// common are the fields that WasmPlugin of Istio and of Higress and the wasm part
// of TrafficExtension share.
func (r *reader) common(p *Plugin, config *map[string]any) fields {
	return fields{
		"url":             r.url(&p.URL),
		"sha256":          r.sha256(&p.SHA256),
		"imagePullPolicy": r.pullPolicy(&p.PullPolicy),
		"imagePullSecret": r.text(&p.PullSecret),
		"verificationKey": r.text(&p.VerificationKey),
		"pluginName":      r.text(&p.PluginName),
		"pluginConfig":    r.config(config),
		"failStrategy":    r.failStrategy(p),
		"vmConfig":        r.vmConfig(p),
	}
}

func (r *reader) istio(n *yaml.Node, o *resource, c *Contents) {
	p := o.plugin
	p.Kind = Istio
	var config map[string]any
	known := r.common(&p, &config)
	for name, set := range r.placement(&p, "UNSPECIFIED_PHASE") {
		known[name] = set
	}
	known["targetRef"] = r.targetRef(&p)
	known["type"] = r.pluginType
	r.objectBut(n, "spec", known, map[string]string{
		"defaultConfig": "is Higress'; write pluginConfig, or make it a WasmPlugin of " + higressGroup + "/v1alpha1",
		"matchRules":    "is Higress'; write _rules_ in pluginConfig, or make it a WasmPlugin of " + higressGroup + "/v1alpha1",
	})
	r.finish(n, "spec", &p, config, c)
}

func (r *reader) trafficExtension(n *yaml.Node, o *resource, c *Contents) {
	p := o.plugin
	p.Kind = TrafficExtension
	var config map[string]any
	var wasm *yaml.Node
	known := r.placement(&p, "UNSPECIFIED")
	known["lua"] = func(n *yaml.Node, path string) {
		r.fail(n, path, "a Lua filter is no Wasm plugin and can't run here; keep its resource elsewhere")
	}
	known["wasm"] = func(n *yaml.Node, path string) {
		wasm = n
		inner := r.common(&p, &config)
		inner["type"] = r.pluginType
		r.object(n, path, inner)
	}
	before := len(r.problems)
	r.object(n, "spec", known)
	if wasm == nil {
		if len(r.problems) == before {
			r.fail(n, "spec.wasm", "is missing")
		}
		return
	}
	r.finish(wasm, "spec.wasm", &p, config, c)
}

// placement are the fields that say where in the chain a plugin runs, and for
// which traffic.
func (r *reader) placement(p *Plugin, noPhase string) fields {
	return fields{
		"selector": func(n *yaml.Node, path string) {
			r.object(n, path, fields{"matchLabels": r.table(&p.Selector)})
		},
		"targetRefs": func(n *yaml.Node, path string) { r.list(n, path, r.targetRef(p)) },
		"phase":      r.phase(&p.Phase, noPhase),
		"priority":   r.priority(&p.Priority),
		"match":      func(n *yaml.Node, path string) { r.list(n, path, r.match(p)) },
	}
}

func (r *reader) pluginType(n *yaml.Node, path string) {
	var s string
	r.oneOf(&s, "UNSPECIFIED_PLUGIN_TYPE", "HTTP", "NETWORK")(n, path)
	if s == "NETWORK" {
		r.fail(n, path, "NETWORK is for plugins of TCP connections, which Sluice does not run; want HTTP")
	}
}

func (r *reader) targetRef(p *Plugin) setter {
	return func(n *yaml.Node, path string) {
		var t TargetRef
		var namespace string
		r.object(n, path, fields{"group": r.text(&t.Group), "kind": r.text(&t.Kind), "name": r.text(&t.Name),
			"namespace": r.text(&namespace), "sectionName": r.text(&t.SectionName)})
		if t.Kind == "" || t.Name == "" {
			r.fail(n, path, "want kind and name")
		}
		if namespace != "" {
			r.fail(n, join(path, "namespace"), "a reference to another namespace is not supported; leave it out")
		}
		if p.Kind != EnvoyGateway && t.SectionName != "" {
			r.fail(n, join(path, "sectionName"), "there is no such field in Istio's kinds")
		}
		p.TargetRefs = append(p.TargetRefs, t)
	}
}

func (r *reader) match(p *Plugin) setter {
	return func(n *yaml.Node, path string) {
		var m Match
		r.object(n, path, fields{
			"mode": r.oneOf(&m.Mode, "UNDEFINED", "CLIENT", "SERVER", "CLIENT_AND_SERVER"),
			"ports": func(n *yaml.Node, path string) {
				r.list(n, path, func(n *yaml.Node, path string) {
					r.object(n, path, fields{"number": func(n *yaml.Node, path string) {
						if v, ok := r.number(n, path, 1, 65535); ok {
							m.Ports = append(m.Ports, uint32(v)) //nolint:gosec // at most 65535
						}
					}})
				})
			},
		})
		m.Mode = strings.TrimPrefix(m.Mode, "UNDEFINED")
		p.Match = append(p.Match, m)
	}
}
