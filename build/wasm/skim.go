package wasm

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
)

// maxSkimmed bounds a section that Skim keeps, in bytes.
const maxSkimmed = 16 << 20

// Skim is Decode without the parts that make a module large: it keeps the
// sections that say what the module needs and offers, and of the code, the data
// and most custom sections only that they are there. Of the data it keeps what
// BuildInfo reads. So it needs little memory for a module of any size. What it
// returns can't be encoded again.
//
// A section of more than 16 MiB that would have to be kept is ErrUnsupported.
func Skim(r io.ReaderAt, size int64) (*Module, error) {
	head, err := window(r, 0, size, 8)
	if err != nil {
		return nil, err
	}
	if kind, err := KindAt(r, size); err != nil || kind != KindModule {
		return nil, errors.Join(err, fmt.Errorf("%w: %s", ErrNotModule, kind))
	}
	if len(head) < 8 {
		return nil, &SyntaxError{Offset: len(head), What: "header", Err: ErrTruncated}
	}
	s := &skimmer{r: r, size: size, pos: 8, m: &Module{}}
	for s.pos < size {
		if err := s.section(); err != nil {
			return nil, err
		}
	}
	return s.m, nil
}

// KindAt is KindOf for a file that is not in memory.
func KindAt(r io.ReaderAt, size int64) (Kind, error) {
	head, err := window(r, 0, size, 1024)
	if err != nil {
		return KindUnknown, err
	}
	return KindOf(head), nil
}

// window reads at most n bytes at an offset; fewer only at the end of the file.
func window(r io.ReaderAt, at, size int64, n int64) ([]byte, error) {
	b := make([]byte, max(0, min(n, size-at)))
	if got, err := r.ReadAt(b, at); got < len(b) {
		if err == nil || errors.Is(err, io.EOF) {
			err = io.ErrUnexpectedEOF // the file is not what it was
		}
		return nil, err
	}
	return b, nil
}

// skimmer is one run of Skim.
type skimmer struct {
	r         io.ReaderAt
	pos, size int64
	last      int
	m         *Module
}

// section reads the next one.
func (s *skimmer) section() error {
	head, err := window(s.r, s.pos, s.size, 8)
	if err != nil {
		return err
	}
	r := newReader("", head)
	id := SectionID(r.byte("section id"))
	length := int64(r.u32("section length"))
	if r.err == nil && length > s.size-s.pos-int64(r.pos) {
		r.fail(fmt.Sprintf("content of the %s section", id), ErrTruncated)
	}
	begin := s.pos + int64(r.pos)
	if r.err == nil && id != SectionCustom {
		r.pos += int(length)
		s.last = checkOrder(r, id, s.last)
	}
	if r.err != nil {
		return shifted(r.err, s.pos)
	}
	sec := Section{ID: id, Size: int(begin - s.pos + length)}
	if err := s.fill(&sec, begin, length); err != nil {
		return err
	}
	s.m.Sections = append(s.m.Sections, sec)
	s.pos = begin + length
	return nil
}

// shifted gives an error its offset in the file.
func shifted(err error, by int64) error {
	var syntax *SyntaxError
	if errors.As(err, &syntax) {
		syntax.Offset += int(min(by, math.MaxInt32))
	}
	return err
}

// fill reads what is kept of a section.
func (s *skimmer) fill(sec *Section, at, length int64) (err error) {
	switch sec.ID {
	case SectionCustom:
		return s.custom(sec, at, length)
	case SectionType, SectionImport, SectionMemory, SectionExport:
		sec.Content, err = s.keep(sec.ID, at, length)
		return err
	case SectionData:
		sec.Content, err = s.record(at, length)
		return err
	default: // its beginning says how many entries it has
		sec.Content, err = window(s.r, at, at+length, 16)
		return err
	}
}

func (s *skimmer) keep(id SectionID, at, length int64) ([]byte, error) {
	if length > maxSkimmed {
		return nil, &SyntaxError{Section: id.String(), What: "content", Err: fmt.Errorf("%w: a section of %d bytes", ErrUnsupported, length)}
	}
	return window(s.r, at, at+length, length)
}

// custom reads a section's name, and the content of the one that is read later.
func (s *skimmer) custom(sec *Section, at, length int64) error {
	content, err := window(s.r, at, at+length, 4096)
	if err != nil {
		return err
	}
	c := newReader("custom", content)
	if sec.Name = c.name("name of a custom section"); c.err != nil && length > int64(len(content)) {
		if content, err = s.keep(sec.ID, at, length); err != nil {
			return err
		}
		c = newReader("custom", content)
		sec.Name = c.name("name of a custom section")
	}
	if c.err != nil || sec.Name != "producers" {
		return c.err
	}
	rest := int64(c.pos)
	sec.Content, err = s.keep(sec.ID, at+rest, length-rest)
	return err
}

// record finds the text that BuildInfo reads, with the marks around it.
func (s *skimmer) record(at, length int64) ([]byte, error) {
	start, err := s.find(at, at+length, infoStart)
	if start < 0 || err != nil {
		return []byte{}, err
	}
	end, err := s.find(start+int64(len(infoStart)), at+length, infoEnd)
	if end < 0 || err != nil {
		return []byte{}, err
	}
	return s.keep(SectionData, start, end+int64(len(infoEnd))-start)
}

// find looks for text in a part of the file, and returns -1 if it isn't there.
func (s *skimmer) find(from, to int64, text string) (int64, error) {
	buffer := make([]byte, 64<<10)
	for from < to {
		b := buffer[:min(int64(len(buffer)), to-from)]
		if n, err := s.r.ReadAt(b, from); n < len(b) {
			return -1, errors.Join(err, io.ErrUnexpectedEOF)
		}
		if i := bytes.Index(b, []byte(text)); i >= 0 {
			return from + int64(i), nil
		}
		if int64(len(b)) == to-from {
			return -1, nil
		}
		from += int64(len(b) - len(text) + 1)
	}
	return -1, nil
}
