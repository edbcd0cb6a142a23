package wasmplugin

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"strings"
)

// Kinds are all kinds, the ones for which [Write] exists.
func Kinds() []Kind { return []Kind{Istio, Higress, TrafficExtension, EnvoyGateway} }

// Write makes the resource of a kind that asks for a plugin, as YAML. The module's
// address is always written with its scheme, as Istio drops a resource that has
// none, and the checksum where there is one.
//
// What a kind can't say is a warning where the plugin runs all the same, and an
// error where it would do something else. Parse of the text is the plugin again,
// but for what a warning names.
func Write(p Plugin, kind Kind) ([]byte, []Warning, error) {
	b, warnings, err := JSON(p, kind)
	if err != nil {
		return nil, warnings, err
	}
	y, err := YAML(b)
	return y, warnings, err
}

// JSON is Write in JSON, which is what an API server takes.
func JSON(p Plugin, kind Kind) ([]byte, []Warning, error) { return resourceJSON([]Plugin{p}, kind) }

// WriteAll writes several plugins, in the order of [Order], as documents of one
// file. Envoy Gateway takes one policy for a target only, and has no priorities:
// plugins of one namespace with the same targets become one policy, named as the
// first of them, in which the list has the order.
func WriteAll(plugins []Plugin, kind Kind) ([]byte, []Warning, error) {
	var out bytes.Buffer
	var warnings []Warning
	for i, group := range groups(plugins, kind) {
		b, ws, err := resourceJSON(group, kind)
		if err != nil {
			return nil, nil, err
		}
		y, err := YAML(b)
		if err != nil {
			return nil, nil, err
		}
		if i > 0 {
			out.WriteString("---\n")
		}
		out.Write(y)
		warnings = append(warnings, ws...)
	}
	return out.Bytes(), warnings, nil
}

// writer makes one resource.
type writer struct {
	kind     Kind
	resource string
	warnings []Warning
	problems []string
}

func (w *writer) warn(path, format string, args ...any) {
	w.warnings = append(w.warnings, Warning{Resource: w.resource, Path: path, Text: fmt.Sprintf(format, args...)})
}

// cannot refuses what would make the plugin do something else.
func (w *writer) cannot(path, format string, args ...any) {
	w.problems = append(w.problems, path+": "+fmt.Sprintf(format, args...))
}

// resourceJSON writes a resource for one plugin, or for several in the case of
// Envoy Gateway.
func resourceJSON(ps []Plugin, kind Kind) ([]byte, []Warning, error) {
	p := ps[0]
	w := &writer{kind: kind, resource: string(kind) + " " + cmp.Or(p.Namespace, "default") + "/" + p.Name}
	object := map[string]any{"metadata": w.metadata(p)}
	switch kind {
	case Istio:
		object["apiVersion"], object["kind"], object["spec"] = istioGroup+"/v1alpha1", "WasmPlugin", w.istio(p)
	case TrafficExtension:
		object["apiVersion"], object["kind"], object["spec"] = istioGroup+"/v1alpha1", "TrafficExtension", w.trafficExtension(p)
	case Higress:
		object["apiVersion"], object["kind"], object["spec"] = higressGroup+"/v1alpha1", "WasmPlugin", w.higress(p)
	case EnvoyGateway:
		object["apiVersion"], object["kind"], object["spec"] = gatewayGroup+"/v1alpha1", "EnvoyExtensionPolicy", w.envoyGateway(ps)
	default:
		return nil, nil, fmt.Errorf("there is no kind %q; there are %q", kind, Kinds())
	}
	if len(w.problems) > 0 {
		return nil, w.warnings, fmt.Errorf("%s can't be written: %s", w.resource, strings.Join(w.problems, "; "))
	}
	b := canonical(object)
	if err := w.check(b); err != nil {
		return nil, w.warnings, err
	}
	return b, w.warnings, nil
}

// check holds what was written against the kind's own types and against Parse.
func (w *writer) check(b []byte) error {
	if err := strict(b, w.kind); err != nil {
		return fmt.Errorf("%s can't be written: %w", w.resource, err)
	}
	if _, err := Parse(w.resource, b); err != nil {
		return fmt.Errorf("%s can't be written: %w", w.resource, err)
	}
	return nil
}

func (w *writer) metadata(p Plugin) map[string]any {
	name := p.Name
	if w.kind != EnvoyGateway && p.Entry > 0 {
		name += fmt.Sprintf("-%d", p.Entry)
		w.warn("metadata.name", "is %s: the plugin is number %d of its policy", name, p.Entry)
	}
	m := map[string]any{"name": name, "namespace": cmp.Or(p.Namespace, "default")}
	set(m, "labels", table(p.Labels))
	set(m, "annotations", table(p.Annotations))
	return m
}

// config is the plugin's configuration as a part of the resource.
func (w *writer) config(path string, p Plugin) map[string]any {
	if p.Config == nil {
		return nil
	}
	var object map[string]any
	d := json.NewDecoder(bytes.NewReader(p.Config))
	d.UseNumber()
	if err := d.Decode(&object); err != nil || object == nil || !json.Valid(p.Config) {
		w.cannot(path, "the configuration must be an object in JSON")
		return nil
	}
	w.rounded(path, object)
	return object
}

func table(m map[string]string) map[string]any {
	out := map[string]any{}
	for k, v := range m {
		out[k] = v
	}
	return out
}

// set sets a field that is not empty.
func set[T any](m map[string]any, name string, value T) {
	switch v := any(value).(type) {
	case string:
		if v == "" {
			return
		}
	case map[string]any:
		if len(v) == 0 {
			return
		}
	case []any:
		if len(v) == 0 {
			return
		}
	}
	m[name] = value
}
