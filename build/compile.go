package build

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/sluiceproxy/sluice/build/compat"
	"github.com/sluiceproxy/sluice/build/internal/gotool"
	"github.com/sluiceproxy/sluice/build/overlay"
)

// compile runs "go build" and returns the module that it writes. All files of
// the toolchain lie in a directory that is removed at the end, whatever happens.
func (b *builder) compile(ctx context.Context) (code []byte, err error) {
	tmp, err := os.MkdirTemp("", "sluice-build-")
	if err != nil {
		return nil, fmt.Errorf("making a directory for the build: %w; set TMPDIR to a directory that can be written", err)
	}
	defer func() {
		if e := os.RemoveAll(tmp); err == nil && e != nil {
			err = e
		}
	}()
	plan, err := b.plan(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, plan.Close()) }()
	b.progress("compiling %s with %s (the first build with a toolchain takes longer)", b.Dir, b.tool.Version)
	file := filepath.Join(tmp, DefaultOutput)
	env := slices.Concat(plan.Env, []string{"GOOS=wasip1", "GOARCH=wasm", "GOTMPDIR=" + tmp})
	args := slices.Concat(plan.BuildArgs, pluginTags(b.Dir))
	flags, err := b.withTag(ctx, "", args)
	if err != nil {
		return nil, err
	}
	if code, err = b.leanBuild(ctx, env, flags, file); err != nil || !b.wantsBridge(code) {
		return code, err
	}
	b.progress("compiling it again, for Redis through %s", b.Target.Title())
	if flags, err = b.withTag(ctx, bridgeTag, args); err != nil {
		return nil, err
	}
	return b.leanBuild(ctx, env, flags, file)
}

// leanBuild is goBuild with small packages in the place of large ones of the
// standard library of which the plugin uses little, and with a trimmed runtime. A
// plugin that does not compile with these is compiled without: first with all
// packages, then, where the message is about the overlay, with all as it is.
func (b *builder) leanBuild(ctx context.Context, env, flags []string, file string) ([]byte, error) {
	b.replaced, b.trimmed = nil, nil
	if b.KeepStd {
		return b.goBuild(ctx, b.tool, env, flags, file)
	}
	for _, whole := range []bool{false, true} {
		o, err := overlay.Flags(ctx, b.tool, env, flags, filepath.Dir(file), whole)
		if err != nil {
			return nil, err
		}
		if len(o.Flags) == 0 {
			break
		}
		code, err := b.goBuild(ctx, o.Tool, env, append(slices.Clone(flags), o.Flags...), file)
		var wrong *CompileError
		if !errors.As(err, &wrong) {
			b.replaced, b.trimmed = o.Replaced, o.Trimmed
			return code, err
		}
		if strings.Contains(wrong.Output, "overlay") {
			break
		}
		if len(o.Replaced) == 0 {
			return nil, err // of the plugin itself
		}
	}
	return b.goBuild(ctx, b.tool, env, flags, file)
}

// goBuild runs "go build" once and returns the module that it writes to file.
func (b *builder) goBuild(ctx context.Context, tool *gotool.Tool, env, flags []string, file string) ([]byte, error) {
	args := append([]string{"build"}, flags...)
	strip := "-ldflags=-s -w"
	if b.KeepNames {
		strip = "-ldflags=-w"
	}
	args = append(args, "-buildmode=c-shared", "-trimpath", "-buildvcs=false", strip, "-o", file, ".")
	_, err := tool.Run(ctx, env, args...)
	var failed *gotool.Failed
	if errors.As(err, &failed) {
		return nil, NewCompileError(b.Dir, failed.Output)
	}
	if err != nil {
		return nil, err
	}
	code, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("go build wrote no module: %w", err)
	}
	return code, nil
}

// plan finds out whether the plugin imports the Go SDKs of today, which this
// one stands in for. A directory without a module is the go command's to refuse.
func (b *builder) plan(ctx context.Context) (*compat.Plan, error) {
	plan, err := compat.New(ctx, compat.Options{Dir: b.Dir, Go: b.Go, Env: b.Env})
	if errors.Is(err, compat.ErrNoModule) {
		return &compat.Plan{}, nil
	}
	if err != nil {
		return nil, err
	}
	if plan.Needed {
		b.progress("%s imports Higress' Go SDK: building it with this one in its place", b.Dir)
	}
	for _, note := range plan.Notes {
		b.progress("%s", note)
	}
	return plan, nil
}

// position matches the file and line at the start of a compiler's message.
var position = regexp.MustCompile(`^(\s*)([^\s:]+\.go)(:\d+)`)

// relocate turns the paths of the compiler, which are relative to dir, into
// paths that are relative to the current directory.
func relocate(output, dir string) string {
	prefix := nearest(dir)
	lines := strings.Split(strings.Trim(output, "\n"), "\n")
	kept := lines[:0]
	for _, line := range lines {
		if strings.HasPrefix(line, "# ") {
			continue // the package's name: there is one only
		}
		m := position.FindStringSubmatchIndex(line)
		if m != nil && !filepath.IsAbs(line[m[4]:m[5]]) {
			line = line[:m[3]] + filepath.Join(prefix, line[m[4]:m[5]]) + line[m[5]:]
		}
		kept = append(kept, line)
	}
	return strings.Join(kept, "\n")
}

// nearest is dir relative to the current directory, or as it was given where
// that is shorter.
func nearest(dir string) string {
	cwd, err := os.Getwd()
	if err != nil {
		return dir
	}
	abs, err := filepath.Abs(dir)
	if err != nil {
		return dir
	}
	rel, err := filepath.Rel(cwd, abs)
	if err != nil || len(rel) > len(dir) {
		return dir
	}
	return rel
}
