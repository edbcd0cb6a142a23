package wasm

import "fmt"

// ExternKind says what is imported or exported.
type ExternKind byte

// The kinds of import and export.
const (
	ExternFunc   ExternKind = 0
	ExternTable  ExternKind = 1
	ExternMemory ExternKind = 2
	ExternGlobal ExternKind = 3
	ExternTag    ExternKind = 4
)

// String is the kind's name in the text format.
func (k ExternKind) String() string {
	names := [...]string{"func", "table", "memory", "global", "tag"}
	if int(k) < len(names) {
		return names[k]
	}
	return fmt.Sprintf("kind %d", byte(k))
}

// Import is something that the module expects of its host.
type Import struct {
	// Module and Name are the two parts of the import's name, such as "env" and
	// "proxy_log".
	Module, Name string
	// Kind says what it is.
	Kind ExternKind
	// Type is a function's index into Module.Types. It is 0 for other kinds.
	Type uint32

	raw []byte // the whole entry, as it was read
}

// String is the import's name as Envoy writes it: "env.proxy_log".
func (i Import) String() string { return i.Module + "." + i.Name }

// Imports are what the module expects of its host, in order. The index of an
// imported function is its place among the imports of that kind.
func (m *Module) Imports() ([]Import, error) {
	content := m.content(SectionImport)
	if content == nil {
		return nil, nil
	}
	r := newReader("import", content)
	n := r.count("imports")
	imports := make([]Import, 0, n/4)
	for ; n > 0 && r.err == nil; n-- {
		imports = append(imports, readImport(r))
	}
	return imports, r.end()
}

func readImport(r *reader) Import {
	start := r.pos
	i := Import{Module: r.name("module of an import"), Name: r.name("name of an import")}
	i.Kind = ExternKind(r.byte("kind of an import"))
	switch i.Kind {
	case ExternFunc:
		i.Type = r.u32("type of an imported function")
	case ExternTable:
		readTableType(r)
	case ExternMemory:
		readLimits(r)
	case ExternGlobal:
		r.skipHeapType(r.byte("type of a global"))
		r.byte("mutability of a global")
	case ExternTag:
		r.byte("attribute of a tag")
		r.u32("type of a tag")
	default:
		r.fail("kind of an import", fmt.Errorf("%w: %s", ErrUnsupported, i.Kind))
	}
	if r.err == nil {
		i.raw = r.data[start:r.pos]
	}
	return i
}

// Limits bound a memory or a table. Max is 0 where there is no upper bound.
type Limits struct {
	Min, Max uint64
}

// readLimits follows the multi-memory, threads and memory64 proposals: bit 0
// says that there is an upper bound, bit 2 that the numbers have 64 bits.
func readLimits(r *reader) Limits {
	flags := r.byte("limits")
	if r.err == nil && flags > 7 {
		r.fail("limits", fmt.Errorf("%w: limits 0x%02x", ErrUnsupported, flags))
	}
	bits := uint(32)
	if flags&4 != 0 {
		bits = 64
	}
	l := Limits{Min: r.uleb(bits, "lower limit")}
	if flags&1 != 0 {
		l.Max = r.uleb(bits, "upper limit")
	}
	return l
}

func readTableType(r *reader) {
	r.skipHeapType(r.byte("type of a table"))
	readLimits(r)
}

// Memories are the memories that the module defines, counted in pages of 64 KiB.
func (m *Module) Memories() ([]Limits, error) {
	content := m.content(SectionMemory)
	if content == nil {
		return nil, nil
	}
	r := newReader("memory", content)
	var memories []Limits
	for n := r.count("memories"); n > 0 && r.err == nil; n-- {
		memories = append(memories, readLimits(r))
	}
	return memories, r.end()
}
