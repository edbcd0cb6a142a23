package wasm

import (
	"bytes"
	"context"
	"testing"

	"github.com/tetratelabs/wazero"
)

func seeds(f *testing.F) {
	f.Add([]byte(nil))
	f.Add([]byte("package main"))
	f.Add(module())
	f.Add(five())
	f.Add(five()[:200])
	f.Add(module(producersSection(), section(SectionData, []byte(infoStart+"path\tx\n"+infoEnd)...)))
	f.Add(module(
		section(SectionType, vec(funcType(nil, nil))...),
		section(SectionImport, vec(importFunc("host", "a", 0))...),
		section(SectionFunction, vec([]byte{0})...),
		section(SectionTable, vec([]byte{0x40, 0, 0x70, 0, 1, 0xd2, 0, opEnd})...),
		section(SectionElement, vec(
			append([]byte{1, 0}, vec([]byte{0})...),
			append([]byte{2, 0, opI32Const, 0, opEnd, 0}, vec([]byte{0})...),
			append([]byte{7, 0x70}, vec([]byte{0xd2, 0, opEnd})...))...),
		section(SectionCode, vec(body(opCall, 0))...),
	))
}

// FuzzDecode reads whatever it gets; what can be read must survive a round trip.
func FuzzDecode(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, code []byte) {
		m, err := Decode(code)
		if err != nil {
			return
		}
		_ = readAll(m)
		again, err := Decode(m.Encode())
		if err != nil || len(again.Sections) != len(m.Sections) {
			t.Fatalf("%d sections, then %v", len(m.Sections), err)
		}
		for i, s := range m.Sections {
			if a := again.Sections[i]; a.ID != s.ID || a.Name != s.Name || !bytes.Equal(a.Content, s.Content) {
				t.Fatalf("section %d changed", i)
			}
		}
	})
}

// FuzzFunctions: names are hints, and never more than there are functions.
func FuzzFunctions(f *testing.F) {
	seeds(f)
	f.Add(goModule(1, "a", "b").Encode())
	f.Add(goModule(1<<16, "main.f").Encode())
	f.Fuzz(func(t *testing.T, code []byte) {
		m, err := Decode(code)
		if err != nil {
			return
		}
		functions, err := m.Functions()
		size := 0
		for _, f := range functions {
			size += f.Size
		}
		if err == nil && size > len(code) {
			t.Fatalf("functions of %d bytes in a module of %d", size, len(code))
		}
	})
}

// FuzzCloseImports: what was a valid module must be one after the import "a" is
// closed, and must not import it any more.
func FuzzCloseImports(f *testing.F) {
	seeds(f)
	ctx := context.Background()
	rt := wazero.NewRuntimeWithConfig(ctx, wazero.NewRuntimeConfigInterpreter())
	f.Cleanup(func() { _ = rt.Close(ctx) })
	f.Fuzz(func(t *testing.T, code []byte) {
		if len(code) > 4096 {
			return
		}
		out, closed, err := CloseImports(code, func(i Import) bool { return i.Name == "a" }, enosys)
		if err != nil || len(closed) == 0 {
			return
		}
		before, err := rt.CompileModule(ctx, code)
		if err != nil {
			return
		}
		defer before.Close(ctx)
		after, err := rt.CompileModule(ctx, out)
		if err != nil {
			t.Fatalf("a valid module became invalid: %v", err)
		}
		defer after.Close(ctx)
		if len(after.ImportedFunctions())+len(closed) != len(before.ImportedFunctions()) {
			t.Fatalf("%d imports, %d after closing %d", len(before.ImportedFunctions()), len(after.ImportedFunctions()), len(closed))
		}
	})
}
