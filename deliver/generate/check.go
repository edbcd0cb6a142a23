package generate

import (
	"fmt"
	"path"
	"regexp"
	"strings"

	"github.com/sluiceproxy/sluice/deploy/gen"
	"github.com/sluiceproxy/sluice/deploy/wasmplugin"
)

// resourceName is what Kubernetes takes for the name of an object.
var resourceName = regexp.MustCompile(`^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$`)

// check refuses what no gateway would take, before anything is fetched.
func (o Options) check() error {
	for what, name := range map[string]string{"name": o.Local.Name, "namespace": o.Local.Namespace} {
		if name != "" && (!resourceName.MatchString(name) || len(name) > 253) {
			return fmt.Errorf("the %s %.80q can't be that of a resource: want small letters, digits, dots and hyphens", what, name)
		}
	}
	if o.Modules != "" && !path.IsAbs(o.Modules) {
		return fmt.Errorf("the directory of modules %q is that of Envoy's machine: want an absolute path", o.Modules)
	}
	return nil
}

// elsewhere warns of files in what is written for another machine.
func (o Options) elsewhere(ps []gen.Plugin) (warnings []wasmplugin.Warning) {
	if o.What != WasmPlugin && o.What != EnvoyFilter {
		return nil
	}
	for _, p := range ps {
		if strings.HasPrefix(p.Spec.URL, "file://") {
			warnings = append(warnings, wasmplugin.Warning{Source: p.Spec.Source, Resource: p.Spec.Resource(), Path: "spec.url",
				Text: "each gateway needs the file at this path on its own machine; an image is pulled"})
		}
	}
	return warnings
}
