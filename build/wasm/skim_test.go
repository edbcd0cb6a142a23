package wasm

import (
	"bytes"
	"errors"
	"io"
	"reflect"
	"strings"
	"testing"
)

// skimmed are the facts that a module gives, with an error's text.
func skimmed(m *Module, err error) []any {
	if err != nil {
		return []any{err.Error()}
	}
	var sizes []int
	var names []string
	for _, s := range m.Sections {
		sizes, names = append(sizes, s.Size), append(names, s.ID.String()+s.Name)
	}
	facts := []any{sizes, names, m.Complete(), m.BuildInfo()}
	for _, read := range []func() (any, error){
		func() (any, error) { return m.Types() },
		func() (any, error) { return m.Imports() },
		func() (any, error) { return m.Exports() },
		func() (any, error) { return m.Memories() },
		func() (any, error) { return m.Producers() },
	} {
		v, err := read()
		text := ""
		if err != nil {
			text = err.Error()
		}
		facts = append(facts, v, text)
	}
	return facts
}

func sameSkim(t *testing.T, code []byte) {
	t.Helper()
	m, err := Skim(bytes.NewReader(code), int64(len(code)))
	got := skimmed(m, err)
	d, err := Decode(code)
	if want := skimmed(d, err); !reflect.DeepEqual(got, want) {
		t.Errorf("%d bytes: got %v\nwant %v", len(code), got, want)
	}
}

// TestSkim: it tells of every module, whole or cut, what Decode tells.
func TestSkim(t *testing.T) {
	long := strings.Repeat("n", 5000)
	record := strings.Repeat("d", 64<<10-8) + infoStart + "path\tx\n" + infoEnd + strings.Repeat("d", 70<<10)
	for _, code := range [][]byte{
		nil, []byte("package main"), []byte("(module)"), module(), five(),
		module(custom(long, 1, 2), custom("name", []byte(long)...), producersSection()),
		module(producersSection(), section(SectionData, []byte(record)...)),
		module(section(SectionData, []byte(infoStart)...)),
		module(section(SectionFunction, vec([]byte{0})...)),
		module(section(SectionFunction, vec([]byte{0})...), section(SectionCode)),
		module(section(SectionExport), section(SectionType)),
		module([]byte{99, 0}),
	} {
		sameSkim(t, code)
		for cut := 0; cut < min(len(code), 300); cut++ {
			sameSkim(t, code[:cut])
		}
	}
}

// TestSkimBounds: a section that would have to be kept may be only so large,
// and a file that shrinks meanwhile is an error.
func TestSkimBounds(t *testing.T) {
	huge := module(section(SectionImport, make([]byte, maxSkimmed+1)...))
	if _, err := Skim(bytes.NewReader(huge), int64(len(huge))); !errors.Is(err, ErrUnsupported) {
		t.Errorf("got %v", err)
	}
	code := five()
	if _, err := Skim(bytes.NewReader(code[:len(code)-1]), int64(len(code))); !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, ErrTruncated) {
		t.Errorf("a file that shrank: %v", err)
	}
}

// FuzzSkim: whatever Decode says, Skim says too.
func FuzzSkim(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, code []byte) { sameSkim(t, code) })
}
