package wasm

import (
	"bytes"
	"errors"
	"reflect"
	"strings"
	"testing"
)

func TestDecodeEncode(t *testing.T) {
	code := five()
	m, err := Decode(code)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(m.Encode(), code) {
		t.Error("Encode does not give back what Decode read")
	}
	total := 8
	for _, s := range m.Sections {
		total += s.Size
	}
	if total != len(code) {
		t.Errorf("the sections have %d bytes of %d", total, len(code))
	}
}

// TestDecodeEveryCut: a module cut anywhere but between two sections is
// refused as truncated.
func TestDecodeEveryCut(t *testing.T) {
	code := five()
	m, err := Decode(code)
	if err != nil {
		t.Fatal(err)
	}
	whole := map[int]bool{8: true}
	at := 8
	for _, s := range m.Sections {
		at += s.Size
		whole[at] = true
	}
	for n := 4; n < len(code); n++ {
		_, err := Decode(code[:n])
		if whole[n] != (err == nil) {
			t.Errorf("cut at %d: %v", n, err)
		}
		if err != nil && !errors.Is(err, ErrTruncated) {
			t.Errorf("cut at %d: %v does not say that the file ends too early", n, err)
		}
	}
}

func TestComplete(t *testing.T) {
	for _, tt := range []struct {
		code []byte
		want bool
	}{
		{module(), true},
		{five(), true},
		{module(section(SectionFunction, 0)), true},
		{module(section(SectionFunction, 1, 0)), false},
	} {
		m, err := Decode(tt.code)
		if err != nil || m.Complete() != tt.want {
			t.Errorf("% x: Complete is not %t, %v", tt.code, tt.want, err)
		}
	}
}

func TestDecodeRefuses(t *testing.T) {
	for _, tt := range []struct {
		name string
		code []byte
		want string
	}{
		{"empty", nil, "empty file"},
		{"component", []byte("\x00asm\x0d\x00\x01\x00"), "component"},
		{"twice", module(section(SectionType, 0), section(SectionType, 0)), "type section repeated"},
		{"order", module(section(SectionCode, 0), section(SectionType, 0)), "out of order"},
		{"data count after code", module(section(SectionCode, 0), section(SectionDataCount, 0)), "out of order"},
		{"unknown section", module(section(99)), "section 99"},
		{"custom without a name", module(section(SectionCustom, 9, 'x')), "name of a custom section"},
		{"custom with a wrong name", module(section(SectionCustom, 1, 0xff)), "UTF-8"},
		{"length too long", []byte(magic + versionModule + "\x01\xff\xff\xff\xff\xff\x01"), "number too long"},
		{"length of 36 bits", []byte(magic + versionModule + "\x01\xff\xff\xff\xff\x1f"), "number too long"},
	} {
		if _, err := Decode(tt.code); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v, want %q", tt.name, err, tt.want)
		}
	}
}

func TestSetContent(t *testing.T) {
	m := &Module{Sections: []Section{{ID: SectionType}, {ID: SectionCustom, Name: "x"}, {ID: SectionDataCount}, {ID: SectionData}}}
	m.setContent(SectionCode, []byte{0})
	m.setContent(SectionTag, []byte{0})
	m.setContent(SectionType, nil)
	m.setContent(SectionStart, nil)
	var ids []SectionID
	for _, s := range m.Sections {
		ids = append(ids, s.ID)
	}
	want := []SectionID{SectionCustom, SectionTag, SectionDataCount, SectionCode, SectionData}
	if !reflect.DeepEqual(ids, want) {
		t.Errorf("sections are %v, want %v", ids, want)
	}
}

func TestImports(t *testing.T) {
	entries := [][]byte{
		importFunc("env", "proxy_log", 1),
		append(appendName(appendName(nil, "env"), "table"), 1, 0x70, 1, 1, 9),
		append(appendName(appendName(nil, "env"), "memory"), 2, 3, 1, 0x80, 2),
		append(appendName(appendName(nil, "env"), "memory64"), 2, 4, 0xff, 0xff, 0xff, 0xff, 0xff, 1),
		append(appendName(appendName(nil, "env"), "global"), 3, 0x7f, 1),
		append(appendName(appendName(nil, "env"), "ref"), 3, 0x63, 0x70, 1),
		append(appendName(appendName(nil, "env"), "tag"), 4, 0, 1),
	}
	m := &Module{Sections: []Section{{ID: SectionImport, Content: vec(entries...)}}}
	imports, err := m.Imports()
	if err != nil || len(imports) != len(entries) {
		t.Fatalf("%v, %v", imports, err)
	}
	for i, e := range entries {
		if !bytes.Equal(imports[i].raw, e) {
			t.Errorf("%s: the entry is % x, want % x", imports[i], imports[i].raw, e)
		}
	}
	if i := imports[0]; i.String() != "env.proxy_log" || i.Kind != ExternFunc || i.Type != 1 {
		t.Errorf("first import is %+v", i)
	}
}

// TestSectionErrors gives each kind of section contents that lie.
func TestSectionErrors(t *testing.T) {
	huge := []byte{0xff, 0xff, 0xff, 0xff, 0x0f}
	for _, tt := range []struct {
		name    string
		id      SectionID
		content []byte
		want    string
	}{
		{"imports", SectionImport, huge, "more entries than bytes"},
		{"imports", SectionImport, []byte{1, 3, 'e'}, "ends too early"},
		{"imports", SectionImport, append(vec(importFunc("a", "b", 0)), 0), "left over"},
		{"import of a kind", SectionImport, []byte{1, 1, 'a', 1, 'b', 9}, "kind 9"},
		{"import with limits", SectionImport, []byte{1, 1, 'a', 1, 'b', 2, 8, 1}, "limits 0x08"},
		{"exports", SectionExport, huge, "more entries than bytes"},
		{"exports", SectionExport, []byte{1, 1, 0xff, 0, 0}, "UTF-8"},
		{"types", SectionType, []byte{1, 0x4e, 0}, "0x4e"},
		{"types", SectionType, []byte{1, 0x60, 0xff, 0xff, 0x03}, "more entries than bytes"},
		{"functions", SectionFunction, huge, "more entries than bytes"},
		{"memories", SectionMemory, []byte{1}, "more entries than bytes"},
	} {
		m := &Module{Sections: []Section{{ID: tt.id, Content: tt.content}}}
		err := readAll(m)
		var syntax *SyntaxError
		if !errors.As(err, &syntax) || !strings.Contains(err.Error(), tt.want) || syntax.Section != tt.id.String() {
			t.Errorf("%s % x: %v, want %q", tt.name, tt.content, err, tt.want)
		}
	}
}

// readAll reads every section that there is a reader for.
func readAll(m *Module) error {
	_, imports := m.Imports()
	_, exports := m.Exports()
	_, types := m.Types()
	_, functions := m.functionTypes()
	_, memories := m.Memories()
	_, producers := m.Producers()
	m.BuildInfo()
	return errors.Join(imports, exports, types, functions, memories, producers)
}

func TestFuncTypeString(t *testing.T) {
	m := &Module{Sections: []Section{{ID: SectionType, Content: vec(
		funcType(nil, nil),
		funcType([]byte{0x7f, 0x7e}, []byte{0x7d}),
		funcType([]byte{0x7b, 0x70, 0x6f}, []byte{0x7c, 0x11}),
	)}}}
	types, err := m.Types()
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{"()", "(i32, i64) f32", "(v128, funcref, externref) (f64, type 0x11)"} {
		if got := types[i].String(); got != want {
			t.Errorf("type %d is %q, want %q", i, got, want)
		}
	}
}

func TestMemories(t *testing.T) {
	m := &Module{Sections: []Section{{ID: SectionMemory, Content: vec([]byte{1, 2, 3}, []byte{0, 5})}}}
	got, err := m.Memories()
	if want := []Limits{{2, 3}, {5, 0}}; err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("memories are %v, %v, want %v", got, err, want)
	}
}
