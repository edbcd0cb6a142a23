package schema

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"go/build"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	sluice "github.com/sluiceproxy/sluice/build"
	"github.com/sluiceproxy/sluice/build/compat"
	"github.com/sluiceproxy/sluice/build/internal/gotool"
	"github.com/sluiceproxy/sluice/build/origin"
)

// Run gets a plugin's schema, and writes or compares the output file. Errors:
// ErrFormat, ErrUntyped, ErrSeveral, ErrStale, *build.CompileError, build.ErrNotMain, those
// of package build about a missing or old toolchain, what the SDK finds wrong
// with the configuration's type, and ctx's own.
func Run(ctx context.Context, o Options) (*Result, error) {
	o = o.orDefaults()
	if !slices.Contains(Formats(), o.Format) {
		return nil, fmt.Errorf("%w: %q; use %s", ErrFormat, o.Format, strings.Join(Formats(), ", "))
	}
	if o.Check && o.Output == "" {
		return nil, errors.New("there is no file to check: name one with Output")
	}
	if o.Output != "" {
		if err := checkOutput(o.Output, o.Format); err != nil {
			return nil, err
		}
	}
	ctx, cancel := context.WithTimeoutCause(ctx, o.Timeout, fmt.Errorf("%s took longer than %v", o.Dir, o.Timeout))
	defer cancel()
	r, err := o.ask(ctx)
	if err != nil || o.Output == "" {
		return r, err
	}
	r.Output = o.Output
	if o.Check {
		return r, compare(o.Output, r.Document)
	}
	return r, replace(o.Output, r.Document)
}

// ask compiles and runs the plugin, in a directory that is removed at the end.
func (o Options) ask(ctx context.Context) (r *Result, err error) {
	dir, err := mainPackage(o.Dir)
	if err != nil {
		return nil, err
	}
	tmp, err := os.MkdirTemp("", "sluice-schema-")
	if err != nil {
		return nil, fmt.Errorf("making a directory for the build: %w; set TMPDIR to a directory that can be written", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(tmp)) }()
	plan, err := compat.New(ctx, compat.Options{Dir: dir, Go: o.Go})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, plan.Close()) }()
	answer := filepath.Join(tmp, "answer.json")
	overlay, err := o.overlay(tmp, dir, answer)
	if err != nil {
		return nil, err
	}
	env := slices.Concat(plan.Env, []string{
		"GOOS=" + runtime.GOOS, "GOARCH=" + runtime.GOARCH, "CGO_ENABLED=0", "PWD=" + dir,
	})
	tool, err := gotool.Find(ctx, o.Go, dir, env...)
	if err != nil {
		return nil, err
	}
	args := append([]string{"run", "-overlay=" + overlay}, module(plan.Args, tool.Module)...)
	_, failed := tool.Run(ctx, nil, append(args, ".")...)
	return o.read(answer, failed)
}

// module are the arguments that choose the module's dependencies. A vendor
// directory holds what the plugin imports itself, and not what is added to it.
func module(args []string, file string) []string {
	if len(args) > 0 {
		return args
	}
	if _, err := os.Stat(filepath.Join(filepath.Dir(file), "vendor", "modules.txt")); err == nil {
		return []string{"-mod=readonly"}
	}
	return nil
}

// mainPackage checks that there is a main package for this machine, and returns
// its directory's real path: the go command compares it with its own.
func mainPackage(dir string) (string, error) {
	if err := gotool.CheckDir(dir); err != nil {
		return "", err
	}
	abs, err := filepath.Abs(dir)
	if err == nil {
		abs, err = filepath.EvalSymlinks(abs)
	}
	if err != nil {
		return "", err
	}
	pkg, err := build.Default.ImportDir(abs, 0)
	var none *build.NoGoError
	switch {
	case errors.As(err, &none):
		return "", fmt.Errorf("%w: %s holds no Go files for %s: the plugin must compile there too, as it does for its tests",
			sluice.ErrNotMain, dir, runtime.GOOS)
	case err == nil && pkg.Name != "main":
		return "", fmt.Errorf("%w: %s holds package %s, not main", sluice.ErrNotMain, dir, pkg.Name)
	}
	return abs, nil // other errors are the compiler's to tell
}

// added is the file that asks. Its name is the last of the package's, so that
// what it does comes after the plugin's own init functions.
const added = "zzzz_sluice_schema.go"

// overlay writes the file that asks, and the list that puts it into the package.
func (o Options) overlay(tmp, dir, answer string) (string, error) {
	into := ""
	if o.Format == Table && o.Output != "" {
		if abs, err := filepath.Abs(o.Output); err == nil && exists(abs) {
			into = abs
		}
	}
	source := fmt.Sprintf(`package main

import (
	sluiceos "os"

	sluiceschema %q
)

func init() {
	if sluiceschema.Emit(%q, sluiceschema.Request{Plugin: %q, Format: %q, Into: %q}) {
		sluiceos.Exit(0)
	}
}
`, origin.Module+"/sdk/config/schema", answer, o.Plugin, o.Format, into)
	file := filepath.Join(tmp, "main.go")
	if err := os.WriteFile(file, []byte(source), 0o600); err != nil {
		return "", err
	}
	list, err := json.Marshal(map[string]any{"Replace": map[string]string{filepath.Join(dir, added): file}})
	if err != nil {
		return "", err
	}
	name := filepath.Join(tmp, "overlay.json")
	return name, os.WriteFile(name, list, 0o600)
}

// read takes the plugin's answer. One that is there counts, whatever the plugin
// did afterwards.
func (o Options) read(answer string, failed error) (*Result, error) {
	text, err := os.ReadFile(answer)
	var compile *gotool.Failed
	switch {
	case err == nil:
	case errors.As(failed, &compile):
		return nil, sluice.NewCompileError(o.Dir, compile.Output)
	case failed != nil:
		return nil, failed
	default:
		return nil, fmt.Errorf("%w: %s parses its configuration itself; use wrapper.ParseTypedConfig, or another option that takes a struct",
			ErrUntyped, o.Dir)
	}
	var got struct {
		Plugin, Document, Error string
		Plugins                 []string
	}
	if err := json.Unmarshal(text, &got); err != nil {
		return nil, fmt.Errorf("%s: unexpected answer of the plugin: %w", o.Dir, err)
	}
	if got.Error != "" && o.Plugin == "" && len(got.Plugins) > 1 {
		return nil, fmt.Errorf("%s: %w, name one of %s", o.Dir, ErrSeveral, strings.Join(got.Plugins, ", "))
	}
	if got.Error != "" {
		return nil, fmt.Errorf("%s: %s", o.Dir, got.Error)
	}
	return &Result{Plugin: got.Plugin, Format: o.Format, Document: got.Document}, nil
}
