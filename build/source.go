package build

import (
	"errors"
	"fmt"
	"go/build"
	"go/build/constraint"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strings"
)

// checkSource finds out whether the directory holds a main package for wasip1,
// and whether that registers the plugin where a gateway gets to it.
func (b *builder) checkSource() error {
	bc := build.Default
	bc.GOOS, bc.GOARCH, bc.CgoEnabled, bc.Compiler = "wasip1", "wasm", false, "gc"
	pkg, err := bc.ImportDir(b.Dir, 0)
	ignored := tinygoFiles(b.Dir, ignoredFiles(pkg))
	var none *build.NoGoError
	var mixed *build.MultiplePackageError
	switch {
	case errors.As(err, &none) && len(ignored) > 0:
		return fmt.Errorf("%w: %s is built by TinyGo only (its build tag says so); plugins are compiled by Go itself, so remove the tag",
			ErrNotMain, filepath.Join(nearest(b.Dir), ignored[0]))
	case errors.As(err, &none):
		return fmt.Errorf("%w: %s holds no Go files for wasip1; give the directory of a plugin's main package", ErrNotMain, b.Dir)
	case errors.As(err, &mixed):
		return fmt.Errorf("%w: %s holds two packages, %s and %s", ErrNotMain, b.Dir, mixed.Packages[0], mixed.Packages[1])
	case err != nil:
		return nil //nolint:nilerr // the compiler says it better
	case pkg.Name != "main":
		return fmt.Errorf("%w: %s holds package %s, not main", ErrNotMain, b.Dir, pkg.Name)
	}
	for _, name := range ignored {
		b.warnings = append(b.warnings, name+" is built by TinyGo only (its build tag says so) and was left out")
	}
	return b.checkSetCtx(pkg.GoFiles)
}

func ignoredFiles(pkg *build.Package) []string {
	if pkg == nil {
		return nil
	}
	return pkg.IgnoredGoFiles
}

// tinygoFiles are those of the files that only TinyGo would build.
func tinygoFiles(dir string, names []string) []string {
	var found []string
	for _, name := range names {
		if tinygoOnly(filepath.Join(dir, name)) {
			found = append(found, name)
		}
	}
	return found
}

// tinygoOnly says whether a file's build constraint holds for wasip1 with the
// tag "tinygo" and not without.
func tinygoOnly(path string) bool {
	f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ParseComments|parser.PackageClauseOnly)
	if err != nil {
		return false
	}
	for _, group := range f.Comments {
		for _, c := range group.List {
			if c.Pos() > f.Package || !constraint.IsGoBuild(c.Text) {
				continue
			}
			expr, err := constraint.Parse(c.Text)
			return err == nil && expr.Eval(tagsOf("tinygo", "tinygo.wasm", "wasi")) && !expr.Eval(tagsOf())
		}
	}
	return false
}

func tagsOf(extra ...string) func(string) bool {
	return func(tag string) bool {
		return tag == "wasip1" || tag == "wasm" || tag == "gc" || strings.HasPrefix(tag, "go1.") || slices.Contains(extra, tag)
	}
}

// CheckSource says why a directory is not that of a plugin, without compiling
// it: ErrNotMain or ErrSetCtxInMain. The warnings name files that are left out.
func CheckSource(dir string) (warnings []string, err error) {
	b := &builder{Options: Options{Dir: dir}}
	err = b.checkSource()
	return b.warnings, err
}
