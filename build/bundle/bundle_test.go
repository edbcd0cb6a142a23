package bundle

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sluiceproxy/sluice/build"
	"github.com/sluiceproxy/sluice/build/origin"
	"github.com/sluiceproxy/sluice/build/wasm"
)

// files are a directory of its own with these files.
func files(t *testing.T, content map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range content {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// module is a go.mod file of a plugin on this SDK, with further lines.
func module(t *testing.T, path string, lines ...string) string {
	t.Helper()
	sdk, err := origin.Find()
	if err != nil {
		t.Fatal(err)
	}
	return "module " + path + "\n\ngo 1.24.0\n\nrequire github.com/sluiceproxy/sluice v0.0.0\n\nreplace github.com/sluiceproxy/sluice => " +
		sdk.Dir + "\n" + strings.Join(lines, "\n") + "\n"
}

const rawPlugin = `package main

import (
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
)

func main() {}

var bundle, sluice = 1, 2 // names that what is generated must not need

func init() {
	proxywasm.SetHttpContext(func(uint32) types.HttpContext { return &stream{} })
}

type stream struct{ types.DefaultHttpContext }
`

func bundleOf(t *testing.T, plugins ...Plugin) (*Result, error) {
	t.Helper()
	return Build(context.Background(), Options{Plugins: plugins, Output: filepath.Join(t.TempDir(), "all.wasm"), Env: []string{"GOPROXY=off"}})
}

// Two plugins of modules with the same path, one with packages and embedded files
// of its own, and one in Higress' style: all that a separate build takes.
func TestBuild(t *testing.T) {
	if testing.Short() {
		t.Skip("compiles a module")
	}
	one := files(t, map[string]string{"go.mod": module(t, "demo"), "main.go": rawPlugin})
	two := files(t, map[string]string{
		"go.mod": module(t, "demo"),
		"cmd/plugin/main.go": strings.Replace(rawPlugin, "func main() {}", `import "demo/internal/text"

func main() { text.Hello() }`, 1),
		"internal/text/text.go":   "package text\n\nimport _ \"embed\"\n\n//go:embed hello.txt\nvar hello string\n\nfunc Hello() string { return hello }\n",
		"internal/text/hello.txt": "hello",
	})
	before := tree(t, two)
	r, err := bundleOf(t, Plugin{Name: "one", Dir: one}, Plugin{Dir: filepath.Join(two, "cmd/plugin")})
	if err != nil {
		t.Fatal(err)
	}
	if kind := wasm.KindOf(r.Code[:8]); kind != wasm.KindModule || r.Plugins[1].Name != "plugin" {
		t.Errorf("made %v of %v", kind, r.Plugins)
	}
	if after := tree(t, two); after != before {
		t.Errorf("the plugin's directory has changed:\n%s\nbefore:\n%s", after, before)
	}
	again, err := bundleOf(t, Plugin{Name: "one", Dir: one}, Plugin{Dir: filepath.Join(two, "cmd/plugin")})
	if err != nil || again.SHA256 != r.SHA256 {
		t.Errorf("a second build gives other bytes, or %v", err)
	}
}

func tree(t *testing.T, dir string) string {
	t.Helper()
	var all strings.Builder
	err := filepath.Walk(dir, func(path string, info os.FileInfo, err error) error {
		if err == nil {
			all.WriteString(path + " " + info.ModTime().String() + "\n")
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all.String()
}

// A compiler's message names the author's file, also in a package of its own.
func TestCompileError(t *testing.T) {
	good := files(t, map[string]string{"go.mod": module(t, "good"), "main.go": rawPlugin})
	bad := files(t, map[string]string{
		"go.mod":         module(t, "bad"),
		"main.go":        strings.Replace(rawPlugin, "func main() {}", "import _ \"bad/inner\"\n\nfunc main() { missing() }", 1),
		"inner/inner.go": "package inner\n",
	})
	inner := files(t, map[string]string{
		"go.mod":         module(t, "bad"),
		"main.go":        strings.Replace(rawPlugin, "func main() {}", "import _ \"bad/inner\"\n\nfunc main() {}", 1),
		"inner/inner.go": "package inner\n\nvar X = missing\n",
	})
	for name, c := range map[string]struct{ dir, want string }{
		"main package":  {bad, filepath.Join(bad, "main.go") + ":10:15: undefined: missing"},
		"inner package": {inner, filepath.Join(inner, "inner/inner.go") + ":3:9: undefined: missing"},
	} {
		_, err := bundleOf(t, Plugin{Name: "good", Dir: good}, Plugin{Name: "x", Dir: c.dir})
		var failed *build.CompileError
		if !errors.As(err, &failed) || !strings.Contains(resolved(failed.Output), c.want) {
			t.Errorf("%s: %v\nwant %s", name, err, c.want)
		}
	}
}

// resolved makes the paths of messages absolute again.
func resolved(text string) string {
	cwd, _ := os.Getwd()
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		if file, rest, ok := strings.Cut(line, ":"); ok && strings.HasPrefix(file, "..") {
			lines[i] = filepath.Join(cwd, file) + ":" + rest
		}
	}
	return strings.Join(lines, "\n")
}

// What can't work is refused before anything is compiled, by name.
func TestRefused(t *testing.T) {
	good := files(t, map[string]string{"go.mod": module(t, "good"), "main.go": rawPlugin})
	for name, c := range map[string]struct {
		plugins []Plugin
		is      error
		want    string
	}{
		"none":         {want: "at least one plugin"},
		"same name":    {plugins: []Plugin{{Name: "a", Dir: good}, {Name: "A", Dir: good}}, want: `two plugins are called "A"`},
		"bad name":     {plugins: []Plugin{{Name: "a/b", Dir: good}}, want: `"a/b" can't be a plugin's name`},
		"no directory": {plugins: []Plugin{{Dir: filepath.Join(good, "none")}}, want: "plugin none: plugin directory"},
		"no main": {plugins: []Plugin{{Name: "x", Dir: files(t, map[string]string{"go.mod": "module x\n", "x.go": "package x\n"})}},
			is: build.ErrNotMain, want: "plugin x: "},
		"set up in main": {plugins: []Plugin{{Name: "x", Dir: files(t, map[string]string{
			"go.mod": module(t, "x"), "main.go": strings.Replace(strings.Replace(rawPlugin, "func main() {}", "", 1), "func init()", "func main()", 1)})}},
			is: build.ErrSetCtxInMain, want: "main.go:13"},
		"no SDK": {plugins: []Plugin{{Name: "x", Dir: files(t, map[string]string{"go.mod": "module x\n\ngo 1.24\n", "main.go": "package main\n\nfunc main() {}\n"})}},
			is: ErrUnsafe, want: "does not use this SDK"},
		"own export": {plugins: []Plugin{{Name: "x", Dir: files(t, map[string]string{
			"go.mod": module(t, "x"), "main.go": rawPlugin + "\n//go:wasmexport proxy_on_tick\nfunc tick(uint32) {}\n"})}},
			is: ErrUnsafe, want: "main.go:18: can't be in a bundle: it exports proxy_on_tick itself"},
		"own import": {plugins: []Plugin{{Name: "x", Dir: files(t, map[string]string{
			"go.mod": module(t, "x"), "main.go": rawPlugin, "host.go": "package main\n\n//go:wasmimport env proxy_done\nfunc done() uint32\n"})}},
			is: ErrUnsafe, want: "host.go:3: can't be in a bundle: it calls the gateway past the SDK"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := bundleOf(t, c.plugins...)
			if err == nil || !strings.Contains(err.Error(), c.want) || c.is != nil && !errors.Is(err, c.is) {
				t.Errorf("%v, want %q (%v)", err, c.want, c.is)
			}
		})
	}
}

// Of two versions the higher is taken; of two replacements none.
func TestModules(t *testing.T) {
	with := func(name, version, replace string) *source {
		m := &goModule{Path: "example.com/lib", Version: version}
		if replace != "" {
			m.Replace = &goModule{Path: replace, Dir: replace}
		}
		return &source{Plugin: Plugin{Name: name}, others: []*goPackage{{ImportPath: "example.com/lib/x", Module: m}}}
	}
	b := &bundler{sources: []*source{with("a", "v1.9.0", ""), with("b", "v1.10.0", ""), with("c", "v1.2.0", "")}}
	needs, err := b.needs()
	if err != nil || needs["example.com/lib"].version != "v1.10.0" {
		t.Errorf("%v, %v", needs, err)
	}
	if shared := b.shared(); len(shared) != 1 || shared[0] != "example.com/lib/x" {
		t.Errorf("shared: %v", shared)
	}
	b.sources = []*source{with("a", "v1.9.0", ""), with("b", "v1.10.0", "/fork")}
	_, err = b.needs()
	if !errors.Is(err, ErrModules) || !strings.Contains(err.Error(), "example.com/lib: a is built with v1.9.0, b with its replacement /fork") {
		t.Errorf("error is %v", err)
	}
}

func TestCompareVersions(t *testing.T) {
	ascending := []string{"v0.0.0-20200101000000-abc", "v0.0.0-20210101000000-abc", "v0.0.0", "v0.1.0-rc.1", "v0.1.0-rc.2", "v0.1.0-rc.10",
		"v0.1.0-rc.10.x", "v0.1.0", "v0.9.0", "v0.10.0", "v1.0.0", "v2.0.0+incompatible", "v10.0.0"}
	for i, a := range ascending {
		for j, b := range ascending {
			if got := compareVersions(a, b); (got < 0) != (i < j) || (got > 0) != (i > j) {
				t.Errorf("%s and %s: %d", a, b, got)
			}
		}
	}
}

func TestParsePlugin(t *testing.T) {
	for text, want := range map[string]Plugin{
		"./x": {Dir: "./x"}, "a=./x": {Name: "a", Dir: "./x"}, "./a=b": {Dir: "./a=b"}, "a=b=c": {Name: "a", Dir: "b=c"},
	} {
		if got, err := ParsePlugin(text); err != nil || got != want {
			t.Errorf("%s: %v, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "a="} {
		if _, err := ParsePlugin(text); err == nil {
			t.Errorf("%q is taken", text)
		}
	}
}
