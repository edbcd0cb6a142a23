package wasm

import (
	"bytes"
	"context"
	"errors"
	"testing"

	"github.com/tetratelabs/wazero"
)

// withElements is a module whose table of two gets the imports a and b by one
// element segment; at0 and at1 call what is in it.
func withElements(segment []byte) []byte {
	return module(
		section(SectionType, vec(funcType(nil, []byte{byte(I32)}))...),
		section(SectionImport, vec(importFunc("host", "a", 0), importFunc("host", "b", 0))...),
		section(SectionFunction, vec([]byte{0}, []byte{0}, []byte{0})...),
		section(SectionTable, vec([]byte{0x70, 0, 2})...),
		section(SectionExport, vec(export("at0", ExternFunc, 2), export("at1", ExternFunc, 3), export("fill", ExternFunc, 4))...),
		section(SectionElement, vec(segment)...),
		section(SectionCode, vec(
			body(opI32Const, 0, 0x11, 0, 0),
			body(opI32Const, 1, 0x11, 0, 0),
			body(opI32Const, 0, opI32Const, 0, opI32Const, 2, prefixMisc, 12, 0, 0, opI32Const, 0))...),
	)
}

// TestElementForms closes the import a and looks it up through each of the
// eight forms of element segment.
func TestElementForms(t *testing.T) {
	indices := vec([]byte{0}, []byte{1})
	exprs := vec([]byte{0xd2, 0, opEnd}, []byte{0xd2, 1, opEnd})
	offset := []byte{opI32Const, 0, opEnd}
	join := func(parts ...[]byte) []byte { return bytes.Join(parts, nil) }
	for _, tt := range []struct {
		name    string
		segment []byte
		fill    bool // it must be copied to the table first
		none    bool // it declares references only
	}{
		{"0", join([]byte{0}, offset, indices), false, false},
		{"1, passive", join([]byte{1, 0}, indices), true, false},
		{"2, with a table", join([]byte{2, 0}, offset, []byte{0}, indices), false, false},
		{"3, declarative", join([]byte{3, 0}, indices), false, true},
		{"4, expressions", join([]byte{4}, offset, exprs), false, false},
		{"5, passive expressions", join([]byte{5, 0x70}, exprs), true, false},
		{"6, expressions with a table", join([]byte{6, 0}, offset, []byte{0x70}, exprs), false, false},
		{"7, declarative expressions", join([]byte{7, 0x70}, exprs), false, true},
	} {
		out, closed, err := CloseImports(withElements(tt.segment), func(i Import) bool { return i.Name == "a" }, enosys)
		if err != nil || len(closed) != 1 {
			t.Errorf("%s: closed %v, %v", tt.name, closed, err)
			continue
		}
		checkTable(t, tt.name, out, tt.fill, tt.none)
	}
}

func checkTable(t *testing.T, name string, code []byte, fill, none bool) {
	t.Helper()
	ctx := context.Background()
	rt := wazero.NewRuntimeWithConfig(ctx, wazero.NewRuntimeConfigInterpreter())
	defer rt.Close(ctx)
	if _, err := rt.NewHostModuleBuilder("host").NewFunctionBuilder().
		WithFunc(func() uint32 { return 101 }).Export("b").Instantiate(ctx); err != nil {
		t.Fatal(err)
	}
	mod, err := rt.Instantiate(ctx, code)
	if err != nil {
		t.Errorf("%s: %v", name, err)
		return
	}
	if none {
		return
	}
	if fill {
		call(t, mod, "fill")
	}
	if a, b := call(t, mod, "at0"), call(t, mod, "at1"); a != enosys || b != 101 {
		t.Errorf("%s: the table holds %d and %d, want %d and 101", name, a, b, enosys)
	}
}

// TestTableWithValue follows a form of table that wazero does not know.
func TestTableWithValue(t *testing.T) {
	table := []byte{1, 0x40, 0, 0x70, 0, 1, 0xd2, 1, opEnd}
	p := planClosing([]Import{{Name: "a"}, {Name: "b"}}, func(i Import) bool { return i.Name == "a" })
	m := &Module{Sections: []Section{{ID: SectionTable, Content: table}}}
	if err := p.rewriteTables(m); err != nil {
		t.Fatal(err)
	}
	if want := []byte{1, 0x40, 0, 0x70, 0, 1, 0xd2, 0, opEnd}; !bytes.Equal(m.Sections[0].Content, want) {
		t.Errorf("table is % x, want % x", m.Sections[0].Content, want)
	}
}

func TestRewriteRefuses(t *testing.T) {
	p := planClosing([]Import{{Name: "a"}}, func(Import) bool { return true })
	for _, tt := range []struct {
		name    string
		id      SectionID
		content []byte
		rewrite func(*Module) error
		want    error
	}{
		{"element form", SectionElement, []byte{1, 8}, p.rewriteElements, ErrUnsupported},
		{"elements", SectionElement, []byte{1, 0, opI32Const, 0, opEnd, 9}, p.rewriteElements, errCount},
		{"element offset", SectionElement, []byte{1, 0, opI32Const, 0}, p.rewriteElements, errNoEnd},
		{"start", SectionStart, []byte{0, 0}, p.rewriteStart, errExtra},
		{"global", SectionGlobal, []byte{1, 0x7f, 0}, p.rewriteGlobals, errNoEnd},
		{"table", SectionTable, []byte{1, 0x70}, p.rewriteTables, ErrTruncated},
		{"exports", SectionExport, []byte{1}, p.rewriteExports, errCount},
	} {
		m := &Module{Sections: []Section{{ID: tt.id, Content: tt.content}}}
		if err := tt.rewrite(m); !errors.Is(err, tt.want) {
			t.Errorf("%s: %v, want %v", tt.name, err, tt.want)
		}
	}
}
