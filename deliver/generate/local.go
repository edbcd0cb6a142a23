package generate

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/sluiceproxy/sluice/deploy/wasmplugin"
)

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
