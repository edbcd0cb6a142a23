package wasm

// Export is something that the module offers to its host.
type Export struct {
	// Name is unique among the exports.
	Name string
	// Kind says what it is.
	Kind ExternKind
	// Index is its index among all of that kind, imports first.
	Index uint32
}

// Exports are what the module offers to its host, in order.
func (m *Module) Exports() ([]Export, error) {
	content := m.content(SectionExport)
	if content == nil {
		return nil, nil
	}
	r := newReader("export", content)
	n := r.count("exports")
	exports := make([]Export, 0, n/3)
	for ; n > 0 && r.err == nil; n-- {
		exports = append(exports, Export{
			Name:  r.name("name of an export"),
			Kind:  ExternKind(r.byte("kind of an export")),
			Index: r.u32("index of an export"),
		})
	}
	return exports, r.end()
}

func encodeExports(exports []Export) []byte {
	out := appendU32(nil, uint32(len(exports)))
	for _, e := range exports {
		out = append(appendName(out, e.Name), byte(e.Kind))
		out = appendU32(out, e.Index)
	}
	return out
}
