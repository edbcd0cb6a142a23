package meter

import (
	"bytes"
	"fmt"
	"math"
)

// The import that an instrumented module has in addition: a function that takes
// nothing and returns an i32, how many turns and calls may pass until it is
// called again. 0 stands for 2^32.
const (
	Module   = "sluice"
	Function = "meter"
)

// The numbers of sections, and their order in a module.
const (
	secCustom, secType, secImport, secFunction, secTable, secMemory, secGlobal = 0, 1, 2, 3, 4, 5, 6
	secExport, secStart, secElement, secCode, secData, secDataCount            = 7, 8, 9, 10, 11, 12
)

const headerSize = 8

// Instrument returns the module with the meter in it, also where there is no
// function to meter: what it returns is what the rewriting could read, and engines
// trust the numbers in a module. The error says which section, or which function,
// can't be read.
func Instrument(code []byte) ([]byte, error) {
	sections, err := split(code)
	if err != nil {
		return nil, err
	}
	m := &module{}
	if err := m.count(sections); err != nil {
		return nil, err
	}
	out := make([]byte, 0, len(code)+len(code)/4)
	out = append(out, code[:headerSize]...)
	for _, s := range m.complete(sections) {
		body, keep, err := m.rewrite(s)
		if err != nil {
			return nil, fmt.Errorf("section %d: %w", s.id, err)
		}
		if keep {
			out = append(appendU32(append(out, s.id), uint32(len(body))), body...)
		}
	}
	return out, nil
}

type section struct {
	id   byte
	body []byte
}

// split cuts a module into its sections.
func split(code []byte) ([]section, error) {
	if len(code) < headerSize {
		return nil, ErrTruncated
	}
	var list []section
	r := &reader{b: code, pos: headerSize}
	for r.more() {
		id := r.byte()
		body := r.bytes(r.u32())
		if r.err != nil {
			return nil, fmt.Errorf("section %d: %w", id, r.err)
		}
		list = append(list, section{id, body})
	}
	return list, nil
}

// module is what the rewriting has to know of a module.
type module struct {
	types   uint32 // how many types there are: the index of the meter's type
	imports uint32 // how many functions are imported: the index of the meter
	globals uint32 // how many globals there are: the index of the counter
	bump    []byte // the instructions that count
}

// count finds the indices.
func (m *module) count(sections []section) error {
	for _, s := range sections {
		r := &reader{b: s.body}
		switch s.id {
		case secType:
			m.types = r.u32()
			r.pos = 0
			r.times(r.functionType)
		case secImport:
			r.times(func() { m.countImport(r) })
		case secGlobal:
			m.globals += r.u32()
		case secFunction:
			r.times(func() { r.u32() })
		case secTable:
			tables(r)
		case secMemory, secData: // engines trust these numbers, and allocate
			if n := r.u32(); int64(n) > int64(len(s.body)) {
				r.fail(ErrTruncated)
			}
		}
		if r.err != nil {
			return fmt.Errorf("section %d: %w", s.id, r.err)
		}
	}
	m.bump = m.counting()
	return nil
}

func (m *module) countImport(r *reader) {
	r.skip(r.u32())
	r.skip(r.u32())
	switch r.byte() {
	case 0: // function: type
		m.imports++
		r.u32()
	case 1: // table: element type, limits
		r.byte()
		r.limits()
	case 2:
		r.limits()
	case 3: // global: type, mutability
		m.globals++
		r.skip(2)
	default:
		r.fail(ErrUnknown)
	}
}

func (r *reader) functionType() {
	if r.byte() != 0x60 {
		r.fail(ErrUnknown)
	}
	r.skip(r.u32())
	r.skip(r.u32())
}

func (r *reader) limits() {
	flags := r.byte()
	r.skipNumber(5)
	if flags&1 != 0 {
		r.skipNumber(5)
	}
}

// counting are the instructions: take the counter down by one, and when it is
// used up set it to what the meter returns.
func (m *module) counting() []byte {
	get := appendU32([]byte{opGlobalGet}, m.globals)
	set := appendU32([]byte{opGlobalSet}, m.globals)
	call := appendU32([]byte{opCall}, m.imports)
	return bytes.Join([][]byte{get, {opI32Const, 1, opI32Sub}, set, get, {opI32Eqz, opIf, typeEmpty}, call, set, {opEnd}}, nil)
}

// complete adds the sections that have to be there, empty, at their places.
func (m *module) complete(sections []section) []section {
	return insertSection(insertSection(insertSection(sections, secType), secImport), secGlobal)
}

func insertSection(list []section, id byte) []section {
	at := len(list)
	for i, s := range list {
		if s.id == id {
			return list
		}
		if s.id != secCustom && s.id > id && at == len(list) {
			at = i
		}
	}
	grown := append([]section(nil), list[:at]...)
	return append(append(grown, section{id, []byte{0}}), list[at:]...)
}

// rewrite returns the new body of a section, and whether it stays.
func (m *module) rewrite(s section) (body []byte, keep bool, err error) {
	r := &reader{b: s.body, globals: m.globals}
	switch s.id {
	case secCustom:
		body, keep = m.names(r)
		return body, keep, nil // what it holds is never needed
	case secType:
		body = appendU32(nil, r.u32()+1)
		body = append(append(body, r.rest()...), 0x60, 0, 1, typeI32)
	case secImport:
		body = appendU32(nil, r.u32()+1)
		body = appendName(appendName(append(body, r.rest()...), Module), Function)
		body = appendU32(append(body, 0), m.types)
	case secTable:
		body = tables(r)
	case secGlobal:
		body = m.globalSection(r)
	case secExport:
		body = m.exports(r)
	case secStart:
		body = appendU32(nil, m.function(r))
	case secElement:
		body = m.elements(r)
	case secCode:
		body = m.codeSection(r)
	default:
		body = s.body
	}
	return body, true, r.err
}

// function reads the index of a function and returns the new one.
func (m *module) function(r *reader) uint32 {
	i := r.u32()
	switch {
	case i == math.MaxUint32:
		r.fail(ErrIndex)
	case i >= m.imports:
		i++
	}
	return i
}

func appendName(b []byte, name string) []byte {
	return append(appendU32(b, uint32(len(name))), name...)
}

// names keeps the names of functions, which is all that an engine needs of the
// custom sections.
func (m *module) names(r *reader) (body []byte, keep bool) {
	if name := string(r.bytes(r.u32())); name != "name" {
		return nil, false
	}
	body = appendName(nil, "name")
	for r.more() {
		id := r.byte()
		part := &reader{b: r.bytes(r.u32())}
		if id == 1 {
			names := m.functionNames(part)
			body = append(appendU32(append(body, id), uint32(len(names))), names...)
		}
		if r.err != nil || part.err != nil {
			return nil, false
		}
	}
	return body, true
}

func (m *module) functionNames(r *reader) []byte {
	out := make([]byte, 0, len(r.b)+len(r.b)/16)
	n := r.u32()
	out = appendU32(out, n)
	for ; n > 0 && r.err == nil; n-- {
		out = appendU32(out, m.function(r))
		out = appendName(out, string(r.bytes(r.u32())))
	}
	return out
}
