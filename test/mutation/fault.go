package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"sort"
	"strings"
)

// fault is one change of a source file.
type fault struct {
	file       string
	line       int
	start, end int // in bytes
	text       string
	what       string
	node       ast.Node // the expression or statement that it is in
}

// apply returns the source with the fault in it.
func (f fault) apply(source []byte) []byte {
	return []byte(string(source[:f.start]) + f.text + string(source[f.end:]))
}

// String names the fault as a compiler would.
func (f fault) String() string { return fmt.Sprintf("%s:%d: %s", f.file, f.line, f.what) }

// faults are all that can be seeded in the package in a directory, in the order
// of its source. Its tests and its main function are left out.
func faults(dir string) ([]fault, error) {
	names, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		return nil, err
	}
	var all []fault
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		source, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		in, err := inFile(name, source)
		if err != nil {
			return nil, err
		}
		all = append(all, in...)
	}
	return all, nil
}

func inFile(name string, source []byte) ([]fault, error) {
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, name, source, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	return inSyntax(set, file, name, source), nil
}

func inSyntax(set *token.FileSet, file *ast.File, name string, source []byte) []fault {
	s := seeder{set: set, name: name, source: source}
	for _, d := range file.Decls {
		if fn, ok := d.(*ast.FuncDecl); ok && fn.Body != nil && (fn.Recv != nil || fn.Name.Name != "main" && fn.Name.Name != "init") {
			ast.Inspect(fn.Body, s.node)
		}
	}
	sort.SliceStable(s.faults, func(i, j int) bool { return s.faults[i].start < s.faults[j].start })
	return s.faults
}

// spread picks n of the faults, evenly.
func spread(all []fault, n int) []fault {
	if n <= 0 || n >= len(all) {
		return all
	}
	picked := make([]fault, n)
	for i := range picked {
		picked[i] = all[i*len(all)/n]
	}
	return picked
}
