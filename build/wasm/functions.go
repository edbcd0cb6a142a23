package wasm

import (
	"bytes"
	"fmt"
)

// Function is a function that the module defines.
type Function struct {
	// Index is its index among all functions, imports first.
	Index uint32
	// Name is its name in the source, "" where the module doesn't tell.
	Name string
	// Size counts the bytes of its body, with the body's length.
	Size int
}

// maxAdded bounds how many functions CloseImports has put in front of those that
// Go's linker made. Where the numbers differ by more, another tool has been at
// work, and Go's names say nothing of the order.
const maxAdded = 64

// Functions are the functions that the module defines, in order. Their names
// are those that Go keeps for stack traces, which are in every module that Go
// made, or else those of the custom section "name".
func (m *Module) Functions() ([]Function, error) {
	imports, err := m.Imports()
	if err != nil {
		return nil, err
	}
	first := uint32(0)
	for _, i := range imports {
		if i.Kind == ExternFunc {
			first++
		}
	}
	list, err := m.bodies(first)
	if err != nil {
		return nil, err
	}
	names := m.goNames()
	if added := len(list) - len(names); len(names) > 0 && added >= 0 && added <= maxAdded {
		for i, name := range names {
			list[added+i].Name = name
		}
		return list, nil
	}
	m.nameFunctions(list, first)
	return list, nil
}

// bodies are the functions without names.
func (m *Module) bodies(first uint32) ([]Function, error) {
	content := m.content(SectionCode)
	if content == nil {
		return nil, nil
	}
	r := newReader("code", content)
	n := r.count("functions")
	list := make([]Function, 0, n)
	for ; n > 0 && r.err == nil; n-- {
		start := r.pos
		r.bytes(r.u32("length of a body"), "body")
		list = append(list, Function{Index: first + uint32(len(list)), Size: r.pos - start})
	}
	return list, r.end()
}

// nameFunctions takes the names of the custom section, which is a hint: where it
// is broken, functions stay without a name.
func (m *Module) nameFunctions(list []Function, first uint32) {
	content, _ := m.Custom("name")
	r := newReader("name", content)
	for r.more() {
		id := r.byte("subsection id")
		sub := newReader("name", r.bytes(r.u32("subsection length"), "subsection"))
		if r.err != nil || id != namesOfFunctions {
			continue
		}
		for n := sub.count("names"); n > 0 && sub.err == nil; n-- {
			index, name := sub.u32("function index"), sub.name("name")
			if sub.err == nil && index >= first && uint64(index-first) < uint64(len(list)) {
				list[index-first].Name = name
			}
		}
	}
}

// FirstDifference returns the first function that has another name or size in
// the other module, or is missing there; where there is none, the first of
// another body: where data moves, all that refers to it changes. It is false for
// modules with the same code.
func (m *Module) FirstDifference(other *Module) (f Function, differs bool) {
	mine, err := m.Functions()
	theirs, err2 := other.Functions()
	if err != nil || err2 != nil {
		return f, false
	}
	for i, f := range mine {
		if i >= len(theirs) || f.Name != theirs[i].Name || f.Size != theirs[i].Size {
			return f, true
		}
	}
	bodies, others := m.content(SectionCode), other.content(SectionCode)
	at, otherAt := len(bodies), len(others)
	for _, f := range mine {
		at -= f.Size
	}
	for _, f := range theirs {
		otherAt -= f.Size
	}
	for i, f := range mine {
		if i >= len(theirs) || !bytes.Equal(bodies[at:at+f.Size], others[otherAt:otherAt+theirs[i].Size]) {
			return f, true
		}
		at, otherAt = at+f.Size, otherAt+theirs[i].Size
	}
	return f, false
}

// DropExports takes the exports that drop picks out of the module, and returns
// their names in order. What they stood for stays.
func (m *Module) DropExports(drop func(Export) bool) (dropped []string, err error) {
	exports, err := m.Exports()
	if err != nil {
		return nil, fmt.Errorf("drop exports: %w", err)
	}
	kept := exports[:0:0]
	for _, e := range exports {
		if drop(e) {
			dropped = append(dropped, e.Name)
		} else {
			kept = append(kept, e)
		}
	}
	if len(dropped) > 0 {
		m.setContent(SectionExport, encodeExports(kept))
	}
	return dropped, nil
}

// Bodies calls yield with each function that the module defines, the bytes of its
// body, and the functions that it calls or refers to by their index; calls is
// good until yield returns. Of a body that this package can't read it knows no
// calls.
func (m *Module) Bodies(yield func(f Function, body []byte, calls []uint32)) error {
	functions, err := m.Functions()
	if err != nil {
		return err
	}
	content := m.content(SectionCode)
	at := len(content)
	for _, f := range functions {
		at -= f.Size
	}
	var calls []uint32
	for _, f := range functions {
		body := content[at : at+f.Size]
		at += f.Size
		calls = calls[:0]
		r := newReader("code", body)
		r.u32("length of a body")
		for n := r.count("locals"); n > 0 && r.err == nil; n-- {
			r.u32("number of locals")
			r.skipHeapType(r.byte("type of locals"))
		}
		scan(r, true, func(_, _ int, index uint32) { calls = append(calls, index) })
		yield(f, body, calls)
	}
	return nil
}
