package oci

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/sluiceproxy/sluice/build"
	"github.com/sluiceproxy/sluice/build/oci/confschema"
)

// described is a version of a plugin that all gateways take.
func described() *Description {
	return &Description{Plugin: &build.Report{
		SHA256: "a", Size: 100, Gzip: 50, ABI: []string{"0_2_100", "0_2_1"}, Callbacks: []string{"proxy_on_log"}, Exports: []string{"memory"},
		Imports: []build.Import{
			{Name: "env.proxy_log", Gateways: []string{"envoy >=1.36", "higress"}},
			{Name: "env.proxy_redis_call", Gateways: []string{"higress"}},
		},
		Go:       &build.GoInfo{Version: "go1.26.0", Module: "x@(devel)", Deps: []string{"a@v1.0.0", "b@v1.0.0"}, Settings: []string{"-trimpath=true"}},
		Sections: []build.Section{{Name: "code", Size: 60}},
	}}
}

// TestCompare: each change is told once, under its topic, and is breaking where
// something may fail.
func TestCompare(t *testing.T) {
	for name, tt := range map[string]struct {
		change func(d *Description)
		want   []string
	}{
		"nothing":              {func(*Description) {}, nil},
		"ABI gone":             {func(d *Description) { d.Plugin.ABI = d.Plugin.ABI[:1] }, []string{"!ABI 0_2_1: there -> "}},
		"ABI new":              {func(d *Description) { d.Plugin.ABI = append(d.Plugin.ABI, "0_2_0") }, []string{"ABI 0_2_0:  -> there"}},
		"ABI order":            {func(d *Description) { slices.Reverse(d.Plugin.ABI) }, []string{"!ABI order: 0_2_100, 0_2_1 -> 0_2_1, 0_2_100"}},
		"import gone":          {func(d *Description) { d.Plugin.Imports = d.Plugin.Imports[:1] }, []string{"host function env.proxy_redis_call: higress -> "}},
		"import known":         {imports("env.x", "higress"), []string{"host function env.x:  -> higress"}},
		"import newer":         {imports("env.x", "envoy >=1.39", "higress"), []string{"!host function env.x:  -> envoy >=1.39, higress"}},
		"import of no gateway": {imports("env.x"), []string{"!host function env.x:  -> no gateway"}},
		"import lost a gateway": {func(d *Description) { d.Plugin.Imports[0].Gateways = []string{"higress"} },
			[]string{"!host function env.proxy_log: envoy >=1.36, higress -> higress"}},
		"callback": {func(d *Description) { d.Plugin.Callbacks = []string{"proxy_on_tick"} },
			[]string{"callback proxy_on_log: there -> ", "callback proxy_on_tick:  -> there"}},
		"gateway": {func(d *Description) {
			d.Plugin.Problems = []build.Problem{{Targets: []build.Target{build.Envoy}, Cause: "it is odd"}}
		}, []string{"!gateway envoy: takes it -> refuses it: it is odd"}},
		"toolchain": {func(d *Description) { d.Plugin.Go.Version, d.Plugin.Go.Settings = "go1.26.8", nil },
			[]string{"toolchain Go: go1.26.0 -> go1.26.8", "toolchain -trimpath: true -> "}},
		"dependencies": {func(d *Description) { d.Plugin.Go.Deps = []string{"a@v1.1.0", "c@v1.0.0"} },
			[]string{"dependency a: v1.0.0 -> v1.1.0", "dependency b: v1.0.0 -> ", "dependency c:  -> v1.0.0"}},
		"another language": {func(d *Description) { d.Plugin.Go = nil; d.Plugin.Tools = []string{"rustc 1"} },
			[]string{"toolchain Go: go1.26.0 -> ", "toolchain tools:  -> rustc 1", "toolchain -trimpath: true -> ", "dependency a: v1.0.0 -> ", "dependency b: v1.0.0 -> ", "dependency x: (devel) -> "}},
		"size": {func(d *Description) { d.Plugin.Size, d.Plugin.Gzip, d.Plugin.Sections[0].Size = 101, 51, 61 },
			[]string{"size plugin: 100 -> 101", "size compressed: 50 -> 51", "size section code: 60 -> 61"}},
		"size not known": {func(d *Description) { d.Plugin.Gzip = 0 }, nil},
		"schema": {func(d *Description) {
			d.Schema = confschema.Schema{"type": "object", "required": []any{"a"}, "properties": map[string]any{"a": map[string]any{"type": "string"}}}
		}, []string{"*configuration"}},
	} {
		b := described()
		tt.change(b)
		d := compare(described(), b)
		var got []string
		for _, c := range d.Changes {
			got = append(got, told(c))
		}
		if len(tt.want) == 1 && tt.want[0] == "*configuration" {
			if len(d.Changes) == 0 || d.Changes[0].Topic != TopicSchema {
				t.Errorf("%s: got %q", name, got)
			}
			continue
		}
		if !slices.Equal(got, tt.want) {
			t.Errorf("%s: got %q, want %q", name, got, tt.want)
		}
		if breaking := strings.Contains(strings.Join(tt.want, "\n"), "!"); d.Breaking != breaking || d.Same != (tt.want == nil) {
			t.Errorf("%s: breaking %t, same %t", name, d.Breaking, d.Same)
		}
	}
}

func imports(name string, gateways ...string) func(d *Description) {
	return func(d *Description) {
		d.Plugin.Imports = append(d.Plugin.Imports, build.Import{Name: name, Gateways: gateways})
	}
}

func told(c Change) string {
	text := fmt.Sprintf("%s %s: %s -> %s", c.Topic, c.Name, c.Old, c.New)
	if c.Breaking {
		return "!" + text
	}
	return text
}

// TestDiffImages: two images of one plugin are the same only if their digests
// are; a file and its image are.
func TestDiffImages(t *testing.T) {
	file, dir := pluginFile(t, "x"), t.TempDir()
	var places []string
	for i, annotations := range []map[string]string{nil, {"a": "b"}} {
		p, err := ParseLayout(filepath.Join(dir, fmt.Sprint(i)))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Package(ctx, file, p, []string{"1"}, PackageOptions{Annotations: annotations}, Options{}); err != nil {
			t.Fatal(err)
		}
		places = append(places, "oci:"+p.String())
	}
	for _, tt := range []struct {
		old, new string
		same     bool
	}{{places[0], places[0], true}, {file, places[0], true}, {places[1], file, true}, {places[0], places[1], false}} {
		d, err := Diff(ctx, tt.old, tt.new, Options{})
		if err != nil || d.Same != tt.same || d.Breaking {
			t.Errorf("%s, %s: got %+v, %v", tt.old, tt.new, d, err)
		}
	}
	d, err := Diff(ctx, places[0], places[1], Options{})
	if err != nil || len(d.Changes) != 1 || told(d.Changes[0]) != "label a:  -> b" {
		t.Errorf("got %+v, %v", d, err)
	}
	if _, err := Diff(ctx, file, filepath.Join(dir, "none.tar"), Options{}); err == nil {
		t.Error("a file that isn't there was compared")
	}
}
