package bundle

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/sluiceproxy/sluice/build"
	"github.com/sluiceproxy/sluice/build/internal/gotool"
	"github.com/sluiceproxy/sluice/build/origin"
)

// Tag is the build tag of modules that hold several plugins.
const Tag = "sluice_bundle"

// Build makes one module of several plugins. Errors: those of build.Build, where
// a *build.CompileError names the author's files; ErrUnsafe; ErrModules.
func Build(ctx context.Context, o Options) (_ *Result, err error) {
	plugins, err := named(o.Plugins)
	if err != nil {
		return nil, err
	}
	if o.Progress == nil {
		o.Progress = io.Discard
	}
	b := &bundler{Options: o, plugins: plugins}
	if b.sdk, err = origin.Find(); err != nil {
		return nil, err
	}
	if b.dir, err = os.MkdirTemp("", "sluice-bundle-"); err != nil {
		return nil, fmt.Errorf("making a directory for the bundle: %w; set TMPDIR to a directory that can be written", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(b.dir)) }()
	if err := b.generate(ctx); err != nil {
		return nil, err
	}
	r, err := b.build(ctx)
	if err != nil {
		return nil, b.relocate(err)
	}
	r.Warnings = append(r.Warnings, b.warnings...)
	return &Result{Result: r, Plugins: plugins, Shared: b.shared()}, nil
}

// bundler is one run of Build.
type bundler struct {
	Options
	plugins  []Plugin
	sdk      origin.SDK
	dir      string // of the module that is made
	sources  []*source
	places   []place
	warnings []string
}

// place says which file of an author a name in messages stands for.
type place struct{ name, file string }

// generate writes the module.
func (b *bundler) generate(ctx context.Context) error {
	for _, p := range b.plugins {
		fmt.Fprintf(b.Progress, "reading %s from %s\n", p.Name, p.Dir)
		s, err := b.load(ctx, p)
		if err != nil {
			return fmt.Errorf("plugin %s: %w", p.Name, err)
		}
		if err := s.refuse(); err != nil {
			return fmt.Errorf("plugin %s: %w", p.Name, err)
		}
		b.sources = append(b.sources, s)
	}
	for _, s := range b.sources {
		if err := b.copy(s); err != nil {
			return fmt.Errorf("plugin %s: %w", s.Name, err)
		}
	}
	if err := b.writeModule(); err != nil {
		return err
	}
	return b.writeMain()
}

// build compiles the module.
func (b *bundler) build(ctx context.Context) (*build.Result, error) {
	flags, err := b.flags(ctx)
	if err != nil {
		return nil, err
	}
	output := b.Output
	if output == "" {
		output = build.DefaultOutput
	}
	return build.Build(ctx, build.Options{
		Dir: b.dir, Output: output, Target: b.Target, Go: b.Go,
		Env:      append(slices.Clone(b.Env), "GOFLAGS="+flags, "GOWORK=off"),
		Progress: renamed{b.Progress, b.dir, b.title()},
	})
}

// flags are GOFLAGS for the bundle: the user's, with its tag, and with a module
// file that may be completed.
func (b *bundler) flags(ctx context.Context) (string, error) {
	tool, err := gotool.Find(ctx, b.Go, b.dir, append(slices.Clone(b.Env), "GOWORK=off")...)
	if err != nil {
		return "", err
	}
	out, err := tool.Run(ctx, nil, "env", "GOFLAGS")
	if err != nil {
		return "", err
	}
	tags := []string{Tag}
	flags := []string{"-mod=mod"}
	for _, flag := range strings.Fields(string(out)) {
		name := strings.TrimLeft(flag, "-")
		if list, ok := strings.CutPrefix(name, "tags="); ok {
			tags = append(tags, strings.Split(list, ",")...)
		} else if !strings.HasPrefix(name, "mod=") && !strings.HasPrefix(name, "modfile=") {
			flags = append(flags, flag)
		}
	}
	return strings.Join(append(flags, "-tags="+strings.Join(tags, ",")), " "), nil
}

func (b *bundler) title() string {
	names := make([]string, len(b.plugins))
	for i, p := range b.plugins {
		names[i] = p.Name
	}
	return strings.Join(names, ", ")
}

// renamed is a writer to which the temporary directory has another name.
type renamed struct {
	w       io.Writer
	dir, as string
}

// Write implements io.Writer.
func (r renamed) Write(p []byte) (int, error) {
	_, err := io.WriteString(r.w, strings.ReplaceAll(string(p), r.dir, r.as))
	return len(p), err
}

// relocate makes the places in a compiler's messages those of the authors'
// files, relative to the current directory where that is shorter.
func (b *bundler) relocate(err error) error {
	var failed *build.CompileError
	if !errors.As(err, &failed) {
		return err
	}
	text := failed.Output
	for _, p := range b.places {
		text = strings.ReplaceAll(text, p.name+":", shown(p.file)+":")
	}
	return &build.CompileError{Dir: b.title(), Output: strings.ReplaceAll(text, b.dir+string(filepath.Separator), "")}
}

// shown is a path as it is shown to people.
func shown(file string) string {
	cwd, err := os.Getwd()
	if err != nil {
		return file
	}
	if rel, err := filepath.Rel(cwd, file); err == nil && len(rel) < len(file) {
		return rel
	}
	return file
}
