package run

import (
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

func TestResolve(t *testing.T) {
	dir := t.TempDir()
	for _, f := range []string{
		"go/main.go", "go/config.yaml", "go/routes.yaml", "go/main.wasm",
		"bare/main.go", "testsonly/x_test.go",
		"one/main.wasm", "one/config.json",
		"beside/x.wasm", "beside/x.yaml", "beside/config.yaml",
		"many/20-b.wasm", "many/10-a.wasm", "many/10-a.json", "many/routes.json", "many/config.yaml", "many/notes.txt",
		"twice/main.go", "twice/config.yaml", "twice/config.json",
		"clash/a b.wasm", "clash/a-b.wasm",
		"odd [x]*/my plugin.wasm", "empty/readme.txt", "other.yaml",
	} {
		put(t, filepath.Join(dir, f), "")
	}
	p := func(s string) string {
		if s == "" {
			return ""
		}
		return filepath.Join(dir, filepath.FromSlash(s))
	}
	mods := func(ms ...module) []module {
		for i := range ms {
			ms[i].file, ms[i].config = p(ms[i].file), p(ms[i].config)
		}
		return ms
	}
	for _, tt := range []struct {
		path, config, routes string
		want                 source
		err                  string
	}{
		{"go", "", "", source{goDir: p("go"), modules: mods(module{name: "go", file: "", config: "go/config.yaml"}), routes: p("go/routes.yaml")}, ""},
		{"go", "other.yaml", "other.yaml", source{goDir: p("go"), modules: mods(module{name: "go", file: "", config: "other.yaml"}), routes: p("other.yaml")}, ""},
		{"bare", "", "", source{goDir: p("bare"), modules: mods(module{name: "bare", file: "", config: ""})}, ""},
		{"one", "", "", source{modules: mods(module{name: "main", file: "one/main.wasm", config: "one/config.json"})}, ""},
		{"one/main.wasm", "", "", source{modules: mods(module{name: "one", file: "one/main.wasm", config: "one/config.json"})}, ""},
		{"go/main.wasm", "", "", source{modules: mods(module{name: "go", file: "go/main.wasm", config: "go/config.yaml"}), routes: p("go/routes.yaml")}, ""},
		{"beside/x.wasm", "", "", source{modules: mods(module{name: "x", file: "beside/x.wasm", config: "beside/x.yaml"})}, ""},
		{"many", "", "", source{modules: mods(module{name: "10-a", file: "many/10-a.wasm", config: "many/10-a.json"}, module{name: "20-b", file: "many/20-b.wasm", config: ""}),
			routes: p("many/routes.json")}, ""},
		{"many", "other.yaml", "", source{}, "--config is for one plugin"},
		{"odd [x]*", "", "", source{modules: mods(module{name: "my-plugin", file: "odd [x]*/my plugin.wasm", config: ""})}, ""},
		{"twice", "", "", source{}, "remove one"},
		{"clash", "", "", source{}, `both make a plugin named "a-b"`},
		{"empty", "", "", source{}, "holds neither Go files nor .wasm files"},
		{"testsonly", "", "", source{}, "holds neither Go files nor .wasm files"},
		{"go/main.go", "", "", source{}, "name its directory"},
		{"nowhere", "", "", source{}, "there is no "},
	} {
		got, err := resolve(p(tt.path), p(tt.config), p(tt.routes))
		switch {
		case tt.err != "":
			if err == nil || !strings.Contains(err.Error(), tt.err) {
				t.Errorf("%s: error is %v, want %q", tt.path, err, tt.err)
			}
		case err != nil || !reflect.DeepEqual(got, tt.want):
			t.Errorf("%s: got %+v, %v\nwant %+v", tt.path, got, err, tt.want)
		}
	}
}

func TestPluginName(t *testing.T) {
	for in, want := range map[string]string{
		"hello-world": "hello-world", "a b/c": "a-b-c", "..": "plugin", "": "plugin", ".hidden": "hidden", "ü": "plugin",
		strings.Repeat("x", 200): strings.Repeat("x", 100),
	} {
		if got := pluginName(in); got != want {
			t.Errorf("%q: got %q", in, got)
		}
	}
}
