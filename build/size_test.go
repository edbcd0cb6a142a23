package build

import (
	"errors"
	"slices"
	"testing"

	"github.com/sluiceproxy/sluice/build/wasm"
)

func TestPackageOf(t *testing.T) {
	for name, want := range map[string]string{
		"main.main": "main", "runtime.gcStart": "runtime", "encoding/json.(*decodeState).object": "encoding/json",
		"example.com/a.b/c%2ed.F": "example.com/a.b/c.d", "slices.pdq[go.shape.struct { a/b.T }]": "slices",
		"example.com/a/b.(*T[...]).M-fm": "example.com/a/b", "type:.eq.example.com/a.T": "(generated)", "go:buildid": "(generated)",
		"": "(unknown)", "memeqbody": "(generated)", "main.init.0.func1": "main",
	} {
		if got := packageOf(name); got != want {
			t.Errorf("%s is of %s, want %s", name, got, want)
		}
	}
}

func TestSizes(t *testing.T) {
	dir := write(t, "go.mod", pluginModule, "main.go", `package main

import "encoding/json"

func main() {}

//go:wasmexport decode
func decode() int32 {
	var v map[string]any
	_ = json.Unmarshal([]byte("{}"), &v)
	return int32(len(v))
}
`)
	built, err := Build(testContext(t), Options{Dir: dir})
	var refused *RefusedError
	if !errors.As(err, &refused) {
		t.Fatalf("%v, %v", built, err) // it is no plugin
	}
	b, err := newBuilder(Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	if err := b.findGo(testContext(t)); err != nil {
		t.Fatal(err)
	}
	code, err := b.compile(testContext(t))
	if err != nil {
		t.Fatal(err)
	}
	r, err := Sizes(code)
	if err != nil {
		t.Fatal(err)
	}
	sum, at := 0, map[string]PackageSize{}
	for i, p := range r.Packages {
		if i > 0 && p.Size > r.Packages[i-1].Size {
			t.Error("packages are not sorted")
		}
		sum += p.Size
		at[p.Package] = p
		if p.Gzip <= 0 || p.Gzip > p.Size+100 || p.Functions <= 0 {
			t.Errorf("%+v", p)
		}
	}
	section := 0
	for _, s := range r.Sections {
		if s.Name == "code" {
			section = s.Size
		}
	}
	if r.Code != sum || sum > section || sum < section-16 {
		t.Errorf("packages have %d bytes, the code %d, its section %d", sum, r.Code, section)
	}
	if json := at["encoding/json"]; json.Size < 50_000 || !slices.Equal(json.Chain, []string{"main"}) {
		t.Errorf("%+v", json)
	}
	if reflect := at["reflect"]; !slices.Equal(reflect.Chain, []string{"encoding/json", "main"}) {
		t.Errorf("%+v", reflect)
	}
	if main := at["main"]; main.Functions == 0 || len(main.Chain) != 0 {
		t.Errorf("%+v", main)
	}
	if at["(unknown)"].Functions != 0 {
		t.Error("functions without a name")
	}
}

func TestSizesOfOthers(t *testing.T) {
	for _, code := range []string{"", "no module", "\x00asm\x01\x00\x00\x00\x0a\x02\x05\x01"} {
		if _, err := Sizes([]byte(code)); err == nil {
			t.Errorf("%q is taken", code)
		}
	}
	m := &wasm.Module{Sections: []wasm.Section{{ID: wasm.SectionType, Content: []byte{1, 0x60, 0, 0}}, {ID: wasm.SectionFunction, Content: []byte{1, 0}},
		{ID: wasm.SectionCode, Content: []byte{1, 2, 0, 0x0b}}}}
	r, err := Sizes(m.Encode())
	if err != nil || len(r.Packages) != 1 || r.Packages[0].Package != "(unknown)" || r.Code != 3 {
		t.Errorf("%+v, %v", r, err)
	}
}
