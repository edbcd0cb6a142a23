package compat

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"go/version"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/sluiceproxy/sluice/build/internal/gotool"
	"github.com/sluiceproxy/sluice/build/origin"
)

// OldestGo is the least go line of a module that imports the SDK.
const OldestGo = "1.24.0"

// module is what a go.mod file says, as far as it matters here.
type module struct {
	Module  struct{ Path string }
	Go      string
	Require []struct{ Path, Version string }
	Replace []struct {
		Old, New struct{ Path, Version string }
	}
}

// readModule reads the go.mod file that tool belongs to.
func readModule(ctx context.Context, tool *gotool.Tool) (*module, error) {
	out, err := tool.Run(ctx, nil, "mod", "edit", "-json", tool.Module)
	if err != nil {
		return nil, err
	}
	m := &module{}
	if err := json.Unmarshal(out, m); err != nil {
		return nil, fmt.Errorf("go mod edit -json %s: unexpected answer: %w", tool.Module, err)
	}
	return m, nil
}

func (m *module) requires(path string) bool {
	return slices.ContainsFunc(m.Require, func(r struct{ Path, Version string }) bool { return r.Path == path })
}

// vetArgs are what "go test" looks for in a module that is older than the SDK:
// its own list, without printf.
func (m *module) vetArgs() []string {
	if !m.older() {
		return nil
	}
	return []string{"-vet=atomic,bool,buildtags,directive,errorsas,ifaceassert,nilfunc,stringintconv,tests"}
}

// older says whether the module's go line is before that of the SDK.
func (m *module) older() bool { return version.Compare("go"+m.Go, version.Lang("go"+OldestGo)) < 0 }

// edits are the arguments of "go mod edit" that make the plugin's module file
// one that takes the SDK, and what to tell the user about them.
func (m *module) edits(sdk origin.SDK) (args, notes []string) {
	if m.Go == "" || version.Compare("go"+m.Go, "go"+OldestGo) < 0 {
		args = append(args, "-go="+OldestGo)
	}
	if m.older() {
		notes = append(notes, fmt.Sprintf("the plugin's go.mod says go %q; it is built as go %s, the least that the SDK takes", m.Go, OldestGo))
	}
	for _, path := range []string{WrapperModule, RawModule, origin.Module} {
		for _, r := range m.Replace {
			if r.Old.Path != path {
				continue
			}
			args = append(args, "-dropreplace="+at(r.Old.Path, r.Old.Version))
			notes = append(notes, fmt.Sprintf("the go.mod file's own replacement of %s by %s is not used", path, at(r.New.Path, r.New.Version)))
		}
		args = append(args, "-replace="+path+"="+replacement(path, sdk))
		if !m.requires(path) {
			args = append(args, "-require="+path+"@v0.0.0")
		}
	}
	return args, notes
}

func at(path, version string) string {
	if version == "" {
		return path
	}
	return path + "@" + version
}

// replacement is what stands for a module: a directory of a checkout, or a
// version of this project's module of the same name.
func replacement(path string, sdk origin.SDK) string {
	folder := map[string]string{WrapperModule: "/sdk/compat/wasm-go", RawModule: "/sdk/compat/proxy-wasm-go-sdk"}[path]
	if sdk.Dir != "" {
		return filepath.Join(sdk.Dir, filepath.FromSlash(folder))
	}
	return origin.Module + folder + "@" + sdk.Version
}

func copyFile(to, from string) error {
	b, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return os.WriteFile(to, b, 0o600)
}

// writeSums joins the checksums of the plugin and, from a checkout, of the SDK.
func writeSums(to, pluginDir string, sdk origin.SDK) error {
	dirs := []string{pluginDir}
	if sdk.Dir != "" {
		dirs = append(dirs, sdk.Dir, filepath.Join(sdk.Dir, "sdk", "compat", "wasm-go"))
	}
	var sums []byte
	for _, dir := range dirs {
		b, err := os.ReadFile(filepath.Join(dir, "go.sum"))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		if sums = append(sums, b...); len(b) > 0 && b[len(b)-1] != '\n' {
			sums = append(sums, '\n')
		}
	}
	return os.WriteFile(to, sums, 0o600)
}
