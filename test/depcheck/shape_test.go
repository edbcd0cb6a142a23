package depcheck

import (
	"bytes"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sluiceproxy/sluice/test/e2e/harness"
)

const (
	maxFileLines     = 400
	maxFuncLines     = 80
	minDocumentedPct = 95
)

// shape is what the checks found in some source files.
type shape struct {
	tooLong      []string // files and functions over the limit
	exported     int      // exported names
	undocumented []string // those without a comment
}

// add measures one file.
func (s *shape) add(path string, code []byte) error {
	if lines := bytes.Count(code, []byte("\n")); lines > maxFileLines {
		s.tooLong = append(s.tooLong, fmt.Sprintf("%s: %d lines, want at most %d", path, lines, maxFileLines))
	}
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, path, code, parser.ParseComments)
	if err != nil {
		return err
	}
	for _, decl := range file.Decls {
		switch d := decl.(type) {
		case *ast.FuncDecl:
			s.addFunc(files, d)
		case *ast.GenDecl:
			for _, spec := range d.Specs {
				s.addSpec(files, d, spec)
			}
		}
	}
	return nil
}

// addFunc measures a function or method.
func (s *shape) addFunc(files *token.FileSet, f *ast.FuncDecl) {
	begin, end := files.Position(f.Pos()), files.Position(f.End())
	if lines := end.Line - begin.Line + 1; lines > maxFuncLines {
		s.tooLong = append(s.tooLong, fmt.Sprintf("%s:%d: %s has %d lines, want at most %d",
			begin.Filename, begin.Line, f.Name.Name, lines, maxFuncLines))
	}
	if f.Recv == nil || ast.IsExported(receiver(f.Recv.List[0].Type)) {
		s.addName(files, f.Name, f.Doc != nil)
	}
}

// addSpec measures a type, or the constants or variables of one line. A
// comment on their group counts for each of them.
func (s *shape) addSpec(files *token.FileSet, d *ast.GenDecl, spec ast.Spec) {
	switch spec := spec.(type) {
	case *ast.TypeSpec:
		s.addName(files, spec.Name, spec.Doc != nil || spec.Comment != nil || d.Doc != nil)
	case *ast.ValueSpec:
		for _, name := range spec.Names {
			s.addName(files, name, spec.Doc != nil || spec.Comment != nil || d.Doc != nil)
		}
	}
}

// addName counts name if it is exported.
func (s *shape) addName(files *token.FileSet, name *ast.Ident, documented bool) {
	if !name.IsExported() {
		return
	}
	s.exported++
	if !documented {
		p := files.Position(name.Pos())
		s.undocumented = append(s.undocumented, fmt.Sprintf("%s:%d: %s", p.Filename, p.Line, name.Name))
	}
}

// documentedPct returns how many of a hundred exported names have a comment.
func (s *shape) documentedPct() float64 {
	return 100 * float64(s.exported-len(s.undocumented)) / float64(max(s.exported, 1))
}

// receiver returns the name of the type that a method belongs to.
func receiver(expr ast.Expr) string {
	switch e := expr.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.StarExpr:
		return receiver(e.X)
	case *ast.IndexExpr:
		return receiver(e.X)
	case *ast.IndexListExpr:
		return receiver(e.X)
	}
	return ""
}

func TestShapeOfTheCode(t *testing.T) {
	var all shape
	root := harness.Root(t)
	for _, path := range sources(t) {
		code, err := os.ReadFile(filepath.Join(root, path))
		if errors.Is(err, fs.ErrNotExist) {
			continue // deleted, and not yet in the index
		}
		if err == nil {
			err = all.add(path, code)
		}
		if err != nil {
			t.Error(err)
		}
	}
	for _, line := range all.tooLong {
		t.Error(line)
	}
	if pct := all.documentedPct(); pct < minDocumentedPct {
		t.Errorf("%.1f%% of %d exported names have a comment, want %d%%; without:\n%s",
			pct, all.exported, minDocumentedPct, strings.Join(all.undocumented, "\n"))
	} else {
		t.Logf("%.1f%% of %d exported names have a comment; without:\n%s",
			pct, all.exported, strings.Join(all.undocumented, "\n"))
	}
}

func TestShapeSees(t *testing.T) {
	long := strings.Repeat("\tprintln()\n", maxFuncLines-1)
	for name, c := range map[string]struct {
		code         string
		tooLong      int
		exported     int
		undocumented int
	}{
		"small":              {"package p\n\nfunc f() {}\n", 0, 0, 0},
		"function at limit":  {"package p\nfunc f() {\n" + long[:len(long)-len("\tprintln()\n")] + "}\n", 0, 0, 0},
		"function over it":   {"package p\nfunc f() {\n" + long + "}\n", 1, 0, 0},
		"file at limit":      {"package p\n" + strings.Repeat("\n", maxFileLines-1), 0, 0, 0},
		"file over it":       {"package p\n" + strings.Repeat("\n", maxFileLines), 1, 0, 0},
		"documented":         {"package p\n// F does.\nfunc F() {}\n// T is.\ntype T struct{}\n// M does.\nfunc (T) M() {}\n", 0, 3, 0},
		"undocumented":       {"package p\nfunc F() {}\ntype T[A any] struct{}\nfunc (*T[A]) M() {}\nconst C = 1\nvar X, y = 1, 2\n", 0, 5, 5},
		"group":              {"package p\n// Both are.\nconst (\n\tA = 1\n\tB = 2\n)\n", 0, 2, 0},
		"comment at the end": {"package p\nconst (\n\tA = 1 // is\n\tB = 2\n)\n", 0, 2, 1},
		"method of a hidden": {"package p\ntype t struct{}\nfunc (t) M() {}\n", 0, 0, 0},
	} {
		var s shape
		if err := s.add("p.go", []byte(c.code)); err != nil {
			t.Fatal(err)
		}
		if len(s.tooLong) != c.tooLong || s.exported != c.exported || len(s.undocumented) != c.undocumented {
			t.Errorf("%s: got %+v", name, s)
		}
	}
	if err := new(shape).add("p.go", []byte("no Go")); err == nil {
		t.Error("a file that is not Go passed")
	}
}
