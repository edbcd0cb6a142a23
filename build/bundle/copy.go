package bundle

import (
	"bytes"
	"fmt"
	"go/parser"
	"go/token"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/sluiceproxy/sluice/build/origin"
)

const (
	// mainModule is the path of the module that is made. Those of the plugins are
	// below pluginModules.
	mainModule    = "sluice.bundle"
	pluginModules = "plugin.bundle"
	// runtime is the package that runs a bundle.
	runtime = origin.Module + "/sdk/bundle"
	// alias is the name by which the packages of plugins import it: none that
	// they have themselves.
	alias = "sluice_bundle_"
)

// newPath is the import path that a plugin's own package has in the bundle.
func (s *source) newPath(p *goPackage) string {
	if p.Module == nil || p.Module == s.main.Module || p.Module.Path == s.main.Module.Path {
		return path.Join(s.module(), strings.TrimPrefix(strings.TrimPrefix(p.ImportPath, s.main.Module.Path), "/"))
	}
	return path.Join(s.module(), "work", p.ImportPath) // another module of its workspace
}

// module is the path of the module that a plugin becomes.
func (s *source) module() string { return pluginModules + "/" + s.Name }

// folder is the directory of a package of a plugin in the bundle.
func (b *bundler) folder(s *source, p *goPackage) string {
	return filepath.Join(b.dir, "plugins", filepath.FromSlash(strings.TrimPrefix(s.newPath(p), pluginModules+"/")))
}

// copy writes a plugin's packages into the bundle. Go initialises the files of a
// package in the order of their names: first comes the one that says whose what is
// registered will be.
func (b *bundler) copy(s *source) error {
	paths := map[string]string{}
	for _, p := range s.own {
		paths[p.ImportPath] = s.newPath(p)
	}
	for _, p := range s.own {
		dir := b.folder(s, p)
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return err
		}
		name := p.Name
		if name == "main" {
			name = "plugin"
		}
		for i, file := range p.GoFiles {
			if err := b.copyFile(s, p, file, filepath.Join(dir, fmt.Sprintf("f%04d.go", i+1)), paths); err != nil {
				return err
			}
		}
		first := fmt.Sprintf("package %s\n\nimport %s %q\n\nvar _ = %s.Begin(%q)\n", name, alias, runtime, alias, s.Name)
		last := fmt.Sprintf("package %s\n\nimport %s %q\n\nfunc init() { %s.End() }\n", name, alias, runtime, alias)
		if err := writeAll(dir, map[string]string{"f0000.go": first, "g.go": last}); err != nil {
			return err
		}
		if err := copyEmbedded(p, dir); err != nil {
			return err
		}
	}
	language := s.language
	if language == "" {
		language = "1.16" // what the go command takes a missing line for
	}
	return writeAll(filepath.Join(b.dir, "plugins", s.Name), map[string]string{
		"go.mod": fmt.Sprintf("module %s\n\ngo %s\n", s.module(), language),
	})
}

func writeAll(dir string, files map[string]string) error {
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			return err
		}
	}
	return nil
}

func copyEmbedded(p *goPackage, dir string) error {
	for _, name := range p.EmbedFiles {
		data, err := os.ReadFile(filepath.Join(p.Dir, name))
		if err != nil {
			return err
		}
		to := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(to, data, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// copyFile writes a file with its package's and its imports' new names. Lines stay
// where they are, and messages name the author's file: in the module by the
// plugin's name and its path there, for people by where it lies.
func (b *bundler) copyFile(s *source, p *goPackage, name, to string, paths map[string]string) error {
	file := filepath.Join(p.Dir, name)
	code, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	if code, err = rewrite(file, code, paths); err != nil {
		return err
	}
	label := path.Join("/", s.Name, filepath.ToSlash(s.within(p)), name)
	abs, err := filepath.Abs(file)
	if err != nil {
		return err
	}
	b.places = append(b.places, place{label, abs})
	return os.WriteFile(to, append([]byte("//line "+label+":1:1\n"), code...), 0o644)
}

// within is a package's directory, relative to the plugin's where it is inside.
func (s *source) within(p *goPackage) string {
	rel, err := filepath.Rel(s.main.Dir, p.Dir)
	if err != nil || strings.HasPrefix(rel, "..") {
		return p.ImportPath
	}
	return rel
}

// edit replaces part of a file by text without line breaks.
type edit struct {
	from, to int
	text     string
}

// godebug matches the settings that only a main package can have. Those of a
// bundle are the go command's defaults.
var godebug = regexp.MustCompile(`(?m)^//go:debug\b`)

// rewrite changes the name of package main, and the paths of imports. What the
// parser can't read stays for the compiler to refuse.
func rewrite(name string, code []byte, paths map[string]string) ([]byte, error) {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, name, code, parser.ImportsOnly)
	if err != nil {
		return bytes.Replace(code, []byte("package main"), []byte("package plugin"), 1), nil //nolint:nilerr // see above
	}
	var edits []edit
	if file.Name.Name == "main" {
		at := fset.PositionFor(file.Name.Pos(), false).Offset
		edits = append(edits, edit{at, at + len("main"), "plugin"})
	}
	for _, spec := range file.Imports {
		old, err := strconv.Unquote(spec.Path.Value)
		if err != nil || paths[old] == "" {
			continue
		}
		at := fset.PositionFor(spec.Path.Pos(), false).Offset
		edits = append(edits, edit{at, at + len(spec.Path.Value), strconv.Quote(paths[old])})
	}
	slices.Reverse(edits)
	for _, e := range edits {
		code = slices.Concat(code[:e.from], []byte(e.text), code[e.to:])
	}
	return godebug.ReplaceAll(code, []byte("//  debug")), nil
}
