package wasm

import (
	"fmt"
	"slices"
)

// SectionID numbers the kinds of section.
type SectionID byte

// The sections of a module.
const (
	SectionCustom    SectionID = 0
	SectionType      SectionID = 1
	SectionImport    SectionID = 2
	SectionFunction  SectionID = 3
	SectionTable     SectionID = 4
	SectionMemory    SectionID = 5
	SectionGlobal    SectionID = 6
	SectionExport    SectionID = 7
	SectionStart     SectionID = 8
	SectionElement   SectionID = 9
	SectionCode      SectionID = 10
	SectionData      SectionID = 11
	SectionDataCount SectionID = 12
	SectionTag       SectionID = 13
)

var sectionNames = [...]string{"custom", "type", "import", "function", "table", "memory", "global",
	"export", "start", "element", "code", "data", "data count", "tag"}

// sectionRank is the place of each section in the order that the format asks for.
var sectionRank = [...]int{0, 1, 2, 3, 4, 5, 7, 8, 9, 10, 12, 13, 11, 6}

// String is the section's name in the specification.
func (id SectionID) String() string {
	if int(id) < len(sectionNames) {
		return sectionNames[id]
	}
	return fmt.Sprintf("section %d", byte(id))
}

// Section is one section of a module.
type Section struct {
	// ID is the kind of section.
	ID SectionID
	// Name is a custom section's own name, and empty for every other section.
	Name string
	// Content is what follows the section's length, and for a custom section
	// what follows its name. It shares memory with the bytes that were read.
	Content []byte
	// Size counts the section's bytes in the file, with its header.
	Size int
}

// Module is a WebAssembly module, split into its sections.
type Module struct {
	// Sections are in the order of the file.
	Sections []Section
}

// Decode splits a module into its sections. The error says whether the bytes
// are no module at all (ErrNotModule) or one that is cut (ErrTruncated) or
// broken (*SyntaxError). The module shares memory with code.
func Decode(code []byte) (*Module, error) {
	if kind := KindOf(code); kind != KindModule {
		return nil, fmt.Errorf("%w: %s", ErrNotModule, kind)
	}
	if len(code) < 8 {
		return nil, &SyntaxError{Offset: len(code), What: "header", Err: ErrTruncated}
	}
	m, last := &Module{}, 0
	r := newReader("", code)
	r.pos = 8
	for r.more() {
		s := readSection(r)
		if r.err == nil && s.ID != SectionCustom {
			last = checkOrder(r, s.ID, last)
		}
		m.Sections = append(m.Sections, s)
	}
	if r.err != nil {
		return nil, r.err
	}
	return m, nil
}

func readSection(r *reader) Section {
	start := r.pos
	id := SectionID(r.byte("section id"))
	content := r.bytes(r.u32("section length"), fmt.Sprintf("content of the %s section", id))
	s := Section{ID: id, Content: content, Size: r.pos - start}
	if id == SectionCustom && r.err == nil {
		c := newReader("custom", content)
		s.Name = c.name("name of a custom section")
		s.Content = content[c.pos:]
		r.err = c.err
	}
	return s
}

// checkOrder refuses unknown sections, and known ones that are repeated or in
// the wrong place. It returns the section's rank.
func checkOrder(r *reader, id SectionID, last int) int {
	if int(id) >= len(sectionRank) {
		r.fail("section id", fmt.Errorf("%w: section %d", ErrUnsupported, byte(id)))
		return last
	}
	rank := sectionRank[id]
	if rank <= last {
		r.fail("section id", fmt.Errorf("%s section repeated or out of order", id))
	}
	return rank
}

// Encode writes the module out again. What was not changed since Decode has
// the same content; section lengths are written in their shortest form.
func (m *Module) Encode() []byte {
	size := 8
	for _, s := range m.Sections {
		size += len(s.Content) + len(s.Name) + 11
	}
	out := append(make([]byte, 0, size), magic+versionModule...)
	for _, s := range m.Sections {
		out = append(out, byte(s.ID))
		if s.ID != SectionCustom {
			out = appendSized(out, s.Content)
			continue
		}
		name := appendName(nil, s.Name)
		out = appendU32(out, uint32(len(name)+len(s.Content)))
		out = append(append(out, name...), s.Content...)
	}
	return out
}

// content is what the one section of this kind holds, or nil.
func (m *Module) content(id SectionID) []byte {
	for _, s := range m.Sections {
		if s.ID == id {
			return s.Content
		}
	}
	return nil
}

// Custom is the content of the first custom section of that name.
func (m *Module) Custom(name string) ([]byte, bool) {
	for _, s := range m.Sections {
		if s.ID == SectionCustom && s.Name == name {
			return s.Content, true
		}
	}
	return nil, false
}

// Complete says whether each function that the module defines can have a body.
// A file cut between two sections can still be decoded, but is not complete.
func (m *Module) Complete() bool {
	functions := m.content(SectionFunction)
	return len(functions) == 0 || functions[0] == 0 || m.content(SectionCode) != nil
}

// setContent replaces a section's content, adds the section in its place if
// there was none, and removes it if the content is nil.
func (m *Module) setContent(id SectionID, content []byte) {
	at := len(m.Sections)
	for i, s := range m.Sections {
		if s.ID == id {
			if content == nil {
				m.Sections = append(m.Sections[:i:i], m.Sections[i+1:]...)
				return
			}
			m.Sections[i].Content = content
			return
		}
		if at == len(m.Sections) && s.ID != SectionCustom && sectionRank[s.ID] > sectionRank[id] {
			at = i
		}
	}
	if content == nil {
		return
	}
	m.Sections = slices.Insert(m.Sections, at, Section{ID: id, Content: content})
}
