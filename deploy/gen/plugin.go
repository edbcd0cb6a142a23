package gen

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/sluiceproxy/sluice/deploy/wasmplugin"
)

// Plugin is a plugin to render.
type Plugin struct {
	// Spec says what runs. Its URL is not looked at where Path is.
	Spec wasmplugin.Plugin
	// Path is the module's file on the machine, or in the container, where Envoy
	// runs.
	Path string
	// Capabilities are the host functions and callbacks that the plugin may use.
	// None allows all.
	Capabilities []string
}

// File is a file that was rendered.
type File struct {
	// Name is a relative path, with slashes.
	Name string
	// Content is YAML.
	Content []byte
}

// ErrNothing is in the error about no plugin.
var ErrNothing = errors.New("there is no plugin")

// named is a plugin with the name of its filter.
type named struct {
	Plugin
	name string
}

var unfit = regexp.MustCompile(`[^A-Za-z0-9._-]+`)

// order sorts plugins as they run and gives each filter a name of its own: the
// plugin's, with its namespace or kind in front where another has the same.
func order(ps []Plugin) ([]named, error) {
	if len(ps) == 0 {
		return nil, ErrNothing
	}
	specs := make([]wasmplugin.Plugin, len(ps))
	byID := map[string]Plugin{}
	for i, p := range ps {
		specs[i] = p.Spec
		if _, twice := byID[p.Spec.ID()]; twice {
			return nil, fmt.Errorf("%s is there twice", p.Spec.ID())
		}
		byID[p.Spec.ID()] = p
	}
	wasmplugin.Order(specs)
	count := map[string]int{}
	for _, s := range specs {
		count[s.Name]++
	}
	var out []named
	taken := map[string]bool{}
	for _, s := range specs {
		name := s.Name
		if count[s.Name] > 1 {
			name = s.Namespace + "." + s.Name
		}
		if s.Entry > 0 {
			name = fmt.Sprintf("%s-%d", name, s.Entry)
		}
		if taken[name] {
			name = string(s.Kind) + "." + name
		}
		name = strings.Trim(unfit.ReplaceAllString(name, "-"), "-")
		if taken[name] || name == "" {
			return nil, fmt.Errorf("%s has no name that tells it from the others; rename it", s.ID())
		}
		taken[name] = true
		out = append(out, named{byID[s.ID()], name})
	}
	return out, nil
}

// unlimited warns about plugins that are meant for some traffic only, where the
// configuration has one listener.
func unlimited(ps []named) (warnings []wasmplugin.Warning) {
	for _, p := range ps {
		if len(p.Spec.Match) > 0 {
			warnings = append(warnings, wasmplugin.Warning{Source: p.Spec.Source, Resource: p.Spec.Resource(), Path: "spec.match",
				Text: "is left out: the configuration has one listener, and the plugin runs for all of it"})
		}
	}
	return warnings
}
