package wasm

import (
	"encoding/binary"
	"slices"
	"strings"
	"testing"
)

// goModule is a module with one function for each name, and Go's table of them
// in its data, which is cut into segments as Go's linker does. apart is by how
// much the places of functions differ.
func goModule(apart uint32, names ...string) *Module {
	word := func(b []byte, v int) []byte { return binary.LittleEndian.AppendUint64(b, uint64(v)) }
	text := strings.Join(names, "\x00") + "\x00"
	records := 72 + len(text)
	table := []byte(tableStart)
	for _, v := range []int{len(names), 0, 0, 72, 0, 0, 0, records} {
		table = word(table, v)
	}
	table = append(table, text...)
	var list, entries []byte
	at := 0
	for i, name := range names {
		place := 8*(len(names)+1) + len(entries)
		list = binary.LittleEndian.AppendUint32(list, 0x1000+uint32(i)*apart)
		list = binary.LittleEndian.AppendUint32(list, uint32(place))
		entries = binary.LittleEndian.AppendUint32(binary.LittleEndian.AppendUint32(entries, 0), uint32(at))
		at += len(name) + 1
	}
	table = append(append(append(table, list...), make([]byte, 8)...), entries...)
	segment := func(at int, b []byte) []byte {
		return append(append(appendS32([]byte{0, opI32Const}, int32(at)), opEnd), appendSized(nil, b)...)
	}
	var functions, bodies [][]byte
	for i := range names {
		functions = append(functions, []byte{0})
		bodies = append(bodies, body(slices.Repeat([]byte{1}, i)...))
	}
	m, err := Decode(module(
		section(SectionType, vec(funcType(nil, nil))...),
		section(SectionImport, vec(importFunc("env", "f", 0))...),
		section(SectionFunction, vec(functions...)...),
		section(SectionExport, vec(export("first", ExternFunc, 1), export("second", ExternFunc, 2))...),
		section(SectionCode, vec(bodies...)...),
		section(SectionData, vec(segment(4096, []byte("before\xf1\xff\xff\xff")), segment(5000, table[:8]), segment(5008, table[8:9]),
			segment(5016, table[16:]))...)))
	if err != nil {
		panic(err)
	}
	return m
}

func TestFunctionsOfGo(t *testing.T) {
	names := []string{"go:buildid", "main.f", "example.com/a/b.(*T).M[...]"}
	for _, apart := range []uint32{1, 1 << 16} {
		got, err := goModule(apart, names...).Functions()
		if err != nil {
			t.Fatal(err)
		}
		for i, f := range got {
			if want := (Function{Index: uint32(i + 1), Name: names[i], Size: i + 3}); f != want {
				t.Errorf("functions %d apart: %+v, want %+v", apart, f, want)
			}
		}
		if len(got) != len(names) {
			t.Errorf("%d functions", len(got))
		}
	}
}

func TestFunctionsByNameSection(t *testing.T) {
	m := goModule(1, "a", "b")
	m.setContent(SectionData, nil)
	names := append([]byte{2}, append(append([]byte{1}, appendName(nil, "one")...), append([]byte{2}, appendName(nil, "two")...)...)...)
	m.Sections = append(m.Sections, Section{ID: SectionCustom, Name: "name", Content: appendSized([]byte{namesOfFunctions}, names)})
	got, err := m.Functions()
	if err != nil || len(got) != 2 || got[0].Name != "one" || got[1].Name != "two" {
		t.Errorf("%+v, %v", got, err)
	}
}

// A table that is broken leaves functions without names; so does one of which
// only the beginning is there.
func TestFunctionsOfBrokenTables(t *testing.T) {
	whole := goModule(1, "a", "b").image()
	for n := range whole {
		(goTable{whole[:n]}).names()
		changed := slices.Clone(whole)
		changed[n] ^= 0x80
		(goTable{changed}).names()
	}
	for name, data := range map[string][]byte{
		"passive":  vec([]byte{1, 1, 'x'}),
		"far away": vec([]byte{0, opI32Const, 0, opEnd, 1, 'x'}, append(appendS32([]byte{0, opI32Const}, maxImage), opEnd, 1, 'x')),
		"below":    vec(append(appendS32([]byte{0, opI32Const}, -1), opEnd, 1, 'x')),
		"cut":      {1, 0, opI32Const},
	} {
		m := goModule(1, "a")
		m.setContent(SectionData, data)
		if got, err := m.Functions(); err != nil || len(got) != 1 || got[0].Name != "" {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
	m := goModule(1, "a")
	m.setContent(SectionCode, []byte{5, 1})
	if _, err := m.Functions(); err == nil {
		t.Error("broken code is no error")
	}
}

func TestDropExports(t *testing.T) {
	m := goModule(1, "a", "b")
	dropped, err := m.DropExports(func(e Export) bool { return e.Name == "first" })
	if err != nil || !slices.Equal(dropped, []string{"first"}) {
		t.Fatalf("dropped %q, %v", dropped, err)
	}
	again, err := Decode(m.Encode())
	if err != nil {
		t.Fatal(err)
	}
	if left, err := again.Exports(); err != nil || !slices.Equal(left, []Export{{"second", ExternFunc, 2}}) {
		t.Errorf("%+v are left, %v", left, err)
	}
	before := string(m.Encode())
	if dropped, err := m.DropExports(func(Export) bool { return false }); err != nil || dropped != nil || string(m.Encode()) != before {
		t.Errorf("dropped %q of none, %v", dropped, err)
	}
	m.setContent(SectionExport, []byte{9})
	if _, err := m.DropExports(func(Export) bool { return true }); err == nil {
		t.Error("broken exports are no error")
	}
}

func TestS32(t *testing.T) {
	for _, v := range []int32{0, 1, -1, 63, 64, -64, -65, 1 << 20, -1 << 20, 1<<31 - 1, -1 << 31} {
		if got := newReader("", appendS32(nil, v)).s32(""); got != v {
			t.Errorf("%d is read as %d", v, got)
		}
	}
	if r := newReader("", []byte{0x80, 0x80, 0x80, 0x80, 0x80, 0}); r.s32("") != 0 || r.err == nil {
		t.Error("a number that is too long")
	}
}

func TestFirstDifference(t *testing.T) {
	m := goModule(1, "a", "b")
	if f, differs := m.FirstDifference(goModule(1<<16, "a", "b")); differs {
		t.Errorf("%+v of the same code", f)
	}
	if f, differs := m.FirstDifference(goModule(1, "a", "c")); !differs || f.Name != "b" {
		t.Errorf("another name: %+v, %v", f, differs)
	}
	if f, differs := m.FirstDifference(goModule(1, "a")); !differs || f.Name != "b" {
		t.Errorf("a function less: %+v, %v", f, differs)
	}
	if f, differs := goModule(1, "a").FirstDifference(m); differs {
		t.Errorf("a function more: %+v", f)
	}
	other := goModule(1, "a", "b")
	other.setContent(SectionCode, vec(body(), body(0)))
	if f, differs := m.FirstDifference(other); !differs || f.Name != "b" {
		t.Errorf("another body: %+v, %v", f, differs)
	}
	other.setContent(SectionCode, []byte{9})
	if _, differs := m.FirstDifference(other); differs {
		t.Error("broken code differs in a function")
	}
}

func TestBodies(t *testing.T) {
	m, err := Decode(module(
		section(SectionType, vec(funcType(nil, nil))...),
		section(SectionImport, vec(importFunc("env", "f", 0))...),
		section(SectionFunction, vec([]byte{0}, []byte{0}, []byte{0})...),
		section(SectionCode, vec(body(opCall, 0, opCall, 2), body(), body(0xff))...)))
	if err != nil {
		t.Fatal(err)
	}
	var sizes []int
	var all []uint32
	if err := m.Bodies(func(f Function, body []byte, calls []uint32) {
		if len(body) != f.Size || f.Index != uint32(len(sizes)+1) {
			t.Errorf("%d bytes of %+v", len(body), f)
		}
		sizes, all = append(sizes, len(body)), append(all, calls...)
	}); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(sizes, []int{7, 3, 4}) || !slices.Equal(all, []uint32{0, 2}) {
		t.Errorf("bodies of %d bytes call %d", sizes, all)
	}
	m.setContent(SectionCode, []byte{1})
	if err := m.Bodies(func(Function, []byte, []uint32) {}); err == nil {
		t.Error("broken code is no error")
	}
}
