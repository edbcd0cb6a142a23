package wasm

import "fmt"

// Function is a function that the module defines.
type Function struct {
	// Index is its index among all functions, imports first.
	Index uint32
	// Name is its name in the source, "" where the module doesn't tell.
	Name string
	// Size counts the bytes of its body, with the body's length.
	Size int
}

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
	for i := range list {
		if i < len(names) {
			list[i].Name = names[i]
		}
	}
	if names == nil {
		m.nameFunctions(list, first)
	}
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
