package generate

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
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

// local is the plugins of a .wasm file, of a directory of them, or of an image.
func local(arg string, l Local) ([]wasmplugin.Plugin, error) {
	info, err := os.Stat(arg)
	switch {
	case errors.Is(err, os.ErrNotExist) && !strings.HasSuffix(arg, ".wasm") && !strings.HasPrefix(arg, ".") && !filepath.IsAbs(arg):
		return image(arg, l)
	case err != nil:
		return nil, fmt.Errorf("%s: %w; want a file of resources or a directory of them, a .wasm file, a plugin's directory or an image", arg, bare(err))
	case !info.IsDir():
		p, err := module(arg, l)
		return []wasmplugin.Plugin{p}, err
	}
	files := find(arg, "*.wasm")
	if len(files) == 0 {
		return nil, fmt.Errorf("%s holds a plugin's source and no .wasm file; run `sluice build %s` first", arg, arg)
	}
	if main := filepath.Join(arg, "main.wasm"); slices.Contains(files, main) {
		files = []string{main}
	}
	var list []wasmplugin.Plugin
	var problems []error
	for _, f := range files {
		p, err := module(f, l)
		list, problems = append(list, p), append(problems, err)
	}
	return list, errors.Join(problems...)
}

func bare(err error) error {
	var e *os.PathError
	if errors.As(err, &e) {
		return e.Err
	}
	return err
}

// module is the plugin of a .wasm file.
func module(file string, l Local) (wasmplugin.Plugin, error) {
	abs, err := filepath.Abs(file)
	if err != nil {
		return wasmplugin.Plugin{}, err
	}
	stem := strings.TrimSuffix(filepath.Base(abs), filepath.Ext(abs))
	name := stem
	if stem == "main" || stem == "plugin" { // what builds call it
		name = filepath.Base(filepath.Dir(abs))
	}
	p := l.plugin(name, "file://"+filepath.ToSlash(abs))
	config := l.Config
	if config == "" {
		config = beside(filepath.Dir(abs), stem, stem == "main" || stem == "plugin")
	}
	p.Config, err = readConfig(config)
	return p, err
}

// beside is the configuration file that lies beside a module, "" without one.
func beside(dir, stem string, alone bool) string {
	stems := []string{stem}
	if alone {
		stems = append(stems, "config")
	}
	for _, s := range stems {
		for _, ext := range []string{".yaml", ".yml", ".json"} {
			if info, err := os.Stat(filepath.Join(dir, s+ext)); err == nil && info.Mode().IsRegular() {
				return filepath.Join(dir, s+ext)
			}
		}
	}
	return ""
}

// maxConfig bounds a file with a configuration.
const maxConfig = 2 << 20

func readConfig(file string) ([]byte, error) {
	if file == "" {
		return nil, nil
	}
	info, err := os.Stat(file)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() || info.Size() > maxConfig {
		return nil, fmt.Errorf("%s is no regular file of at most %d bytes", file, maxConfig)
	}
	b, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	return wasmplugin.ParseConfig(file, b)
}

// image is the plugin of an image.
func image(arg string, l Local) ([]wasmplugin.Plugin, error) {
	text := strings.TrimPrefix(arg, "oci://")
	registry, rest, ok := strings.Cut(text, "/")
	if !ok || !strings.ContainsAny(registry, ".:") && registry != "localhost" {
		return nil, fmt.Errorf("there is no %s; want a file of resources or a directory of them, a .wasm file, a plugin's directory, or an image, which begins with its registry", arg)
	}
	name, _, _ := strings.Cut(rest[strings.LastIndexByte("/"+rest, '/'):], "@")
	name, _, _ = strings.Cut(name, ":")
	p := l.plugin(name, "oci://"+text)
	var err error
	p.Config, err = readConfig(l.Config)
	return []wasmplugin.Plugin{p}, err
}

var unfit = regexp.MustCompile(`[^a-z0-9]+`)

// plugin is a plugin that no resource describes, with a name that one may have.
func (l Local) plugin(name, url string) wasmplugin.Plugin {
	name = strings.Trim(unfit.ReplaceAllString(strings.ToLower(name), "-"), "-")
	return wasmplugin.Plugin{
		Kind: wasmplugin.Istio, Namespace: cmp.Or(l.Namespace, "default"), Name: cmp.Or(l.Name, name, "plugin"),
		URL: url, FailStrategy: cmp.Or(l.Fail, wasmplugin.FailReload), Phase: l.Phase,
	}
}

// modules gets the modules, and tells Envoy's paths.
func modules(ctx context.Context, ps []gen.Plugin, o Options) ([]wasmplugin.Warning, error) {
	p, err := o.preparer()
	if err != nil {
		return nil, err
	}
	defer p.Close()
	var problems []error
	var warnings []wasmplugin.Warning
	for i := range ps {
		s := &ps[i].Spec
		m, err := p.Module(ctx, s)
		if err == nil {
			err = p.CheckConfig(ctx, m, s)
		}
		if err != nil {
			problems = append(problems, err)
			continue
		}
		for _, w := range m.Warnings {
			warnings = append(warnings, wasmplugin.Warning{Source: s.Source, Resource: s.Resource(), Text: w})
		}
		if ps[i].Path = o.seen(m, s); ps[i].Path == "" && o.What != EnvoyFilter {
			problems = append(problems, fmt.Errorf("%s: %w, and there is no directory for it", s.ID(), ErrDir))
		}
		if o.Restrict {
			ps[i].Capabilities = m.Capabilities()
		}
	}
	return warnings, errors.Join(problems...)
}
