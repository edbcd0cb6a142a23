package compat

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sluiceproxy/sluice/build/internal/gotool"
	"github.com/sluiceproxy/sluice/build/origin"
)

const pinned = "module demo\n\ngo 1.24\n\nrequire github.com/higress-group/wasm-go v0.0.0-20250822030947-8345453fddd0\n"

const wrapperProgram = "package main\n\nimport _ \"github.com/higress-group/wasm-go/pkg/wrapper\"\n\nfunc main() {}\n"

// plugin writes files, "name: content", into a directory of its own.
func plugin(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func newPlan(t *testing.T, dir string, sdk origin.SDK) *Plan {
	t.Helper()
	p, err := New(context.Background(), Options{Dir: dir, SDK: sdk, Env: []string{"GOPROXY=off"}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	})
	return p
}

// moduleFile is the content of a plan's module file.
func moduleFile(t *testing.T, p *Plan) string {
	t.Helper()
	if len(p.Args) != 2 || p.Args[1] != "-mod=mod" {
		t.Fatalf("arguments are %q", p.Args)
	}
	b, err := os.ReadFile(strings.TrimPrefix(p.Args[0], "-modfile="))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// released is an SDK that is not looked at, only named.
var released = origin.SDK{Version: "v0.3.0"}

func TestModuleFile(t *testing.T) {
	const paths = "/sdk/compat/wasm-go v0.3.0"
	for name, c := range map[string]struct {
		mod          string
		want, absent []string
		notes        int
		vet          bool // is told what to look for
	}{
		"pinned": {mod: pinned, notes: 0, want: []string{
			"github.com/higress-group/wasm-go v0.0.0-2025", "github.com/higress-group/proxy-wasm-go-sdk v0.0.0\n",
			"replace github.com/higress-group/wasm-go => github.com/sluiceproxy/sluice/sdk/compat/wasm-go v0.3.0",
			"replace github.com/higress-group/proxy-wasm-go-sdk => github.com/sluiceproxy/sluice/sdk/compat/proxy-wasm-go-sdk v0.3.0",
			"replace github.com/sluiceproxy/sluice => github.com/sluiceproxy/sluice v0.3.0"}},
		"no requirement": {mod: "module demo\n\ngo 1.25.0\n", want: []string{"github.com/higress-group/wasm-go v0.0.0\n", paths, "go 1.25.0"}},
		"old go line":    {mod: "module demo\n\ngo 1.19\n", want: []string{"go 1.24.0"}, absent: []string{"go 1.19"}, notes: 1, vet: true},
		"no go line":     {mod: "module demo\n", want: []string{"go 1.24.0"}, notes: 1, vet: true},
		"own replacements": {
			mod:  pinned + "\nreplace github.com/higress-group/wasm-go => ../fork\n\nreplace example.com/x => ../x\n",
			want: []string{paths, "replace example.com/x => ../x"}, absent: []string{"../fork"}, notes: 1},
		"own replacement of a version": {
			mod:  pinned + "\nreplace github.com/higress-group/wasm-go v0.0.0-20250822030947-8345453fddd0 => example.com/fork v1.0.0\n",
			want: []string{paths}, absent: []string{"example.com/fork"}, notes: 1},
	} {
		t.Run(name, func(t *testing.T) {
			dir := plugin(t, map[string]string{"go.mod": c.mod, "main.go": wrapperProgram})
			p := newPlan(t, dir, released)
			got := moduleFile(t, p)
			for _, want := range c.want {
				if !strings.Contains(got, want) {
					t.Errorf("no %q in\n%s", want, got)
				}
			}
			for _, absent := range c.absent {
				if strings.Contains(got, absent) {
					t.Errorf("%q in\n%s", absent, got)
				}
			}
			if len(p.Notes) != c.notes {
				t.Errorf("notes are %q, want %d", p.Notes, c.notes)
			}
			if vet := strings.Contains(strings.Join(p.TestArgs, " "), "-vet="); vet != c.vet {
				t.Errorf("arguments for tests are %q", p.TestArgs)
			}
			if b, err := os.ReadFile(filepath.Join(dir, "go.mod")); err != nil || string(b) != c.mod {
				t.Errorf("the plugin's go.mod is now %q, %v", b, err)
			}
		})
	}
}

func TestSums(t *testing.T) {
	sdk, err := origin.Find()
	if err != nil {
		t.Fatal(err)
	}
	dir := plugin(t, map[string]string{"go.mod": pinned, "go.sum": "example.com/x v1.0.0 h1:abc=", "main.go": wrapperProgram})
	p := newPlan(t, dir, sdk)
	b, err := os.ReadFile(strings.TrimSuffix(strings.TrimPrefix(p.Args[0], "-modfile="), ".mod") + ".sum")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"example.com/x v1.0.0 h1:abc=\n", "\ngithub.com/tidwall/gjson "} {
		if !strings.Contains(string(b), want) {
			t.Errorf("no %q in the checksums", want)
		}
	}
	if want := "-tags=sluice_no_nethttp,sluice_no_resp"; p.BuildArgs[len(p.BuildArgs)-1] != want {
		t.Errorf("arguments for the build are %q, want %s as well", p.BuildArgs, want)
	}
}

func TestClose(t *testing.T) {
	p, err := New(context.Background(), Options{Dir: plugin(t, map[string]string{"go.mod": pinned, "main.go": wrapperProgram}), SDK: released, Env: []string{"GOPROXY=off"}})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	}
	if _, err := os.Stat(strings.TrimPrefix(p.Args[0], "-modfile=")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the module file is still there: %v", err)
	}
	if err := (*Plan)(nil).Close(); err != nil {
		t.Error(err)
	}
}

func TestNotNeeded(t *testing.T) {
	p := newPlan(t, plugin(t, map[string]string{
		"go.mod":  "module demo\n\ngo 1.24\n\nrequire github.com/sluiceproxy/sluice v0.3.0\n",
		"main.go": "package main\n\nimport _ \"github.com/sluiceproxy/sluice/sdk/wrapper\"\n\nfunc main() {}\n",
	}), released)
	if p.Needed || p.TestArgs != nil || p.Args != nil || p.BuildArgs != nil || p.Env != nil {
		t.Errorf("plan is %+v", p)
	}
}

func TestImportedByAnotherPackage(t *testing.T) {
	p := newPlan(t, plugin(t, map[string]string{
		"go.mod":           "module example.com/demo\n\ngo 1.24\n",
		"main.go":          "package main\n\nimport _ \"example.com/demo/inner\"\n\nfunc main() {}\n",
		"inner/inner.go":   "package inner\n\nimport _ \"github.com/higress-group/proxy-wasm-go-sdk/proxywasm\"\n",
		"unused/unused.go": "package unused\n\nimport _ \"github.com/higress-group/wasm-go/pkg/mcp\"\n",
	}), released)
	if !p.Needed {
		t.Error("not needed")
	}
}

func TestErrors(t *testing.T) {
	main := "package main\n\nimport (\n\t_ \"github.com/higress-group/wasm-go/pkg/mcp/server\"\n)\n\nfunc main() {}\n"
	for name, c := range map[string]struct {
		files map[string]string
		is    error
		says  string
	}{
		"no module":   {map[string]string{"main.go": wrapperProgram}, ErrNoModule, "go mod init"},
		"unsupported": {map[string]string{"go.mod": pinned, "main.go": main}, ErrUnsupported, "main.go:4: github.com/higress-group/wasm-go/pkg/mcp/server"},
		"bad go.mod":  {map[string]string{"go.mod": "module demo\nrequire nonsense\n", "main.go": wrapperProgram}, nil, "go.mod:2"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := New(context.Background(), Options{Dir: plugin(t, c.files), SDK: released})
			if err == nil || c.is != nil && !errors.Is(err, c.is) || !strings.Contains(err.Error(), c.says) {
				t.Errorf("error is %v, want one that says %q", err, c.says)
			}
		})
	}
	if _, err := New(context.Background(), Options{Go: "no-such-go"}); !errors.Is(err, gotool.ErrMissing) {
		t.Errorf("without a toolchain: %v", err)
	}
}

// TestOffered compares the list of packages with what is there.
func TestOffered(t *testing.T) {
	for _, path := range offered {
		dir := strings.NewReplacer(WrapperModule, "wasm-go", RawModule, "proxy-wasm-go-sdk").Replace(path)
		if files, _ := filepath.Glob(filepath.Join("..", "..", "sdk", "compat", dir, "*.go")); len(files) == 0 {
			t.Errorf("%s is not there", path)
		}
	}
}

// TestBracketsInPath: a directory's name is no pattern.
func TestBracketsInPath(t *testing.T) {
	dir := plugin(t, map[string]string{"my [new] plugin/go.mod": "module demo\n\ngo 1.24\n", "my [new] plugin/main.go": wrapperProgram})
	if p := newPlan(t, filepath.Join(dir, "my [new] plugin"), origin.SDK{}); !p.Needed {
		t.Error("the import of the other SDK was not seen")
	}
}
