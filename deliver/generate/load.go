package generate

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/sluiceproxy/sluice/deploy/gen"
	"github.com/sluiceproxy/sluice/deploy/wasmplugin"
)

// Local is what a plugin is told that no resource describes: a .wasm file, a
// directory with main.wasm, an image. Its zero value is a plugin without a
// configuration, named as its file, directory or image.
type Local struct {
	// Config is a file with the configuration, YAML or JSON. Default: NAME.yaml
	// beside NAME.wasm, or config.yaml, each also .yml and .json.
	Config string
	// Name and Namespace are the resource's. The namespace's default is "default".
	Name, Namespace string
	// Fail is the strategy, default FailReload.
	Fail wasmplugin.FailStrategy
	// Phase is where in the chain the plugin runs.
	Phase wasmplugin.Phase
	// TargetRefs and Selector say where it runs. They are set in plugins of
	// resources too that have neither.
	TargetRefs []wasmplugin.TargetRef
	Selector   map[string]string
}

// set reports whether anything is set that only goes with one local plugin.
func (l Local) set() bool { return l.Config != "" || l.Name != "" }

// load reads the plugins that the arguments name, in the order in which they run.
func load(args []string, l Local) ([]gen.Plugin, []wasmplugin.Warning, error) {
	var specs []wasmplugin.Plugin
	var warnings []wasmplugin.Warning
	var problems []error
	var locals []int
	for _, arg := range args {
		if isResource(arg) {
			c, err := wasmplugin.Load(arg)
			problems = append(problems, err)
			specs, warnings = append(specs, c.Plugins...), append(warnings, c.Warnings...)
			for _, s := range c.Skipped {
				warnings = append(warnings, wasmplugin.Warning{Source: s.Source, Resource: s.Kind + " " + s.Name, Text: s.Kind + " is left out: " + s.Reason})
			}
			continue
		}
		ps, err := local(arg, l)
		problems = append(problems, err)
		for _, p := range ps {
			locals, specs = append(locals, len(specs)), append(specs, p)
		}
	}
	if err := errors.Join(problems...); err != nil {
		return nil, nil, err
	}
	if len(specs) == 0 {
		return nil, nil, fmt.Errorf("%s: %w", strings.Join(args, ", "), gen.ErrNothing)
	}
	if l.set() && len(locals) != 1 {
		return nil, nil, fmt.Errorf("a configuration and a name go with one .wasm file, directory or image; there are %d", len(locals))
	}
	keepOrder(specs, locals)
	return l.placed(specs), warnings, nil
}

// keepOrder gives several local plugins the priorities that keep their order.
func keepOrder(specs []wasmplugin.Plugin, locals []int) {
	if len(locals) < 2 {
		return
	}
	for i, at := range locals {
		n := int64(10 * (len(locals) - i))
		specs[at].Priority = &n
	}
}

// placed sets where the plugins run that don't say it.
func (l Local) placed(specs []wasmplugin.Plugin) (out []gen.Plugin) {
	for _, s := range specs {
		if len(s.TargetRefs)+len(s.Selector)+len(s.TargetSelectors) == 0 {
			s.TargetRefs, s.Selector = l.TargetRefs, l.Selector
		}
		out = append(out, gen.Plugin{Spec: s})
	}
	return out
}

// isResource reports whether an argument names files of resources.
func isResource(arg string) bool {
	info, err := os.Stat(arg)
	if err != nil {
		return false
	}
	if !info.IsDir() {
		return slices.Contains([]string{".yaml", ".yml", ".json"}, filepath.Ext(arg))
	}
	return len(find(arg, "*.wasm"))+len(find(arg, "*.go")) == 0
}

// find lists files of a directory, whose name may have any letters.
func find(dir, pattern string) (files []string) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil
	}
	for _, e := range entries {
		if ok, _ := filepath.Match(pattern, e.Name()); ok && !e.IsDir() {
			files = append(files, filepath.Join(dir, e.Name()))
		}
	}
	return files
}
