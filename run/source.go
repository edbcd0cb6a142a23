package run

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// source is what the user named, looked at but not read.
type source struct {
	goDir   string   // directory of a Go plugin; empty for modules
	image   bool     // an image, whose module is read once
	dir     string   // plugin directory, in which each plugin stands for itself; else empty
	broken  []error  // why plugins of dir are left out
	modules []module // one for a Go plugin, which is built to it
	routes  string   // routes file, empty if there is none
}

// module is one plugin of the chain.
type module struct {
	name   string // of the plugin
	file   string // .wasm; empty for a Go plugin and an image
	config string // configuration file, empty if there is none

	goDir    string // of a Go plugin in a plugin directory
	priority int    // there; lower numbers run first
}

// source looks at what the options name.
func (o Options) source() (source, error) {
	if o.Image != nil {
		return o.Image.source(o.Config, o.Routes), nil
	}
	if o.PluginDir != "" {
		return resolvePluginDir(o.PluginDir, o.Routes)
	}
	return resolve(o.Source, o.Config, o.Routes)
}

// resolve finds out what path is: the directory of a Go plugin, a .wasm file, or
// a directory of .wasm files, which make a chain in the order of their names.
// config and routes are the files that the user named, or empty.
func resolve(path, config, routes string) (source, error) {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return source{}, fmt.Errorf("there is no %s; want the directory of a Go plugin, a .wasm file, a directory of them, or an image, which begins with its registry", path)
	}
	if err != nil {
		return source{}, err
	}
	var s source
	dir := path
	if info.IsDir() {
		s, err = resolveDir(path)
	} else {
		s, err = resolveFile(path)
		dir = filepath.Dir(path)
	}
	if err != nil {
		return source{}, err
	}
	return s, s.files(dir, config, routes)
}

func resolveDir(dir string) (source, error) {
	sources, _ := filepath.Glob(filepath.Join(globEscape(dir), "*.go"))
	sources = slices.DeleteFunc(sources, func(f string) bool { return strings.HasSuffix(f, "_test.go") })
	if len(sources) > 0 {
		abs, err := filepath.Abs(dir)
		return source{goDir: dir, modules: []module{{name: pluginName(filepath.Base(abs))}}}, err
	}
	files, _ := filepath.Glob(filepath.Join(globEscape(dir), "*.wasm"))
	if len(files) == 0 {
		return source{}, fmt.Errorf("%s holds neither Go files nor .wasm files; `sluice new` writes a plugin to start from", dir)
	}
	var s source
	slices.Sort(files)
	for _, f := range files {
		config, err := oneOf(strings.TrimSuffix(f, ".wasm"))
		if err != nil {
			return source{}, err
		}
		s.modules = append(s.modules, module{name: pluginName(stem(f)), file: f, config: config})
	}
	return s, s.uniqueNames()
}

func resolveFile(path string) (source, error) {
	switch filepath.Ext(path) {
	case ".go", ".mod":
		return source{}, fmt.Errorf("%s is a source file; name its directory: %s", path, filepath.Dir(path))
	}
	name := stem(path)
	if name == "main" { // what builds call it
		if abs, err := filepath.Abs(path); err == nil {
			name = filepath.Base(filepath.Dir(abs))
		}
	}
	config, err := oneOf(strings.TrimSuffix(path, filepath.Ext(path)))
	return source{modules: []module{{name: pluginName(name), file: path, config: config}}}, err
}

// files adds configuration and routes: those that were named, else those that
// lie in the directory.
func (s *source) files(dir, config, routes string) (err error) {
	chain := len(s.modules) > 1
	switch {
	case config != "" && chain:
		return fmt.Errorf("--config is for one plugin, but %s holds %d; put NAME.yaml beside each NAME.wasm", dir, len(s.modules))
	case config != "":
		s.modules[0].config = config
	case !chain && s.modules[0].config == "":
		if s.modules[0].config, err = oneOf(filepath.Join(dir, "config")); err != nil {
			return err
		}
	}
	if s.routes = routes; routes == "" {
		s.routes, err = oneOf(filepath.Join(dir, "routes"))
	}
	return err
}

func (s source) uniqueNames() error {
	seen := map[string]string{}
	for _, m := range s.modules {
		if other, ok := seen[m.name]; ok {
			return fmt.Errorf("%s and %s both make a plugin named %q; rename one", other, m.file, m.name)
		}
		seen[m.name] = m.file
	}
	return nil
}

// oneOf returns the one of base.yaml, base.yml and base.json that exists, or
// nothing.
func oneOf(base string) (string, error) {
	found := ""
	for _, ext := range []string{".yaml", ".yml", ".json"} {
		if info, err := os.Stat(base + ext); err != nil || info.IsDir() {
			continue
		}
		if found != "" {
			return "", fmt.Errorf("there are both %s and %s; remove one", found, base+ext)
		}
		found = base + ext
	}
	return found, nil
}

var notInName = regexp.MustCompile(`[^A-Za-z0-9._-]+`)

// pluginName makes a name that every engine takes.
func pluginName(s string) string {
	s = strings.Trim(notInName.ReplaceAllString(s, "-"), ".-")
	if s == "" {
		return "plugin"
	}
	return s[:min(len(s), 100)]
}

// stem is a file's name without directory and ending.
func stem(path string) string {
	return strings.TrimSuffix(filepath.Base(path), filepath.Ext(path))
}

// globEscape takes the meaning from what Glob would expand.
func globEscape(dir string) string {
	if filepath.Separator == '\\' {
		return dir
	}
	return strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`).Replace(dir)
}
