package migrate

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
)

// file is a source file with the edits that it gets.
type file struct {
	name    string // relative to the root, with slashes
	src     []byte
	fset    *token.FileSet
	ast     *ast.File
	edits   []edit
	changes []Change
	manual  []Change
}

// edit replaces the bytes from start to end.
type edit struct {
	start, end int
	text       string
}

// parseDir parses the Go files of one directory, tests among them.
func parseDir(root, dir string) (files []*file, err error) {
	entries, err := os.ReadDir(dir) // a pattern would take brackets in dir's name for its own
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		if filepath.Ext(e.Name()) != ".go" || e.IsDir() {
			continue
		}
		path := filepath.Join(dir, e.Name())
		src, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		name, err := filepath.Rel(root, path)
		if err != nil {
			return nil, err
		}
		f, err := parseFile(filepath.ToSlash(name), src)
		if err != nil {
			return nil, err
		}
		files = append(files, f)
	}
	return files, nil
}

func parseFile(name string, src []byte) (*file, error) {
	fset := token.NewFileSet()
	tree, err := parser.ParseFile(fset, name, src, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	return &file{name: name, src: src, fset: fset, ast: tree}, nil
}

func (f *file) offset(p token.Pos) int { return f.fset.PositionFor(p, false).Offset }

func (f *file) at(p token.Pos, what string, args ...any) Change {
	return Change{File: f.name, Line: f.fset.PositionFor(p, false).Line, What: fmt.Sprintf(what, args...)}
}

// replace notes an edit of what lies from start to end.
func (f *file) replace(start, end token.Pos, text string) {
	f.edits = append(f.edits, edit{f.offset(start), f.offset(end), text})
}

// apply returns the edited source, and its tree as far as the imports.
func (f *file) apply() ([]byte, *ast.File, error) {
	slices.SortFunc(f.edits, func(a, b edit) int { return a.start - b.start })
	var out []byte
	last := 0
	for _, e := range f.edits {
		out = append(append(out, f.src[last:e.start]...), e.text...)
		last = e.end
	}
	out = append(out, f.src[last:]...)
	tree, err := parser.ParseFile(token.NewFileSet(), f.name, out, parser.SkipObjectResolution)
	return out, tree, err
}

// importPath of a specification, empty for one that is broken.
func importPath(spec *ast.ImportSpec) string {
	full, err := strconv.Unquote(spec.Path.Value)
	if err != nil {
		return ""
	}
	return full
}

// localName is the name by which a file knows a package.
func localName(spec *ast.ImportSpec) string {
	if spec.Name != nil {
		return spec.Name.Name
	}
	return path.Base(importPath(spec))
}
