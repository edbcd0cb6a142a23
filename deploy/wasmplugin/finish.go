package wasmplugin

import (
	"bytes"
	"encoding/json"
	"strings"

	"go.yaml.in/yaml/v3"
)

// finish checks what single fields can't tell, and adds the plugin.
func (r *reader) finish(n *yaml.Node, path string, p *Plugin, config map[string]any, c *Contents) {
	n = resolve(n)
	if p.URL == "" && !r.told(join(path, "url")) {
		r.fail(n, join(path, "url"), "is missing; want the address of a module, such as oci://registry.example/team/plugin:1.0.0")
	}
	if d := digest.FindString(p.URL); d != "" && p.SHA256 != "" && strings.HasPrefix(p.URL, oci) && d != "@sha256:"+p.SHA256 {
		r.fail(n, join(path, "sha256"), "is %s, and the url says another: %s", p.SHA256, d[len("@sha256:"):])
	}
	if len(p.Selector) > 0 && len(p.TargetRefs) > 0 {
		r.fail(n, join(path, "targetRefs"), "and selector exclude each other; remove one")
	}
	if config != nil {
		p.Config = canonical(config)
	}
	c.Plugins = append(c.Plugins, *p)
}

// told reports whether there is a problem with the field already.
func (r *reader) told(path string) bool {
	for _, e := range r.problems {
		if e.Path == path && e.Resource == r.resource {
			return true
		}
	}
	return false
}

// canonical is a configuration as JSON: keys sorted, no blanks, numbers as they
// were written. That is what Istio hands on too, but for the numbers.
func canonical(config any) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(config); err != nil {
		return nil // the tree was made of valid JSON
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}
