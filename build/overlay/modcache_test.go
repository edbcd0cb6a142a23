package overlay

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/sluiceproxy/sluice/build/internal/gotool"
)

// TestToolchainInTheModuleCache: one that the go command has loaded itself is trimmed
// like any other, and the module is the same.
func TestToolchainInTheModuleCache(t *testing.T) {
	tool, ctx := plugin(t, "package main\n\nimport \"time\"\n\nfunc main() { time.Now() }\n")
	out, err := tool.Run(ctx, env, "env", "GOROOT")
	if err != nil {
		t.Fatal(err)
	}
	goroot := strings.TrimSpace(string(out))
	var modules, trimmed []string
	for _, modcache := range []string{"", "GOMODCACHE=" + filepath.Dir(goroot)} {
		dir := t.TempDir()
		env := append(slices.Clone(env), "GOFLAGS=-mod=mod")
		if modcache != "" {
			env = append(env, modcache)
		}
		var o *Overlay
		for range 2 { // the second time as for a plugin that is compiled again
			if o, err = Flags(ctx, tool, env, nil, dir, false); err != nil {
				t.Fatal(err)
			}
		}
		if trimmed = append(trimmed, strings.Join(o.Trimmed, ", ")); trimmed[0] == "" || trimmed[0] != trimmed[len(trimmed)-1] || modcache != "" && o.Tool == tool || o.Tool.Version != tool.Version {
			t.Errorf("%s: %q is left out, by %+v", modcache, o.Trimmed, o.Tool)
		}
		file := filepath.Join(dir, "main.wasm")
		args := slices.Concat([]string{"build", "-trimpath", "-buildvcs=false", "-buildmode=c-shared", "-o", file}, o.Flags, []string{"."})
		if _, err := o.Tool.Run(ctx, env, args...); err != nil {
			t.Fatal(err)
		}
		module, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		modules = append(modules, string(module))
	}
	if modules[0] != modules[1] {
		t.Errorf("modules of %d and %d bytes", len(modules[0]), len(modules[1]))
	}
}

func TestOutside(t *testing.T) {
	tool, dir := &gotool.Tool{Path: "go", Env: []string{"A=b"}}, t.TempDir()
	link := filepath.Join(dir, "goroot")
	for _, c := range []struct {
		goroot, modcache, dir string
		moved                 bool
	}{
		{"/usr/go", "/cache/u/mod", dir, false}, {"/cache/u/module", "/cache/u/mod", dir, false}, {"/cache/u", "/cache/u/mod", dir, false},
		{"", "/cache/u/mod", dir, false}, {"/usr/go", "", dir, false}, {"/cache/u/mod/t", "/cache/u/mod", filepath.Join(dir, "not", "there"), false},
		{"/cache/u/mod/..t", "/cache/u/mod", dir, true}, {"/cache/u/mod/t", "/cache/u/mod", dir, true},
	} {
		got := outside(tool, c.goroot, c.modcache, c.dir)
		if (got != tool) != c.moved {
			t.Errorf("%+v: %+v", c, got)
		}
		if c.moved && (got.Path != filepath.Join(link, "bin", "go") || !slices.Equal(got.Env, []string{"A=b", "GOROOT=" + link, "GOTOOLCHAIN=local"})) {
			t.Errorf("%+v: %+v", c, got)
		}
	}
	if len(tool.Env) != 1 {
		t.Errorf("the tool's own environment is %q", tool.Env)
	}
}
