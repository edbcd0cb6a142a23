package wasm

import (
	"bytes"
	"testing"
)

// closeFirst is the plan that closes the first of three imports: 0 becomes 2,
// 1 becomes 0, 2 becomes 1.
func closeFirst() *plan {
	return planClosing([]Import{{Name: "a"}, {Name: "b"}, {Name: "c"}}, func(i Import) bool { return i.Name == "a" })
}

func TestPlan(t *testing.T) {
	p := closeFirst()
	for old, want := range []uint32{2, 0, 1, 3, 4} {
		if got := p.of(uint32(old)); got != want {
			t.Errorf("function %d becomes %d, want %d", old, got, want)
		}
	}
}

func TestRewriteNames(t *testing.T) {
	name := func(index byte, text string) []byte { return append([]byte{index}, appendName(nil, text)...) }
	sub := func(id byte, list []byte) []byte { return append([]byte{id}, appendSized(nil, list)...) }
	in := bytes.Join([][]byte{
		sub(0, appendName(nil, "module")),
		sub(namesOfFunctions, vec(name(0, "a"), name(1, "b"), name(2, "c"), name(3, "own"))),
		sub(namesOfLocals, vec(append([]byte{0}, vec(name(0, "x"))...), append([]byte{3}, vec(name(0, "y"), name(1, "z"))...))),
		sub(7, vec(name(0, "global"))),
	}, nil)
	want := bytes.Join([][]byte{
		sub(0, appendName(nil, "module")),
		sub(namesOfFunctions, vec(name(0, "b"), name(1, "c"), name(2, "a"), name(3, "own"))),
		sub(namesOfLocals, vec(append([]byte{2}, vec(name(0, "x"))...), append([]byte{3}, vec(name(0, "y"), name(1, "z"))...))),
		sub(7, vec(name(0, "global"))),
	}, nil)
	got, err := closeFirst().rewriteNames(in)
	if err != nil || !bytes.Equal(got, want) {
		t.Errorf("names are %q, %v, want %q", got, err, want)
	}
}

// TestRewriteCustoms: what can't be kept right is left out, the rest stays.
func TestRewriteCustoms(t *testing.T) {
	m := &Module{Sections: []Section{
		{ID: SectionCustom, Name: "producers"},
		{ID: SectionCustom, Name: "name", Content: []byte{namesOfFunctions, 9}},
		{ID: SectionCustom, Name: ".debug_info"},
		{ID: SectionCustom, Name: "reloc.CODE"},
		{ID: SectionCustom, Name: "linking"},
		{ID: SectionCustom, Name: "sourceMappingURL"},
		{ID: SectionCustom, Name: "metadata.code.branch_hint"},
		{ID: SectionType},
		{ID: SectionCustom, Name: "go:buildid"},
	}}
	if err := closeFirst().rewriteCustoms(m); err != nil {
		t.Fatal(err)
	}
	var kept []string
	for _, s := range m.Sections {
		kept = append(kept, s.ID.String()+" "+s.Name)
	}
	if len(kept) != 3 || kept[0] != "custom producers" || kept[1] != "type " || kept[2] != "custom go:buildid" {
		t.Errorf("kept %q", kept)
	}
}
