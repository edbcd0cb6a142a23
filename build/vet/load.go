package vet

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	gobuild "go/build"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/sluiceproxy/sluice/build"
	"github.com/sluiceproxy/sluice/build/compat"
	"github.com/sluiceproxy/sluice/build/internal/gotool"
)

// listed is what "go list" says about a package.
type listed struct {
	ImportPath, Name, Dir, Export string
	GoFiles, Deps                 []string
	DepOnly, Standard             bool
	Module                        *struct {
		Main      bool
		GoVersion string
	}
}

// analysed says whether the package's source is looked at: those of the
// plugin's own module.
func (l *listed) analysed() bool {
	return l.Module != nil && l.Module.Main && !isSDK(l.ImportPath)
}

// source is a package whose source was read.
type source struct {
	*listed
	files []*ast.File
	types *types.Package
}

// loader reads the plugins of one module.
type loader struct {
	dir   string
	below bool // all plugins below dir
	tool  *gotool.Tool
	plan  *compat.Plan

	fset    *token.FileSet
	exports map[string]string // files with export data by import path
	checked map[string]*types.Package
	gc      types.Importer
	info    *types.Info
}

func newLoader(ctx context.Context, o Options) (*loader, error) {
	l := &loader{fset: token.NewFileSet(), exports: map[string]string{}, checked: map[string]*types.Package{}}
	l.dir, l.below = strings.CutSuffix(filepath.ToSlash(o.Dir), "/...")
	if l.dir == "..." {
		l.dir, l.below = ".", true
	}
	if l.dir == "" {
		l.dir = "."
	}
	if err := gotool.CheckDir(l.dir); err != nil {
		return nil, err
	}
	tool, err := gotool.Find(ctx, o.Go, l.dir, o.Env...)
	if err != nil {
		return nil, err
	}
	l.tool = tool
	l.plan, err = compat.New(ctx, compat.Options{Dir: l.dir, Go: o.Go, Env: o.Env})
	if errors.Is(err, compat.ErrNoModule) {
		return nil, fmt.Errorf("%w: %w", ErrNoPlugin, err)
	}
	return l, err
}

// load type-checks the plugins and the packages of their module.
func (l *loader) load(ctx context.Context) (*program, error) {
	patterns := []string{"."}
	if l.below {
		var err error
		if patterns, err = l.plugins(ctx); err != nil {
			return nil, err
		}
	} else if !hasGoFiles(l.dir) {
		return nil, fmt.Errorf("%w: %s holds no Go files for wasip1; %s means all plugins below it",
			ErrNoPlugin, l.dir, filepath.ToSlash(l.dir)+"/...")
	}
	all, err := l.list(ctx, append([]string{"-export", "-deps"}, patterns...)...)
	if err != nil {
		return nil, err
	}
	p := newProgram(l.fset)
	l.info = p.info
	for _, pkg := range all {
		l.exports[pkg.ImportPath] = pkg.Export
	}
	l.gc = importer.ForCompiler(l.fset, "gc", l.open)
	for _, pkg := range all {
		if !pkg.DepOnly {
			p.plugins = append(p.plugins, pkg.ImportPath)
			if pkg.Name != "main" {
				return nil, fmt.Errorf("%w: %s holds package %s, not main", ErrNoPlugin, nearest(pkg.Dir), pkg.Name)
			}
		}
		if isSDK(pkg.ImportPath) {
			p.sdk = append(p.sdk, pkg.ImportPath)
		}
		if !pkg.analysed() {
			continue
		}
		if err := l.check(p, pkg); err != nil {
			return nil, err
		}
	}
	if len(p.sdk) == 0 {
		return nil, fmt.Errorf("%w: %s does not import the SDK", ErrNoPlugin, l.dir)
	}
	return p, l.importSDK(p)
}

// hasGoFiles says whether the go command would find anything in a directory.
func hasGoFiles(dir string) bool {
	bc := gobuild.Default
	bc.GOOS, bc.GOARCH, bc.CgoEnabled = "wasip1", "wasm", false
	_, err := bc.ImportDir(dir, 0)
	var none *gobuild.NoGoError
	return !errors.As(err, &none)
}

// plugins are the import paths of the main packages below the directory that
// import the SDK.
func (l *loader) plugins(ctx context.Context) ([]string, error) {
	all, err := l.list(ctx, "-e", "./...")
	if err != nil {
		return nil, err
	}
	var found []string
	for _, pkg := range all {
		if pkg.Name == "main" && slices.ContainsFunc(pkg.Deps, isSDK) {
			found = append(found, pkg.ImportPath)
		}
	}
	if len(found) == 0 {
		return nil, fmt.Errorf("%w: no main package below %s imports the SDK", ErrNoPlugin, l.dir)
	}
	return found, nil
}

// list runs "go list" with the settings of a build for gateways, so that both
// use the same cache.
func (l *loader) list(ctx context.Context, args ...string) ([]*listed, error) {
	all := append([]string{"list"}, l.plan.Args...)
	all = append(all, "-trimpath", "-buildvcs=false", "-buildmode=c-shared",
		"-json=ImportPath,Name,Dir,Export,GoFiles,Deps,DepOnly,Standard,Module")
	out, err := l.tool.Run(ctx, append(l.plan.Env, "GOOS=wasip1", "GOARCH=wasm"), append(all, args...)...)
	var failed *gotool.Failed
	if errors.As(err, &failed) {
		messages, _, _ := strings.Cut("\n"+failed.Output, "\n{\n") // without the packages that follow
		return nil, build.NewCompileError(l.dir, messages)
	}
	if err != nil {
		return nil, err
	}
	var found []*listed
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		pkg := &listed{}
		if err := d.Decode(pkg); errors.Is(err, io.EOF) {
			return found, nil
		} else if err != nil {
			return nil, fmt.Errorf("go list: unexpected answer: %w", err)
		}
		found = append(found, pkg)
	}
}

// check parses and type-checks one package; those that it imports come first.
func (l *loader) check(p *program, pkg *listed) error {
	s := &source{listed: pkg}
	for _, name := range pkg.GoFiles {
		f, err := parser.ParseFile(l.fset, filepath.Join(pkg.Dir, name), nil, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		s.files = append(s.files, f)
	}
	conf := types.Config{Importer: l, Sizes: types.SizesFor("gc", "wasm")}
	if pkg.Module.GoVersion != "" {
		conf.GoVersion = "go" + pkg.Module.GoVersion
	}
	var err error
	if s.types, err = conf.Check(pkg.ImportPath, l.fset, s.files, l.info); err != nil {
		return fmt.Errorf("type-checking %s: %w", pkg.ImportPath, err)
	}
	l.checked[pkg.ImportPath] = s.types
	p.packages = append(p.packages, s)
	return nil
}

// importSDK gets the packages of the SDK, for the interfaces that plugins
// implement.
func (l *loader) importSDK(p *program) error {
	for _, path := range p.sdk {
		if strings.Contains(path, "/internal/") {
			continue
		}
		pkg, err := l.Import(path)
		if err != nil {
			return err
		}
		p.addInterfaces(pkg)
	}
	return nil
}

// Import implements types.Importer.
func (l *loader) Import(path string) (*types.Package, error) {
	if pkg := l.checked[path]; pkg != nil {
		return pkg, nil
	}
	return l.gc.Import(path)
}

// open returns the export data of a package.
func (l *loader) open(path string) (io.ReadCloser, error) {
	file := l.exports[path]
	if file == "" {
		return nil, fmt.Errorf("no export data of %s", path)
	}
	return os.Open(file)
}
