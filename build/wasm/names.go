package wasm

import (
	"sort"
	"strings"
)

// Subsections of the custom section "name" whose entries belong to functions.
const (
	namesOfFunctions = 1
	namesOfLocals    = 2
	namesOfLabels    = 3
)

// named is an entry of a list of names: an index and the bytes after it.
type named struct {
	index uint32
	rest  []byte
}

// rewriteCustoms renumbers the names for debuggers and drops the sections that
// would now point to the wrong code. A name section that can't be read is
// dropped too: it has no effect on what the module does.
func (p *plan) rewriteCustoms(m *Module) error {
	kept := m.Sections[:0:0]
	for _, s := range m.Sections {
		if s.ID == SectionCustom && pointsIntoCode(s.Name) {
			continue
		}
		if s.ID == SectionCustom && s.Name == "name" {
			content, err := p.rewriteNames(s.Content)
			if err != nil {
				continue
			}
			s.Content = content
		}
		kept = append(kept, s)
	}
	m.Sections = kept
	return nil
}

func pointsIntoCode(name string) bool {
	return name == "linking" || name == "sourceMappingURL" || strings.HasPrefix(name, "reloc.") ||
		strings.HasPrefix(name, ".debug_") || strings.HasPrefix(name, "metadata.code.")
}

// rewriteNames renumbers each list of the name section that goes by functions.
func (p *plan) rewriteNames(content []byte) ([]byte, error) {
	r := newReader("name", content)
	out := make([]byte, 0, len(content)+16)
	for r.more() {
		id := r.byte("subsection id")
		list := r.bytes(r.u32("subsection length"), "subsection")
		if id == namesOfFunctions || id == namesOfLocals || id == namesOfLabels {
			list = p.rewriteNameList(r, list, id != namesOfFunctions)
		}
		out = appendSized(append(out, id), list)
	}
	return out, r.end()
}

// rewriteNameList renumbers one list and sorts it again, as the format asks.
// Where nested, each entry holds a list of names itself.
func (p *plan) rewriteNameList(parent *reader, list []byte, nested bool) []byte {
	r := newReader("name", list)
	n := r.count("names")
	entries := make([]named, 0, n/2)
	for ; n > 0 && r.err == nil; n-- {
		index, start := r.u32("function index"), r.pos
		skipNames(r, nested)
		if r.err == nil {
			entries = append(entries, named{p.of(index), r.data[start:r.pos]})
		}
	}
	if err := r.end(); err != nil && parent.err == nil {
		parent.err = err
	}
	sort.SliceStable(entries, func(i, j int) bool { return entries[i].index < entries[j].index })
	out := appendU32(make([]byte, 0, len(list)+8), uint32(len(entries)))
	for _, e := range entries {
		out = append(appendU32(out, e.index), e.rest...)
	}
	return out
}

func skipNames(r *reader, nested bool) {
	if !nested {
		r.bytes(r.u32("length of a name"), "name")
		return
	}
	for n := r.count("names"); n > 0 && r.err == nil; n-- {
		r.u32("index of a name")
		r.bytes(r.u32("length of a name"), "name")
	}
}
