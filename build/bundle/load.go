package bundle

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/sluiceproxy/sluice/build"
	"github.com/sluiceproxy/sluice/build/compat"
	"github.com/sluiceproxy/sluice/build/internal/gotool"
)

// source is a plugin as the go command sees it.
type source struct {
	Plugin
	main     *goPackage
	own      []*goPackage // of the plugin's module or workspace, with main
	others   []*goPackage // of other modules
	sums     [][]byte     // go.sum files
	language string       // the go line of its module
}

// goPackage is a package as "go list" tells it.
type goPackage struct {
	ImportPath, Dir, Name     string
	Standard                  bool
	GoFiles, CgoFiles, SFiles []string
	EmbedFiles                []string
	Module                    *goModule
	Error                     *struct{ Pos, Err string }
	DepsErrors                []*struct{ Pos, Err string }
}

// goModule is a module as "go list" tells it.
type goModule struct {
	Path, Version, Dir, GoMod, GoVersion string
	Main                                 bool
	Replace                              *goModule
}

// load asks the go command for the packages of a plugin.
func (b *bundler) load(ctx context.Context, p Plugin) (_ *source, err error) {
	if err := gotool.CheckDir(p.Dir); err != nil {
		return nil, err
	}
	warnings, err := build.CheckSource(p.Dir)
	if err != nil {
		return nil, err
	}
	for _, w := range warnings {
		b.warnings = append(b.warnings, p.Name+": "+w)
	}
	plan, err := compat.New(ctx, compat.Options{Dir: p.Dir, SDK: b.sdk, Go: b.Go, Env: b.Env})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, plan.Close()) }()
	tool, err := gotool.Find(ctx, b.Go, p.Dir, append(slices.Clone(b.Env), plan.Env...)...)
	if err != nil {
		return nil, err
	}
	args := append([]string{"list", "-e", "-deps", "-json=ImportPath,Dir,Name,Standard,GoFiles,CgoFiles,SFiles,EmbedFiles,Module,Error"}, plan.BuildArgs...)
	out, err := tool.Run(ctx, []string{"GOOS=wasip1", "GOARCH=wasm", "CGO_ENABLED=0"}, append(args, ".")...)
	if err != nil {
		return nil, compileError(p, err)
	}
	s := &source{Plugin: p}
	if err := s.sort(out); err != nil {
		return nil, err
	}
	return s, s.readSums(plan)
}

func compileError(p Plugin, err error) error {
	var failed *gotool.Failed
	if errors.As(err, &failed) {
		return build.NewCompileError(p.Dir, failed.Output)
	}
	return err
}

// sort reads what "go list" has printed.
func (s *source) sort(out []byte) error {
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		p := &goPackage{}
		err := d.Decode(p)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return fmt.Errorf("go list: unexpected answer: %w", err)
		}
		if p.Error != nil {
			return build.NewCompileError(s.Dir, strings.TrimPrefix(p.Error.Pos+": "+p.Error.Err, ": "))
		}
		switch {
		case p.Standard:
		case p.Name == "main" || !isSDK(p) && (p.Module == nil || p.Module.Main):
			s.own = append(s.own, p)
			s.main = p // the last is what the others are for
		default:
			s.others = append(s.others, p)
		}
	}
	if s.main == nil || s.main.Module == nil {
		return fmt.Errorf("%s: %w; run \"go mod init NAME && go mod tidy\" there", s.Dir, compat.ErrNoModule)
	}
	s.language = s.main.Module.GoVersion
	return nil
}

// readSums reads the checksums that the plugin is built with.
func (s *source) readSums(plan *compat.Plan) error {
	root := filepath.Dir(s.main.Module.GoMod)
	files := []string{filepath.Join(root, "go.sum"), filepath.Join(root, "go.work.sum"), filepath.Join(filepath.Dir(root), "go.work.sum")}
	for _, arg := range plan.Args {
		if file, ok := strings.CutPrefix(arg, "-modfile="); ok {
			files = append(files, strings.TrimSuffix(file, ".mod")+".sum")
		}
	}
	for _, file := range files {
		sums, err := os.ReadFile(file)
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
		s.sums = append(s.sums, sums)
	}
	return nil
}
