package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path/filepath"
)

// unit is a package whose faults are switched while it runs, so that it is
// compiled once.
type unit struct {
	dir      string
	path     string
	name     string
	files    []string
	importer types.Importer
	set      *token.FileSet
}

// listed is what go list says of a package.
type listed struct {
	ImportPath, Name, Export string
	GoFiles                  []string
	DepOnly                  bool
}

// load asks the go command for the package in a directory and for the types that
// it imports.
func load(ctx context.Context, dir string) (*unit, error) {
	cmd := exec.CommandContext(ctx, "go", "list", "-export", "-deps", "-json=ImportPath,Name,Export,GoFiles,DepOnly", ".", "os", "strconv")
	cmd.Dir = dir
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go list: %w", err)
	}
	u := &unit{dir: dir, set: token.NewFileSet()}
	exports := map[string]string{}
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var p listed
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return nil, err
		}
		exports[p.ImportPath] = p.Export
		if !p.DepOnly && p.ImportPath != "os" && p.ImportPath != "strconv" { // which the switch needs
			u.path, u.name, u.files = p.ImportPath, p.Name, p.GoFiles
		}
	}
	u.importer = importer.ForCompiler(u.set, "gc", func(path string) (io.ReadCloser, error) { return os.Open(exports[path]) })
	return u, nil
}

// check finds the types of files, and what is wrong with them.
func (u *unit) check(files []*ast.File) (*types.Info, []types.Error) {
	info := &types.Info{Types: map[ast.Expr]types.TypeAndValue{}}
	var wrong []types.Error
	conf := types.Config{Importer: u.importer, Error: func(err error) {
		var e types.Error
		if errors.As(err, &e) && !e.Soft {
			wrong = append(wrong, e)
		}
	}}
	_, _ = conf.Check(u.path, u.set, files, info) // the errors are collected
	return info, wrong
}

// switched writes all files with the faults that compile behind a switch. The
// rest is left out of what it says is in.
func (u *unit) switched(scratch string, all []fault) (replace map[string]string, in map[int]bool, err error) {
	files, sources, err := u.parse()
	if err != nil {
		return nil, nil, err
	}
	info, wrong := u.check(files)
	if len(wrong) != 0 {
		return nil, nil, wrong[0]
	}
	left := map[int]fault{}
	for i, name := range u.files {
		for _, f := range inSyntax(u.set, files[i], filepath.Join(u.dir, name), sources[i]) {
			if n := find(all, f); n >= 0 {
				left[n+1] = f
			}
		}
	}
	texts, err := u.settle(files, sources, info, left)
	if err != nil {
		return nil, nil, err
	}
	in = map[int]bool{}
	for i := range left {
		in[i-1] = true
	}
	replace, err = u.write(scratch, texts)
	return replace, in, err
}

// settle writes the files until they compile, without the faults that don't.
func (u *unit) settle(files []*ast.File, sources [][]byte, info *types.Info, left map[int]fault) ([]string, error) {
	for range 50 {
		texts, ws := make([]string, len(files)), make([]*switcher, len(files))
		again := make([]*ast.File, 0, len(files)+1)
		for i, f := range files {
			ws[i] = &switcher{source: sources[i], base: u.set.File(f.Pos()).Base(), info: info, faults: map[int]fault{}}
			for n, fault := range left {
				if u.set.File(fault.node.Pos()) == u.set.File(f.Pos()) {
					ws[i].faults[n] = fault
				}
			}
			texts[i] = ws[i].file()
			parsed, err := parser.ParseFile(u.set, u.files[i], texts[i], parser.SkipObjectResolution)
			if err != nil {
				return nil, err
			}
			again = append(again, parsed)
		}
		extra, err := parser.ParseFile(u.set, "switch.go", switchFile(u.name), parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		_, wrong := u.check(append(again, extra))
		if len(wrong) == 0 {
			return texts, nil
		}
		for _, e := range wrong {
			if !u.drop(e, again, ws, left) {
				return nil, e
			}
		}
	}
	return nil, errors.New("the package with switched faults doesn't compile")
}

// drop leaves out what an error is about.
func (u *unit) drop(e types.Error, files []*ast.File, ws []*switcher, left map[int]fault) bool {
	for i, f := range files {
		if file := u.set.File(f.Pos()); file == u.set.File(e.Pos) {
			blamed := ws[i].blame(file.Offset(e.Pos))
			for _, n := range blamed {
				delete(left, n)
			}
			return len(blamed) != 0
		}
	}
	return false
}

func (u *unit) parse() (files []*ast.File, sources [][]byte, err error) {
	for _, name := range u.files {
		source, err := os.ReadFile(filepath.Join(u.dir, name))
		if err != nil {
			return nil, nil, err
		}
		f, err := parser.ParseFile(u.set, filepath.Join(u.dir, name), source, parser.SkipObjectResolution|parser.ParseComments)
		if err != nil {
			return nil, nil, err
		}
		files, sources = append(files, f), append(sources, source)
	}
	return files, sources, nil
}

// find is where a fault is among others.
func find(all []fault, f fault) int {
	for i, a := range all {
		if filepath.Base(a.file) == filepath.Base(f.file) && a.start == f.start && a.end == f.end && a.text == f.text {
			return i
		}
	}
	return -1
}

// write keeps the files, and says which they stand for.
func (u *unit) write(scratch string, texts []string) (map[string]string, error) {
	whole, err := filepath.Abs(u.dir)
	if err != nil {
		return nil, err
	}
	replace := map[string]string{}
	for i, name := range append(u.files, "zz_sluice_fault.go") {
		text := switchFile(u.name)
		if i < len(texts) {
			text = texts[i]
		}
		to := filepath.Join(scratch, name)
		if err := os.WriteFile(to, []byte(text), 0o600); err != nil {
			return nil, err
		}
		replace[filepath.Join(whole, name)] = to
	}
	return replace, nil
}
