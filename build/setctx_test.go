package build

import (
	"errors"
	"strings"
	"testing"
)

const importWrapper = `package main

import "github.com/sluiceproxy/sluice/sdk/wrapper"

`

func TestSetCtx(t *testing.T) {
	for _, tt := range []struct {
		name, source string
		want         string // the position, or empty for a plugin that is fine
	}{
		{"in init", importWrapper + "func main() {}\n\nfunc init() { wrapper.SetCtx() }\n", ""},
		{"in main", importWrapper + "func main() {\n\twrapper.SetCtx()\n}\n", "main.go:6: "},
		{"in main, typed", importWrapper + "func main() {\n\twrapper.SetCtx[int]()\n}\n", "main.go:6: "},
		{"in main, many types", importWrapper + "func main() {\n\twrapper.SetCtx[int, int]()\n}\n", "main.go:6: "},
		{"in both", importWrapper + "func main() { wrapper.SetCtx() }\n\nfunc init() { wrapper.SetCtx() }\n", ""},
		{"below main", importWrapper + "func main() { setup() }\n\nfunc setup() { setup(); register() }\n\nfunc register() { wrapper.SetCtx() }\n", "main.go:9: "},
		{"below init", importWrapper + "func main() {}\n\nfunc init() { setup() }\n\nfunc setup() { wrapper.SetCtx() }\n", ""},
		{"in a variable", importWrapper + "func main() {}\n\nvar _ = setup()\n\nfunc setup() int { wrapper.SetCtx(); return 0 }\n", ""},
		{"second init", importWrapper + "func main() { wrapper.SetCtx() }\n\nfunc init() {}\n\nfunc init() { wrapper.SetCtx() }\n", ""},
		{"in a closure of main", importWrapper + "func main() {\n\tfunc() { wrapper.SetCtx() }()\n}\n", "main.go:6: "},
		{"under another name", strings.Replace(importWrapper, "import ", "import w ", 1) + "func main() { w.SetCtx() }\n", "main.go:5: "},
		{"dot import", strings.Replace(importWrapper, "import ", "import . \"fmt\"\n\nimport . ", 1) + "func main() { SetCtx(Sprint()) }\n", "main.go:7: "},
		{"own function of that name", importWrapper + "func main() { SetCtx() }\n\nfunc SetCtx() { _ = wrapper.AILogKey }\n", ""},
		{"another package of that name", strings.Replace(importWrapper, "sdk/wrapper", "sdk/other", 1) + "func main() { wrapper.SetCtx() }\n", ""},
		{"a method of that name", importWrapper + "type t struct{}\n\nfunc (t) init() { wrapper.SetCtx() }\n\nfunc main() { wrapper.SetCtx() }\n", "main.go:9: "},
		{"raw", strings.Replace(importWrapper, "wrapper", "proxywasm", 1) + "func main() { proxywasm.SetVMContext(nil) }\n", "main.go:5: "},
		{"other SDK", strings.Replace(importWrapper, "sluiceproxy/sluice/sdk", "higress-group/wasm-go/pkg", 1) + "func main() { wrapper.SetCtx() }\n", "main.go:5: "},
		{"none", "package main\n\nfunc main() {}\n", ""},
		{"broken", importWrapper + "func main() { wrapper.SetCtx(\n", ""},
	} {
		b := &builder{Options: Options{Dir: write(t, "go.mod", pluginModule, "main.go", tt.source)}}
		err := b.checkSource()
		if tt.want == "" {
			if err != nil {
				t.Errorf("%s: %v", tt.name, err)
			}
			continue
		}
		if !errors.Is(err, ErrSetCtxInMain) || !strings.Contains(err.Error(), tt.want) || !strings.Contains(err.Error(), "init()") {
			t.Errorf("%s: %v, want %q", tt.name, err, tt.want)
		}
	}
}

func TestTinygoOnly(t *testing.T) {
	for source, want := range map[string]bool{
		"//go:build tinygo\n\npackage main\n":                   true,
		"//go:build tinygo.wasm && wasm\n\npackage main\n":      true,
		"// A comment.\n\n//go:build wasi\n\npackage main\n":    true,
		"//go:build !tinygo\n\npackage main\n":                  false,
		"//go:build linux\n\npackage main\n":                    false,
		"//go:build tinygo || wasip1\n\npackage main\n":         false,
		"package main\n\n//go:build tinygo\n":                   false,
		"package main\n":                                        false,
		"not Go\n":                                              false,
		"//go:build go1.24 && (tinygo || js)\n\npackage main\n": true,
		"//go:build ((( \n\npackage main\n":                     false,
	} {
		dir := write(t, "x.go", source)
		if tinygoOnly(dir+"/x.go") != want {
			t.Errorf("%q: want %t", source, want)
		}
	}
}

func TestRelocate(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	for in, want := range map[string]string{
		"# example.com/x\n./main.go:3:15: undefined: x\n": "sub/main.go:3:15: undefined: x",
		"\t./main.go:9:1: other declaration of f":         "\tsub/main.go:9:1: other declaration of f",
		"main.go:4:2: no required module":                 "sub/main.go:4:2: no required module",
		"../lib/lib.go:1:1: x":                            "lib/lib.go:1:1: x",
		"/go/src/fmt/print.go:1:1: x":                     "/go/src/fmt/print.go:1:1: x",
		"go: example.com/x@v1: not found":                 "go: example.com/x@v1: not found",
	} {
		if got := relocate(in, "sub"); got != want {
			t.Errorf("relocate(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestSetupInMain(t *testing.T) {
	dir := write(t, "main.go", importWrapper+"func main() {\n\twrapper.SetCtx()\n}\n", "broken.go", "package (")
	if at, call := SetupInMain(dir, []string{"main.go"}); call != "wrapper.SetCtx" || at.Line != 6 || at.Column != 2 {
		t.Errorf("found %q at %v", call, at)
	}
	if _, call := SetupInMain(dir, []string{"main.go", "broken.go"}); call != "" {
		t.Errorf("found %q in files that don't parse", call)
	}
}

func TestLacks(t *testing.T) {
	for _, tt := range []struct {
		target   Target
		function string
		want     bool
	}{
		{Envoy, "proxy_redis_call", true}, {Istio, "proxy_redis_init", true}, {EnvoyGateway, "proxy_get_upstream_hosts", true},
		{Higress, "proxy_redis_call", false}, {Any, "proxy_redis_call", false}, {Embedded, "proxy_redis_call", false},
		{Envoy, "proxy_http_call", false}, {Envoy, "proxy_continue_stream", false}, {Any, "proxy_nothing", true},
	} {
		if got := tt.target.Lacks(tt.function); got != tt.want {
			t.Errorf("%q lacks %s: %t", tt.target, tt.function, got)
		}
	}
}
