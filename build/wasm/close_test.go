package wasm

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
)

const enosys = 52

// run instantiates code next to a host module whose functions a to e return
// 100 to 104, and calls every exported function.
func run(t *testing.T, code []byte) map[string]uint32 {
	t.Helper()
	ctx := context.Background()
	rt := wazero.NewRuntimeWithConfig(ctx, wazero.NewRuntimeConfigInterpreter())
	defer rt.Close(ctx)
	host := rt.NewHostModuleBuilder("host")
	for i := range 5 {
		host.NewFunctionBuilder().WithFunc(func() uint32 { return 100 + uint32(i) }).Export(string('a' + rune(i)))
	}
	if _, err := host.Instantiate(ctx); err != nil {
		t.Fatal(err)
	}
	mod, err := rt.Instantiate(ctx, code)
	if err != nil {
		t.Fatalf("the module does not load: %v", err)
	}
	got := map[string]uint32{}
	for name := range mod.ExportedFunctionDefinitions() {
		got[name] = call(t, mod, name)
	}
	return got
}

func call(t *testing.T, mod api.Module, name string) uint32 {
	t.Helper()
	results, err := mod.ExportedFunction(name).Call(context.Background())
	if err != nil || len(results) != 1 {
		t.Fatalf("%s: %v %v", name, results, err)
	}
	return uint32(results[0])
}

// TestCloseEverySubset closes each of the 32 subsets of five imports and calls
// every function in every way.
func TestCloseEverySubset(t *testing.T) {
	code := five()
	for subset := range 32 {
		pick := func(i Import) bool { return subset>>(i.Name[0]-'a')&1 == 1 }
		out, closed, err := CloseImports(code, pick, enosys)
		if err != nil {
			t.Fatalf("subset %05b: %v", subset, err)
		}
		if subset == 0 && &out[0] != &code[0] {
			t.Error("nothing to close, and yet the module was copied")
		}
		for name, got := range run(t, out) {
			i := name[len(name)-1] - 'a'
			want := 100 + uint32(i)
			if subset>>i&1 == 1 {
				want = enosys
			}
			if got != want {
				t.Errorf("subset %05b: %s = %d, want %d", subset, name, got, want)
			}
		}
		checkImports(t, out, closed, subset)
	}
}

func checkImports(t *testing.T, code []byte, closed []Import, subset int) {
	t.Helper()
	m, err := Decode(code)
	if err != nil {
		t.Fatal(err)
	}
	imports, err := m.Imports()
	if err != nil || len(imports)+len(closed) != 5 {
		t.Fatalf("subset %05b: %d imports left, %d closed, %v", subset, len(imports), len(closed), err)
	}
	for _, c := range closed {
		if subset>>(c.Name[0]-'a')&1 != 1 {
			t.Errorf("subset %05b: %s was closed", subset, c)
		}
	}
}

func TestCloseRenumbersNames(t *testing.T) {
	out, _, err := CloseImports(five(), func(i Import) bool { return i.Name == "a" }, enosys)
	if err != nil {
		t.Fatal(err)
	}
	m, err := Decode(out)
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := m.Custom(".debug_line"); ok {
		t.Error("debug information that points to the wrong code was kept")
	}
	names, _ := m.Custom("name")
	want := append([]byte{namesOfFunctions}, appendSized(nil, vec(
		append([]byte{0}, appendName(nil, "b")...),
		append([]byte{4}, appendName(nil, "a")...),
		append([]byte{5}, appendName(nil, "call_a")...)))...)
	if !bytes.Equal(names, want) {
		t.Errorf("names are %q, want %q", names, want)
	}
}

// TestCloseKeepsOffsets: a call in its longest form stays as long, and what
// cannot keep its length grows.
func TestCloseKeepsOffsets(t *testing.T) {
	for _, tt := range []struct {
		value uint32
		width int
		want  []byte
	}{
		{3, 1, []byte{3}},
		{3, 5, []byte{0x83, 0x80, 0x80, 0x80, 0}},
		{200, 1, []byte{0xc8, 1}},
		{200, 3, []byte{0xc8, 0x81, 0}},
		{1<<32 - 1, 5, []byte{0xff, 0xff, 0xff, 0xff, 0xf}},
	} {
		if got := appendPaddedU32(nil, tt.value, tt.width); !bytes.Equal(got, tt.want) {
			t.Errorf("%d in %d bytes = % x, want % x", tt.value, tt.width, got, tt.want)
		}
	}
}

// TestCloseGrowingCalls has so many imports that a call's index needs a second
// byte after the first import is closed.
func TestCloseGrowingCalls(t *testing.T) {
	var imports [][]byte
	for i := range 130 {
		imports = append(imports, importFunc("host", fmt.Sprintf("f%d", i), 0))
	}
	code := module(
		section(SectionType, vec(funcType(nil, []byte{byte(I32)}))...),
		section(SectionImport, vec(imports...)...),
		section(SectionFunction, vec([]byte{0})...),
		section(SectionCode, vec(body(opCall, 0))...),
	)
	out, _, err := CloseImports(code, func(i Import) bool { return i.Name == "f0" }, enosys)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(out, append([]byte{opCall}, appendU32(nil, 129)...)) {
		t.Error("the call does not name function 129")
	}
	ctx := context.Background()
	rt := wazero.NewRuntimeWithConfig(ctx, wazero.NewRuntimeConfigInterpreter())
	defer rt.Close(ctx)
	if _, err := rt.CompileModule(ctx, out); err != nil {
		t.Errorf("the module is not valid: %v", err)
	}
}

func TestCloseOnlyImports(t *testing.T) {
	code := module(
		section(SectionType, vec(funcType(nil, nil))...),
		section(SectionImport, vec(importFunc("host", "a", 0))...),
		section(SectionExport, vec(export("a", ExternFunc, 0))...),
		section(SectionStart, 0),
	)
	out, closed, err := CloseImports(code, func(Import) bool { return true }, enosys)
	if err != nil || len(closed) != 1 {
		t.Fatalf("closed %v, %v", closed, err)
	}
	ctx := context.Background()
	rt := wazero.NewRuntimeWithConfig(ctx, wazero.NewRuntimeConfigInterpreter())
	defer rt.Close(ctx)
	if _, err := rt.Instantiate(ctx, out); err != nil {
		t.Errorf("the module does not start: %v", err)
	}
}

func TestCloseRefuses(t *testing.T) {
	i32 := []byte{byte(I32)}
	withCode := func(code ...byte) []byte {
		return module(
			section(SectionType, vec(funcType(nil, i32))...),
			section(SectionImport, vec(importFunc("host", "a", 0))...),
			section(SectionFunction, vec([]byte{0})...),
			section(SectionCode, vec(code)...),
		)
	}
	for _, tt := range []struct {
		name string
		code []byte
		want error
		text string
	}{
		{"text", []byte("package main"), ErrNotModule, "text file"},
		{"signature", module(
			section(SectionType, vec(funcType(nil, []byte{byte(F64)}))...),
			section(SectionImport, vec(importFunc("host", "a", 0))...)), ErrSignature, "host.a is () f64"},
		{"type index", module(
			section(SectionType, vec(funcType(nil, nil))...),
			section(SectionImport, vec(importFunc("host", "a", 9))...)), nil, "type 9 of 1"},
		{"unknown instruction", withCode(body(0xff)...), ErrUnsupported, "instruction 0xff"},
		{"garbage collection", withCode(body(prefixGC, 1)...), ErrUnsupported, "instruction 0xfb 1"},
		{"no end", withCode(appendSized(nil, []byte{0, opCall, 0})...), errNoEnd, "code section"},
		{"cut operand", withCode(appendSized(nil, []byte{0, 0x44, 1, 2, opEnd})...), ErrTruncated, "constant"},
		{"bodies", module(
			section(SectionType, vec(funcType(nil, i32))...),
			section(SectionImport, vec(importFunc("host", "a", 0))...),
			section(SectionFunction, vec([]byte{0}, []byte{0})...),
			section(SectionCode, vec(body(opCall, 0))...)), nil, "1 bodies for 2 functions"},
	} {
		_, _, err := CloseImports(tt.code, func(Import) bool { return true }, enosys)
		if err == nil || (tt.want != nil && !errors.Is(err, tt.want)) || !strings.Contains(err.Error(), tt.text) {
			t.Errorf("%s: %v, want %q", tt.name, err, tt.text)
		}
	}
}
