package build

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sluiceproxy/sluice/build/wasm"
)

func TestVerify(t *testing.T) {
	if testing.Short() {
		t.Skip("compiles the standard library; run without -short")
	}
	dir := writePlugin(t)
	r, err := Build(testContext(t), Options{Dir: dir, Verify: true})
	if err != nil {
		t.Fatal(err)
	}
	if !r.Verified {
		t.Error("it is not verified")
	}
}

// TestVerifyFinds looks at two builds of which one takes another file, by a tag.
func TestVerifyFinds(t *testing.T) {
	dir := write(t, "go.mod", pluginModule, "main.go", pluginSource,
		"a.go", "//go:build !other\n\npackage main\n\n//go:wasmexport different\nfunc different() int32 { return 1 }\n",
		"b.go", "//go:build other\n\npackage main\n\n//go:wasmexport different\nfunc different() int32 { return int32(len(kept)) * abi02100Twice(3) }\n\nvar kept = \"x\"\n\n//go:noinline\nfunc abi02100Twice(n int32) int32 { return n*n*n + 1 }\n")
	first, err := Build(testContext(t), Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	second, err := Build(testContext(t), Options{Dir: dir, Env: []string{"GOFLAGS=-tags=other"}})
	if err != nil {
		t.Fatal(err)
	}
	said := difference(first.Code, second.Code)
	if !strings.Contains(said, "the code section differs from byte ") || !strings.Contains(said, ", in main.") {
		t.Error(said)
	}
	if said := difference(first.Code, first.Code); !strings.HasPrefix(said, "only the lengths") {
		t.Error(said)
	}
}

func TestDifference(t *testing.T) {
	type sections = []wasm.Section
	start, global := wasm.Section{ID: wasm.SectionStart, Content: []byte{0}}, wasm.Section{ID: wasm.SectionGlobal, Content: []byte{0}}
	for want, c := range map[string][2]sections{
		"only the second has a section start":                       {{}, {start}},
		"only the first has a section start":                        {{start}, {}},
		"section 0 is start in the first and global in the second":  {{start}, {global}},
		`the custom "a" section differs from byte 1 on`:             {{{Name: "a", Content: []byte("xy")}}, {{Name: "a", Content: []byte("xz")}}},
		"the code section differs from byte 3 on, in function 0":    {{{ID: wasm.SectionCode, Content: []byte{1, 3, 0, 1, 11}}}, {{ID: wasm.SectionCode, Content: []byte{1, 3, 0, 0, 11}}}},
		"the code section differs from byte 0 on, in function 1":    {{{ID: wasm.SectionCode, Content: []byte{2, 2, 0, 11, 2, 0, 11}}}, {{ID: wasm.SectionCode, Content: []byte{1, 2, 0, 11}}}},
		"the code section differs from byte 0 on":                   {{{ID: wasm.SectionCode, Content: []byte{9}}}, {{ID: wasm.SectionCode, Content: []byte{1, 2, 0, 11}}}},
		"one of the two is no module: not a WebAssembly module: em": {nil, nil},
	} {
		encode := func(s sections) []byte {
			if s == nil {
				return nil
			}
			return (&wasm.Module{Sections: s}).Encode()
		}
		if got := difference(encode(c[0]), encode(c[1])); !strings.HasPrefix(got, want) {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

func TestOptimize(t *testing.T) {
	dir := writePlugin(t)
	_, err := Build(testContext(t), Options{Dir: dir, Optimize: true, WasmOpt: filepath.Join(dir, "none")})
	if !errors.Is(err, ErrNoOptimizer) || !strings.Contains(err.Error(), "Binaryen") {
		t.Errorf("without the command: %v", err)
	}
	if _, err := os.Stat(filepath.Join(dir, DefaultOutput)); err == nil {
		t.Error("a module was written nevertheless")
	}
	for script, want := range map[string]string{
		`for a; do out=$a; done; cp "$PWD"/none "$out"`: "none",
		"echo it is broken; exit 3":                     "exit status 3: it is broken",
		"exit 0":                                        "wrote no module",
		`for a; do out=$a; done; printf '\0asm\001\0\0\0\007\005' > "$out"`:                "is not valid",
		`for a; do out=$a; done; printf '\0asm\001\0\0\0' > "$out"`:                        "exports ",
		`for a; do out=$a; done; for a; do case $a in *in.wasm) cp $a "$out";; esac; done`: "",
	} {
		command := filepath.Join(t.TempDir(), "opt")
		if err := os.WriteFile(command, []byte("#!/bin/sh\n"+script+"\n"), 0o755); err != nil {
			t.Fatal(err)
		}
		_, err := Build(testContext(t), Options{Dir: dir, Optimize: true, WasmOpt: command})
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%s: %v, want %q", script, err, want)
		}
	}
}
