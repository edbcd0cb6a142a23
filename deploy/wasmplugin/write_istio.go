package wasmplugin

// shared writes the fields that three of the kinds share; config is where the
// configuration goes, and path the place of all.
func (w *writer) shared(p Plugin, path string) map[string]any {
	spec := map[string]any{"url": w.url(path+".url", p)}
	set(spec, "sha256", p.SHA256)
	set(spec, "imagePullPolicy", string(p.PullPolicy))
	set(spec, "imagePullSecret", p.PullSecret)
	set(spec, "verificationKey", p.VerificationKey)
	set(spec, "pluginName", p.PluginName)
	if p.FailStrategy != FailReload || !p.FailUnset {
		set(spec, "failStrategy", string(p.FailStrategy))
	}
	var env []any
	for _, e := range p.Env {
		v := map[string]any{"name": e.Name}
		if e.FromHost {
			v["valueFrom"] = "HOST"
		} else {
			v["value"] = e.Value
		}
		env = append(env, v)
	}
	if env != nil {
		spec["vmConfig"] = map[string]any{"env": env}
	}
	return spec
}

func (w *writer) url(path string, p Plugin) string {
	address, problem := moduleURL(p.URL)
	if problem != "" {
		w.cannot(path, "%s", problem)
	}
	return address
}

func (w *writer) istio(p Plugin) map[string]any {
	spec := w.shared(p, "spec")
	if c := w.config("spec.pluginConfig", p); c != nil {
		spec["pluginConfig"] = c
	}
	set(spec, "phase", string(p.Phase))
	w.place(spec, p)
	return spec
}

func (w *writer) trafficExtension(p Plugin) map[string]any {
	wasm := w.shared(p, "spec.wasm")
	if c := w.config("spec.wasm.pluginConfig", p); c != nil {
		wasm["pluginConfig"] = c
	}
	spec := map[string]any{"wasm": wasm}
	set(spec, "phase", string(p.Phase))
	w.place(spec, p)
	return spec
}

// place writes what Istio's kinds say about order and traffic.
func (w *writer) place(spec map[string]any, p Plugin) {
	if p.Priority != nil {
		spec["priority"] = *p.Priority
	}
	if len(p.Selector) > 0 {
		spec["selector"] = map[string]any{"matchLabels": table(p.Selector)}
	}
	if len(p.TargetSelectors) > 0 {
		w.cannot("spec.targetSelectors", "only Envoy Gateway has it; name the resources with targetRefs")
	}
	var refs []any
	for _, t := range p.TargetRefs {
		if t.SectionName != "" {
			w.cannot("spec.targetRefs", "Istio knows no part of a resource such as sectionName %q", t.SectionName)
		}
		refs = append(refs, ref(t))
	}
	set(spec, "targetRefs", refs)
	var match []any
	for _, m := range p.Match {
		v := map[string]any{}
		set(v, "mode", m.Mode)
		var ports []any
		for _, n := range m.Ports {
			ports = append(ports, map[string]any{"number": n})
		}
		set(v, "ports", ports)
		match = append(match, v)
	}
	set(spec, "match", match)
}

func ref(t TargetRef) map[string]any {
	v := map[string]any{"kind": t.Kind, "name": t.Name}
	set(v, "group", t.Group)
	set(v, "sectionName", t.SectionName)
	return v
}
