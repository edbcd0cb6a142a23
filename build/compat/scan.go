package compat

import (
	"errors"
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// offered are the packages of the replaced modules that exist here.
var offered = []string{
	RawModule + "/properties",
	RawModule + "/proxywasm",
	RawModule + "/proxywasm/proxytest",
	RawModule + "/proxywasm/types",
	WrapperModule + "/pkg/iface",
	WrapperModule + "/pkg/log",
	WrapperModule + "/pkg/matcher",
	WrapperModule + "/pkg/protos",
	WrapperModule + "/pkg/test",
	WrapperModule + "/pkg/tokenusage",
	WrapperModule + "/pkg/wrapper",
}

// imported is a package and where it is imported first.
type imported struct {
	path string
	at   token.Position
}

// usage are the packages of the replaced modules that a plugin imports.
type usage []imported

func (u usage) any() bool { return len(u) > 0 }

// check refuses packages that don't exist here. Tests may import what they like:
// the plugin itself can be built without them.
func (u usage) check() error {
	for _, i := range u {
		if !slices.Contains(offered, i.path) && !strings.HasSuffix(i.at.Filename, "_test.go") {
			return fmt.Errorf("%s:%d: %s: %w; leave it out, or build the plugin with the SDK that it was written for",
				nearest(i.at.Filename), i.at.Line, i.path, ErrUnsupported)
		}
	}
	return nil
}

// nearest is a path relative to the current directory if it lies below that.
func nearest(path string) string {
	cwd, err := os.Getwd()
	if err != nil {
		return path
	}
	if rel, err := filepath.Rel(cwd, path); err == nil && filepath.IsLocal(rel) {
		return rel
	}
	return path
}

// scan parses the package in dir and those of the same module that it imports.
func scan(dir, root, modulePath string) (usage, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	s := scanner{root: root, module: modulePath, seen: map[string]bool{}}
	err = s.dir(dir)
	return s.found, err
}

type scanner struct {
	root, module string
	seen         map[string]bool
	found        usage
}

// dir parses the imports of all files in a directory, whatever they are built
// for.
func (s *scanner) dir(dir string) error {
	if s.seen[dir] {
		return nil
	}
	s.seen[dir] = true
	files, err := os.ReadDir(dir) // a pattern would take brackets in dir's name for its own
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	fset := token.NewFileSet()
	for _, file := range files {
		if filepath.Ext(file.Name()) != ".go" {
			continue
		}
		f, err := parser.ParseFile(fset, filepath.Join(dir, file.Name()), nil, parser.ImportsOnly)
		if err != nil {
			continue // the compiler says it better
		}
		for _, spec := range f.Imports {
			path, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				continue
			}
			if err := s.add(path, fset.Position(spec.Pos())); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *scanner) add(path string, at token.Position) error {
	if within(path, WrapperModule) || within(path, RawModule) {
		s.found = append(s.found, imported{path, at})
		return nil
	}
	if !within(path, s.module) {
		return nil
	}
	return s.dir(filepath.Join(s.root, filepath.FromSlash(strings.TrimPrefix(path, s.module))))
}

// within reports whether the import path is the module's or below it.
func within(path, module string) bool {
	return path == module || strings.HasPrefix(path, module+"/")
}
