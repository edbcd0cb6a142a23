package migrate

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"go/version"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/sluiceproxy/sluice/build/compat"
	"github.com/sluiceproxy/sluice/build/internal/gotool"
	"github.com/sluiceproxy/sluice/build/origin"
)

// replaced are the modules of what is rewritten.
var replaced = []string{
	compat.WrapperModule,
	compat.RawModule,
	"github.com/alibaba/higress/plugins/wasm-go",
	"github.com/mse-group/wasm-extensions-go",
	"github.com/proxy-wasm/proxy-wasm-go-sdk",
	"github.com/tetratelabs/proxy-wasm-go-sdk",
	"github.com/wasilibs/go-re2",
	"github.com/wasilibs/nottinygc",
}

// moduleFile is what a go.mod file says, as far as it matters here.
type moduleFile struct {
	Module  struct{ Path string }
	Go      string
	Require []struct{ Path, Version string }
	Replace []struct {
		Old struct{ Path, Version string }
	}
}

// rewriteModule works out the new go.mod file: it requires what the files then
// import, and no more what they don't.
func (r *Result) rewriteModule(ctx context.Context, o Options) error {
	src, err := os.ReadFile(filepath.Join(o.Dir, "go.mod"))
	if errors.Is(err, fs.ErrNotExist) {
		if len(r.Sources) > 0 {
			r.Manual = append(r.Manual, Change{"go.mod", 1, "is not in this directory: require " + origin.Module + " in the module's"})
		}
		return nil
	}
	if err != nil {
		return err
	}
	tool, err := gotool.Find(ctx, o.Go, o.Dir, append(o.Env, "GOWORK=off")...)
	if err != nil {
		return err
	}
	out, err := tool.Run(ctx, nil, "mod", "edit", "-json", "go.mod")
	if err != nil {
		return err
	}
	var m moduleFile
	if err := json.Unmarshal(out, &m); err != nil {
		return fmt.Errorf("go mod edit -json: unexpected answer: %w", err)
	}
	maps.DeleteFunc(r.after, func(path string, _ struct{}) bool { return within(path, m.Module.Path) })
	if m.requiresHigress() {
		if err := r.findDependents(ctx, tool, o); err != nil {
			return err
		}
	}
	args, err := r.moduleEdits(&m, src, o.SDK)
	if err != nil || len(args) == 0 {
		return err
	}
	next, err := edited(ctx, tool, src, args)
	if err != nil {
		return err
	}
	r.before["go.mod"], r.Sources["go.mod"] = src, next
	return nil
}

func (m *moduleFile) requiresHigress() bool {
	for _, q := range m.Require {
		if isHigress(q.Path) {
			return true
		}
	}
	return false
}

// moduleEdits are the arguments of "go mod edit", none where nothing changes.
func (r *Result) moduleEdits(m *moduleFile, src []byte, sdk origin.SDK) (args []string, err error) {
	first := len(r.Changes)
	defer func() { slices.SortStableFunc(r.Changes[first:], byLine) }()
	note := func(text, what string) {
		r.Changes = append(r.Changes, Change{"go.mod", lineOf(src, text), what})
	}
	requires := false
	for _, q := range m.Require {
		requires = requires || q.Path == origin.Module
		if r.unused(q.Path) {
			args = append(args, "-droprequire="+q.Path)
			note(q.Path+" "+q.Version, "do not require "+q.Path)
		}
	}
	for _, q := range m.Replace {
		if r.unused(q.Old.Path) {
			args = append(args, "-dropreplace="+at(q.Old.Path, q.Old.Version))
			note(strings.TrimSpace(q.Old.Path+" "+q.Old.Version)+" =>", "do not replace "+q.Old.Path)
		}
	}
	if requires || !r.imports(origin.Module) {
		return args, nil
	}
	if sdk == (origin.SDK{}) {
		if sdk, err = origin.Find(); err != nil {
			return nil, err
		}
	}
	note("module ", "require "+origin.Module+" "+sdk.String())
	if sdk.Dir != "" {
		args = append(args, "-require="+origin.Module+"@v0.0.0", "-replace="+origin.Module+"="+sdk.Dir)
	} else {
		args = append(args, "-require="+at(origin.Module, sdk.Version))
	}
	if m.Go == "" || version.Compare("go"+m.Go, "go"+compat.OldestGo) < 0 {
		args = append(args, "-go="+compat.OldestGo)
		note("go ", fmt.Sprintf("go %s instead of %q, the least that the SDK takes", compat.OldestGo, m.Go))
	}
	return args, nil
}

// findDependents notes the dependencies that keep Higress' SDK required.
func (r *Result) findDependents(ctx context.Context, tool *gotool.Tool, o Options) error {
	found, err := dependents(ctx, tool, o)
	for _, path := range found {
		r.after[compat.WrapperModule] = struct{}{}
		r.Manual = append(r.Manual, Change{"go.mod", 1, path + " imports Higress' SDK, which stays required for it and is replaced when the plugin is built"})
	}
	return err
}

// unused says whether a module is one of those that were replaced, and nothing
// imports it any more. Of Higress' two modules the one needs the other.
func (r *Result) unused(path string) bool {
	if isHigress(path) {
		return !r.imports(compat.WrapperModule) && !r.imports(compat.RawModule)
	}
	for _, module := range replaced {
		if within(path, module) {
			return !r.imports(path)
		}
	}
	return false
}

// imports says whether a file imports a package of a module.
func (r *Result) imports(module string) bool {
	for path := range r.after {
		if within(path, module) {
			return true
		}
	}
	return false
}

// within says whether an import path is the module's or below it.
func within(path, module string) bool {
	return module != "" && (path == module || strings.HasPrefix(path, module+"/"))
}

func at(path, version string) string {
	if version == "" {
		return path
	}
	return path + "@" + version
}

// lineOf is the first line that has the text in it, from 1; 1 where none has.
func lineOf(src []byte, text string) int {
	i := bytes.Index(src, []byte(text))
	return 1 + bytes.Count(src[:max(i, 0)], []byte("\n"))
}

// edited runs "go mod edit" on a copy of a go.mod file.
func edited(ctx context.Context, tool *gotool.Tool, src []byte, args []string) (_ []byte, err error) {
	dir, err := os.MkdirTemp("", "sluice-migrate-")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	file := filepath.Join(dir, "go.mod")
	if err := os.WriteFile(file, src, 0o600); err != nil {
		return nil, err
	}
	if _, err := tool.Run(ctx, nil, append(append([]string{"mod", "edit"}, args...), file)...); err != nil {
		return nil, err
	}
	return os.ReadFile(file)
}
