package wasmplugin

import (
	"fmt"
	"strings"

	"go.yaml.in/yaml/v3"
)

const maxWasm = 16 // entries of a policy, as its schema has it

// envoyGateway reads a policy: one plugin for each entry of spec.wasm.
func (r *reader) envoyGateway(n *yaml.Node, o *resource, c *Contents) {
	o.plugin.Kind = EnvoyGateway
	policy := &o.plugin
	var entries []*yaml.Node
	elsewhere := func(n *yaml.Node, path string) {
		r.fail(n, path, "is no Wasm plugin and can't run here; keep it in a policy of its own, elsewhere")
	}
	before := len(r.problems)
	r.objectBut(n, "spec", fields{
		"targetRef":       r.targetRef(policy),
		"targetRefs":      func(n *yaml.Node, path string) { r.list(n, path, r.targetRef(policy)) },
		"targetSelectors": func(n *yaml.Node, path string) { r.list(n, path, r.targetSelector(policy)) },
		"wasm": func(n *yaml.Node, path string) {
			r.list(n, path, func(n *yaml.Node, _ string) { entries = append(entries, n) })
		},
		"extProc": elsewhere, "lua": elsewhere, "dynamicModule": elsewhere, "dynamicModules": elsewhere,
	}, map[string]string{"mergeType": "is not read; write each target's plugins in one policy"})
	if len(policy.TargetRefs)+len(policy.TargetSelectors) == 0 && len(r.problems) == before {
		r.fail(n, "spec.targetRefs", "is missing; want a Gateway or a route, such as kind: Gateway and its name")
	}
	if len(entries) == 0 && len(r.problems) == before {
		r.fail(n, "spec.wasm", "is missing")
	}
	if len(entries) > maxWasm {
		r.fail(n, "spec.wasm", "has %d plugins, more than %d", len(entries), maxWasm)
		return
	}
	for i, entry := range entries {
		r.wasmEntry(entry, fmt.Sprintf("spec.wasm[%d]", i), *policy, i, c)
	}
}

func (r *reader) wasmEntry(n *yaml.Node, path string, p Plugin, index int, c *Contents) {
	n = resolve(n)
	p.Source, p.Entry = place(r.file, n.Line), index
	var config map[string]any
	var open bool
	r.object(n, path, fields{
		"name":     r.text(&p.EntryName),
		"rootID":   r.text(&p.PluginName),
		"code":     r.code(&p),
		"config":   r.config(&config),
		"failOpen": r.truth(&open),
		"env":      r.hostKeys(&p),
	})
	if open {
		p.FailStrategy, p.FailUnset = FailOpen, false
	}
	r.finishEntry(n, path, &p, config, c)
}

func (r *reader) finishEntry(n *yaml.Node, path string, p *Plugin, config map[string]any, c *Contents) {
	if p.URL == "" && r.toldBelow(path+".code") {
		p.URL = oci + "refused" // told already; the resource is not used
	}
	r.finish(n, path+".code", p, config, c)
}

// toldBelow reports whether there is a problem with the field or one in it.
func (r *reader) toldBelow(path string) bool {
	for _, e := range r.problems {
		if strings.HasPrefix(e.Path, path) && e.Resource == r.resource {
			return true
		}
	}
	return false
}

// code reads the source of a module.
func (r *reader) code(p *Plugin) setter {
	return func(n *yaml.Node, path string) {
		var kind string
		var image, remote *yaml.Node
		tls := func(n *yaml.Node, path string) {
			r.fail(n, path, "is not read; leave it out, and have the system trust the server's certificate")
		}
		r.object(n, path, fields{
			"type":       r.oneOf(&kind, "HTTP", "Image"),
			"pullPolicy": r.pullPolicy(&p.PullPolicy),
			"http": func(n *yaml.Node, path string) {
				remote = n
				r.object(n, path, fields{"url": r.url(&p.URL), "sha256": r.sha256(&p.SHA256), "tls": tls})
			},
			"image": func(n *yaml.Node, path string) {
				image = n
				r.object(n, path, fields{"url": r.url(&p.URL), "sha256": r.sha256(&p.SHA256),
					"pullSecretRef": r.secretRef(p), "tls": tls})
			},
		})
		switch {
		case kind == "" && !r.told(join(path, "type")):
			r.fail(n, join(path, "type"), "is missing; want HTTP or Image")
		case kind == "HTTP" && (remote == nil || image != nil):
			r.fail(n, path, "type HTTP goes with http, and not with image")
		case kind == "Image" && (image == nil || remote != nil):
			r.fail(n, path, "type Image goes with image, and not with http")
		case kind == "Image" && p.URL != "" && !strings.HasPrefix(p.URL, oci), kind == "HTTP" && p.URL != "" && !strings.HasPrefix(p.URL, "http"):
			r.fail(n, path, "the url %s does not go with type %s", masked(p.URL), kind)
		}
	}
}

func (r *reader) secretRef(p *Plugin) setter {
	return func(n *yaml.Node, path string) {
		kind, group, namespace := "Secret", "", ""
		r.object(n, path, fields{"name": r.text(&p.PullSecret), "kind": r.oneOf(&kind, "Secret"), "group": r.oneOf(&group, ""), "namespace": r.text(&namespace)})
		if namespace != "" && namespace != p.Namespace {
			r.fail(n, join(path, "namespace"), "the secret must be in the policy's namespace, %s; leave it out", p.Namespace)
		}
		if p.PullSecret == "" {
			r.fail(n, join(path, "name"), "is missing")
		}
	}
}

func (r *reader) hostKeys(p *Plugin) setter {
	return func(n *yaml.Node, path string) {
		var keys []string
		r.object(n, path, fields{"hostKeys": r.words(&keys)})
		for _, k := range keys {
			if !identifier.MatchString(k) {
				r.fail(n, join(path, "hostKeys"), "want names of variables: letters, digits and underscores, got %s", quoted(k))
			}
			p.Env = append(p.Env, Env{Name: k, FromHost: true})
		}
	}
}

func (r *reader) targetSelector(p *Plugin) setter {
	return func(n *yaml.Node, path string) {
		var s TargetSelector
		r.object(n, path, fields{"group": r.text(&s.Group), "kind": r.text(&s.Kind), "matchLabels": r.table(&s.MatchLabels),
			"matchExpressions": func(n *yaml.Node, path string) {
				r.list(n, path, func(n *yaml.Node, path string) {
					var e LabelExpression
					r.object(n, path, fields{"key": r.text(&e.Key), "values": r.words(&e.Values),
						"operator": r.oneOf(&e.Operator, "In", "NotIn", "Exists", "DoesNotExist")})
					if e.Key == "" || e.Operator == "" {
						r.fail(n, path, "want key and operator")
					}
					s.MatchExpressions = append(s.MatchExpressions, e)
				})
			}})
		if s.Kind == "" {
			r.fail(n, join(path, "kind"), "is missing")
		}
		p.TargetSelectors = append(p.TargetSelectors, s)
	}
}
