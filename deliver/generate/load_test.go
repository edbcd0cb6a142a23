package generate

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/sluiceproxy/sluice/deploy/envoy/envoytest"
	"github.com/sluiceproxy/sluice/deploy/gen"
	"github.com/sluiceproxy/sluice/deploy/wasmplugin"
)

// put writes files into a new directory.
func put(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		file := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// resource is a WasmPlugin of Higress.
func resource(name, url, more string) string {
	return "apiVersion: extensions.higress.io/v1alpha1\nkind: WasmPlugin\nmetadata: {name: " + name + "}\nspec:\n  url: " + url + "\n" + more
}

var probe = string(envoytest.Probe("one"))

// TestLoad: what an argument may be, and what becomes of it.
func TestLoad(t *testing.T) {
	dir := put(t, map[string]string{
		"wp/a.yaml":         resource("a", "oci://r.example/a:1", "  priority: 1\n"),
		"wp/b.yaml":         resource("b", "oci://r.example/b:1", "  priority: 2\n") + "---\napiVersion: v1\nkind: Service\nmetadata: {name: web}\n",
		"demo/main.wasm":    probe,
		"demo/main.go":      "package main",
		"demo/config.yaml":  "{b: 1, a: 2}",
		"many/one.wasm":     probe,
		"many/one.yaml":     "num: 1.50",
		"many/Two_2.wasm":   probe,
		"other/plugin.wasm": probe,
		"other/conf.json":   `{"x":1}`,
	})
	for _, c := range []struct {
		name string
		args []string
		l    Local
		want []string // name, URL's end and configuration
	}{
		{"a file", []string{"wp/a.yaml"}, Local{}, []string{"a a:1 "}},
		{"a directory", []string{"wp"}, Local{}, []string{"a a:1 ", "b b:1 "}},
		{"a plugin's directory", []string{"demo"}, Local{}, []string{`demo demo/main.wasm {"a":2,"b":1}`}},
		{"its module", []string{"demo/main.wasm"}, Local{Name: "x"}, []string{`x demo/main.wasm {"a":2,"b":1}`}},
		{"a directory of modules", []string{"many"}, Local{}, []string{`two-2 many/Two_2.wasm `, `one many/one.wasm {"num":1.50}`}},
		{"a configuration", []string{"other"}, Local{Config: "other/conf.json"}, []string{`other other/plugin.wasm {"x":1}`}},
		{"an image", []string{"oci://r.example:5000/team/img:1.0"}, Local{}, []string{"img img:1.0 "}},
		{"an image without a scheme", []string{"localhost/img@sha256:" + strings.Repeat("0", 64)}, Local{}, []string{"img " + strings.Repeat("0", 64) + " "}},
		{"several", []string{"wp/a.yaml", "demo"}, Local{}, []string{"a a:1 ", `demo demo/main.wasm {"a":2,"b":1}`}},
	} {
		t.Chdir(dir)
		ps, warnings, err := load(c.args, c.l)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		var got []string
		for i, p := range ps {
			end := c.want[min(i, len(c.want)-1)]
			end = strings.Fields(end)[1]
			url := p.Spec.URL
			if strings.HasSuffix(url, end) {
				url = end
			}
			got = append(got, p.Spec.Name+" "+url+" "+string(p.Spec.Config))
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s:\ngot  %q\nwant %q", c.name, got, c.want)
		}
		if told := strings.Contains(warningsOf(warnings), "Service is left out"); told != (c.name == "a directory") {
			t.Errorf("%s: warnings %v", c.name, warnings)
		}
	}
}

func warningsOf(ws []wasmplugin.Warning) string {
	var lines []string
	for _, w := range ws {
		lines = append(lines, w.String())
	}
	return strings.Join(lines, "\n")
}

// TestLoadPlaces: flags say where plugins run that don't say it themselves.
func TestLoadPlaces(t *testing.T) {
	t.Chdir(put(t, map[string]string{
		"a.yaml": strings.Replace(resource("a", "r.example/a", "  targetRefs: [{kind: Gateway, name: own}]\n"), "higress", "istio", 1),
		"b.yaml": resource("b", "r.example/b", ""),
	}))
	ps, _, err := load([]string{"a.yaml", "b.yaml"}, Local{TargetRefs: []wasmplugin.TargetRef{{Kind: "Gateway", Name: "flag"}}})
	if err != nil || ps[0].Spec.TargetRefs[0].Name != "own" || ps[1].Spec.TargetRefs[0].Name != "flag" {
		t.Errorf("%v %+v", err, ps)
	}
}

// TestLoadRefuses: errors say what is wrong and what to do.
func TestLoadRefuses(t *testing.T) {
	dir := put(t, map[string]string{
		"src/main.go": "package main", "bad.yaml": "a: [", "empty/x.txt": "", "one.wasm": probe, "two.wasm": probe,
		"svc.yaml": "apiVersion: v1\nkind: Service\nmetadata: {name: web}\n", "conf.yaml": "[1]",
	})
	t.Chdir(dir)
	for _, c := range []struct {
		args []string
		l    Local
		want string
	}{
		{[]string{"nothing"}, Local{}, "there is no nothing; want a file of resources"},
		{[]string{"./nothing"}, Local{}, "no such file"},
		{[]string{"nothing.wasm"}, Local{}, "no such file"},
		{[]string{"src"}, Local{}, "run `sluice build src` first"},
		{[]string{"bad.yaml"}, Local{}, "bad.yaml:1: not valid YAML"},
		{[]string{"empty"}, Local{}, "there is no plugin"},
		{[]string{"svc.yaml"}, Local{}, "there is no plugin"},
		{[]string{"one.wasm"}, Local{Config: "conf.yaml"}, "want an object, got a list"},
		{[]string{"one.wasm"}, Local{Config: "none.yaml"}, "none.yaml"},
		{[]string{"one.wasm"}, Local{Config: "src"}, "no regular file"},
		{[]string{"one.wasm", "two.wasm"}, Local{Name: "x"}, "go with one .wasm file"},
		{[]string{"svc.yaml", "bad.yaml"}, Local{}, "bad.yaml:1"},
	} {
		if _, _, err := load(c.args, c.l); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: got %v, want %q", c.args, err, c.want)
		}
	}
}

// TestWrite: what is there is not replaced without a word.
func TestWrite(t *testing.T) {
	t.Chdir(put(t, map[string]string{"demo.wasm": probe, "demo.yaml": "a: 1\n"}))
	o := Options{What: Envoy, Args: []string{"demo.wasm"}, Out: "out", Gateway: gen.Gateway{Upstream: "127.0.0.1:1"}}
	for _, c := range []struct{ config, want string }{{"a: 1\n", "wrote"}, {"a: 1\n", "unchanged"}, {"a: 2\n", "replaced"}} {
		if err := os.WriteFile("demo.yaml", []byte(c.config), 0o600); err != nil {
			t.Fatal(err)
		}
		r, err := Run(context.Background(), o)
		if err != nil || len(r.Files) != 2 || r.Files[0].Change != c.want || r.Files[0].Path != filepath.Join("out", "envoy.yaml") {
			t.Errorf("%s: %v %+v", c.want, err, r)
			continue
		}
		if m := r.Files[1]; !strings.HasPrefix(m.Path, filepath.Join("out", "plugins")) || (m.Change == "wrote") != (c.want == "wrote") {
			t.Errorf("%s: the module: %+v", c.want, m)
		}
	}
	modules, err := filepath.Glob("out/plugins/*.wasm")
	if err != nil || len(modules) != 1 {
		t.Errorf("modules: %q", modules)
	}
	o.Out = "demo.wasm" // a file is where the directory shall be
	if _, err := Run(context.Background(), o); err == nil {
		t.Error("a file served as a directory")
	}
}

// TestRun: what is printed, where modules are, and what can't be.
func TestRun(t *testing.T) {
	dir := put(t, map[string]string{"demo.wasm": probe, "no.wasm": "no module", "wp.yaml": resource("wp", "oci://r.example/x:1", "")})
	t.Chdir(dir)
	up := gen.Gateway{Upstream: "127.0.0.1:1"}
	for _, c := range []struct {
		name string
		o    Options
		want string // in the first file
	}{
		{"a local module stays where it is", Options{What: Envoy, Args: []string{"demo.wasm"}, Gateway: up}, "filename: " + filepath.Join(dir, "demo.wasm")},
		{"Envoy elsewhere", Options{What: Envoy, Args: []string{"demo.wasm"}, Gateway: up, Modules: "/etc/p"}, "filename: /etc/p/demo.wasm"},
		{"restricted", Options{What: Envoy, Args: []string{"demo.wasm"}, Gateway: up, Restrict: true}, "proxy_get_buffer_bytes: {}"},
		{"ECDS", Options{What: ECDS, Args: []string{"demo.wasm"}, Discovery: gen.Discovery{Source: gen.FromADS}}, "TypedExtensionConfig"},
		{"compose", Options{What: Compose, Args: []string{"demo.wasm"}}, "httpbin"},
		{"EnvoyFilter", Options{What: EnvoyFilter, Args: []string{"wp.yaml"}}, "uri: oci://r.example/x:1"},
		{"WasmPlugin", Options{What: WasmPlugin, Args: []string{"wp.yaml"}, For: wasmplugin.Istio}, "apiVersion: extensions.istio.io"},
	} {
		r, err := Run(context.Background(), c.o)
		if err != nil || !strings.Contains(r.Files[0].Content, c.want) || r.Files[0].Change != "" {
			t.Errorf("%s: %v %+v", c.name, err, r)
		}
	}
	for _, what := range []string{WasmPlugin, EnvoyFilter} {
		r, err := Run(context.Background(), Options{What: what, Args: []string{"demo.wasm", "wp.yaml"}, For: wasmplugin.Istio})
		if err != nil || len(r.Warnings) != 1 || !strings.Contains(r.Warnings[0], "on its own machine") {
			t.Errorf("a file for another machine: %v %+v", err, r)
		}
	}
	for _, c := range []struct {
		o    Options
		want string
	}{
		{Options{What: "nginx", Args: []string{"demo.wasm"}}, "nothing called"},
		{Options{What: Envoy, Args: []string{"no.wasm"}, Gateway: up}, "no.wasm"},
		{Options{What: WasmPlugin, Args: []string{"wp.yaml"}, For: wasmplugin.EnvoyGateway}, "spec.targetRefs"},
		{Options{What: EnvoyFilter, Args: []string{"none.yaml"}}, "none.yaml"},
		{Options{What: Envoy, Args: []string{"demo.wasm"}, Gateway: up, Modules: "etc/p"}, "absolute path"},
		{Options{What: Envoy, Args: []string{"demo.wasm"}, Gateway: up, Local: Local{Name: "Demo"}}, "small letters"},
		{Options{What: Envoy, Args: []string{"demo.wasm"}, Gateway: up, Local: Local{Namespace: "a/b"}}, "small letters"},
	} {
		if _, err := Run(context.Background(), c.o); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %q", c.o.What, err, c.want)
		}
	}
}

// TestNowhere: a module that was fetched needs a place.
func TestNowhere(t *testing.T) {
	server := serve(t, probe)
	t.Chdir(put(t, map[string]string{"wp.yaml": resource("wp", server+"/x.wasm", "")}))
	o := Options{What: Envoy, Args: []string{"wp.yaml"}, Gateway: gen.Gateway{Upstream: "127.0.0.1:1"}}
	if _, err := Run(context.Background(), o); !errors.Is(err, ErrDir) {
		t.Errorf("got %v", err)
	}
	o.Out = "out"
	r, err := Run(context.Background(), o)
	if err != nil || r.Files[0].Change != "wrote" {
		t.Errorf("%v %+v", err, r)
	}
}
