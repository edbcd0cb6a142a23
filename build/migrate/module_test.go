package migrate

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sluiceproxy/sluice/build/origin"
)

// released is an SDK that is not looked at, only named.
var released = origin.SDK{Version: "v0.3.0"}

// offline keeps the go command from asking for modules.
var offline = []string{"GOPROXY=off"}

const oldModule = `module demo

go 1.19

replace github.com/alibaba/higress/plugins/wasm-go => ../..

require (
	github.com/alibaba/higress/plugins/wasm-go v0.0.0
	github.com/higress-group/proxy-wasm-go-sdk v0.0.0-20250611100342-5654e89a7a80
	github.com/higress-group/wasm-go v0.0.0-20250822030947-8345453fddd0 // a comment
	github.com/tidwall/gjson v1.18.0
)
`

// migrated rewrites a plugin of one file, and returns the new go.mod.
func migrated(t *testing.T, mod, source string, sdk origin.SDK) (string, *Result) {
	t.Helper()
	dir := write(t, map[string]string{"go.mod": mod, "main.go": source})
	r, err := Run(context.Background(), Options{Dir: dir, SDK: sdk, Env: offline})
	if err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(filepath.Join(dir, "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	return string(b), r
}

func TestModule(t *testing.T) {
	got, r := migrated(t, oldModule, old, released)
	const want = "module demo\n\ngo 1.24.0\n\nrequire (\n\tgithub.com/sluiceproxy/sluice v0.3.0\n\tgithub.com/tidwall/gjson v1.18.0\n)\n"
	if compact(got) != compact(want) {
		t.Errorf("go.mod is\n%s", got)
	}
	for _, want := range []string{
		"go.mod:5: do not replace github.com/alibaba/higress/plugins/wasm-go", "go.mod:10: do not require github.com/higress-group/wasm-go",
		"go.mod:3: go 1.24.0 instead of \"1.19\"", "go.mod:1: require github.com/sluiceproxy/sluice v0.3.0",
	} {
		if !strings.Contains(report(r), want) {
			t.Errorf("no %q in %s", want, report(r))
		}
	}
}

// compact is a text without empty lines.
func compact(text string) string {
	return strings.Join(strings.FieldsFunc(text, func(r rune) bool { return r == '\n' }), "\n")
}

func TestModuleOfCheckout(t *testing.T) {
	got, _ := migrated(t, "module demo\n\ngo 1.25.0\n", old, origin.SDK{Dir: "/some/where"})
	for _, want := range []string{"go 1.25.0", "require github.com/sluiceproxy/sluice v0.0.0", "replace github.com/sluiceproxy/sluice => /some/where"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
}

// A package without a counterpart keeps its module required; a module that has the
// SDK already keeps its version.
func TestModuleKeeps(t *testing.T) {
	source := "package main\n\nimport (\n\t_ \"github.com/higress-group/wasm-go/pkg/tokenusage\"\n\t_ \"github.com/higress-group/wasm-go/pkg/log\"\n)\n"
	mod := strings.Replace(oldModule, "require (", "require (\n\tgithub.com/sluiceproxy/sluice v0.2.0", 1)
	got, r := migrated(t, mod, source, released)
	if !strings.Contains(got, "higress-group/wasm-go v0.0.0-2025") || !strings.Contains(got, "proxy-wasm-go-sdk") || !strings.Contains(got, "sluice v0.2.0") {
		t.Errorf("go.mod is\n%s", got)
	}
	if len(r.Manual) != 1 {
		t.Errorf("left to do: %v", r.Manual)
	}
}

// A module's own packages may have a path below that of what is replaced.
func TestModuleBelow(t *testing.T) {
	own := "github.com/alibaba/higress/plugins/wasm-go/extensions/x"
	source := strings.Replace(old, "\nfunc main", "import _ \""+own+"/inner\"\n\nfunc main", 1)
	if got, _ := migrated(t, strings.Replace(oldModule, "module demo", "module "+own, 1), source, released); strings.Contains(got, "wasm-go v0.0.0") || strings.Contains(got, "=>") {
		t.Errorf("go.mod is\n%s", got)
	}
}

func TestModuleOfNoPlugin(t *testing.T) {
	const mod = "module demo\n\ngo 1.18\n"
	if got, r := migrated(t, mod, "package main\n\nfunc main() { println() }\n", released); got != mod || len(r.Changes) > 0 {
		t.Errorf("it was changed: %s, %v", got, r.Changes)
	}
	dir := write(t, map[string]string{"main.go": old})
	r, err := Run(context.Background(), Options{Dir: dir, Env: offline})
	if err != nil || len(r.Manual) != 1 || r.Manual[0].File != "go.mod" {
		t.Errorf("without go.mod: %v, %v", r, err)
	}
	dir = write(t, map[string]string{"main.go": old, "go.mod": "module demo\nrequire nonsense\n"})
	if _, err := Run(context.Background(), Options{Dir: dir, SDK: released, Env: offline}); err == nil || !strings.Contains(err.Error(), "go.mod:2") {
		t.Errorf("a broken go.mod: %v", err)
	}
	if b, err := os.ReadFile(filepath.Join(dir, "main.go")); err != nil || string(b) != old {
		t.Errorf("main.go was written nevertheless: %s, %v", b, err)
	}
}

// A dependency that imports Higress' SDK keeps it required: the plugin is then
// built with this one in its place.
func TestModuleForDependency(t *testing.T) {
	sdk, err := origin.Find()
	if err != nil {
		t.Fatal(err)
	}
	dir := write(t, map[string]string{
		"go.mod": strings.NewReplacer("replace github.com/alibaba/higress/plugins/wasm-go => ../..", "replace example.com/dep => ./dep",
			"github.com/alibaba/higress/plugins/wasm-go v0.0.0", "example.com/dep v0.0.0").Replace(oldModule),
		"main.go":    strings.Replace(old, "\nfunc main", "import _ \"example.com/dep\"\n\nfunc main", 1),
		"dep/go.mod": "module example.com/dep\n\ngo 1.24\n\nrequire github.com/higress-group/wasm-go v0.0.0-20250822030947-8345453fddd0\n",
		"dep/dep.go": "package dep\n\nimport _ \"github.com/higress-group/wasm-go/pkg/log\"\n",
	})
	r, err := Run(context.Background(), Options{Dir: dir, SDK: sdk, Env: []string{"GOPROXY=off", "GOFLAGS=-mod=mod"}})
	if err != nil {
		t.Fatal(err)
	}
	if got := string(r.Sources["go.mod"]); !strings.Contains(got, "higress-group/wasm-go v0") || !strings.Contains(got, "example.com/dep") {
		t.Errorf("go.mod is\n%s", got)
	}
	if len(r.Manual) != 1 || !strings.Contains(r.Manual[0].What, "example.com/dep imports Higress' SDK") {
		t.Errorf("left to do: %v", r.Manual)
	}
	if r, err = Run(context.Background(), Options{Dir: dir, SDK: sdk, Env: []string{"GOPROXY=off", "GOFLAGS=-mod=mod"}}); err != nil || len(r.Changes) > 0 {
		t.Errorf("a second run changes %v, %v", r.Changes, err)
	}
}
