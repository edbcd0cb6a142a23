package bundle

import (
	"fmt"
	"io"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/sluiceproxy/sluice/build"
)

// Options say what Build shall make.
type Options struct {
	// Plugins are the plugins, at least one.
	Plugins []Plugin
	// Output is the file to write, or a directory to write main.wasm into.
	// Default main.wasm in the current directory.
	Output string
	// Target, Go, Env and Progress are those of build.Options.
	Target   build.Target
	Go       string
	Env      []string
	Progress io.Writer
}

// Plugin is one plugin of a bundle.
type Plugin struct {
	// Name chooses the plugin: it is a root_id, and a name in "_plugins_".
	// Letters, digits, '.', '_' and '-', with a letter or digit first. Default:
	// the last element of Dir.
	Name string `json:"name"`
	// Dir is the directory of its main package, in any Go module.
	Dir string `json:"dir"`
}

// ParsePlugin reads DIR, or NAME=DIR.
func ParsePlugin(text string) (Plugin, error) {
	var p Plugin
	if name, dir, ok := strings.Cut(text, "="); ok && nameRule.MatchString(name) {
		p = Plugin{Name: name, Dir: dir}
	} else {
		p.Dir = text
	}
	if p.Dir == "" {
		return p, fmt.Errorf("plugin %q: want DIR or NAME=DIR", text)
	}
	return p, nil
}

// Result says what Build has made.
type Result struct {
	*build.Result
	// Plugins are the plugins, as named.
	Plugins []Plugin `json:"plugins"`
	// Shared are packages of other modules that more than one plugin links, but
	// for the SDK and the standard library: their package variables are shared.
	Shared []string `json:"shared"`
}

var nameRule = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]*$`)

// named fills in the names and refuses those that can't be told apart.
func named(plugins []Plugin) ([]Plugin, error) {
	if len(plugins) == 0 {
		return nil, fmt.Errorf("a bundle needs at least one plugin")
	}
	list := make([]Plugin, 0, len(plugins))
	for _, p := range plugins {
		abs, err := filepath.Abs(p.Dir)
		if err != nil {
			return nil, err
		}
		if p.Name == "" {
			p.Name = filepath.Base(abs)
		}
		if !nameRule.MatchString(p.Name) || p.Name == "vendor" || p.Name == "internal" || strings.HasSuffix(p.Name, ".") {
			return nil, fmt.Errorf("%s: %q can't be a plugin's name; give it one, as in my-plugin=%s", p.Dir, p.Name, p.Dir)
		}
		for _, before := range list {
			if strings.EqualFold(before.Name, p.Name) {
				return nil, fmt.Errorf("two plugins are called %q, of %s and of %s: give one another name, as in %s-2=%s",
					p.Name, before.Dir, p.Dir, p.Name, p.Dir)
			}
		}
		list = append(list, p)
	}
	return list, nil
}
