package wasmtest

import "strings"

// Bytes returns the module in the binary format.
func (m *Module) Bytes() []byte {
	var fns []byte
	for _, f := range m.funcs {
		fns = append(fns, U32(f.typ)...)
	}
	bodies := map[byte][]byte{1: m.typeSection(), 2: m.importSection(), 3: vector(len(m.funcs), fns), 7: m.exportSection(), 10: m.codeSection()}
	if !m.noMem {
		bodies[5] = m.memorySection()
	}
	if m.start >= 0 {
		bodies[8] = U32(uint32(m.start))
	}
	if len(m.data) > 0 {
		bodies[11] = m.dataSection()
	}
	for id, body := range m.more {
		bodies[id] = body
	}
	out := []byte("\x00asm\x01\x00\x00\x00")
	for _, id := range []byte{1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 10, 11} {
		if body, ok := bodies[id]; ok {
			out = section(out, id, body)
		}
	}
	return append(out, m.extra...)
}

func section(out []byte, id byte, body []byte) []byte {
	out = append(append(out, id), U32(uint32(len(body)))...)
	return append(out, body...)
}

func vector(n int, body []byte) []byte { return append(U32(uint32(n)), body...) }

func (m *Module) typeSection() []byte {
	var b []byte
	for _, sig := range m.types {
		params, results, _ := strings.Cut(sig, ":")
		b = append(b, 0x60)
		b = append(b, valueTypes(params)...)
		b = append(b, valueTypes(results)...)
	}
	return vector(len(m.types), b)
}

func valueTypes(letters string) []byte {
	b := make([]byte, len(letters))
	for i := range letters {
		b[i] = 0x7f
		if letters[i] == 'I' {
			b[i] = 0x7e
		}
	}
	return vector(len(b), b)
}

func (m *Module) importSection() []byte {
	var b []byte
	for _, i := range m.imports {
		b = append(b, name(i.module)...)
		b = append(b, name(i.name)...)
		b = append(append(b, 0), U32(i.typ)...)
	}
	return vector(len(m.imports), b)
}

func (m *Module) memorySection() []byte {
	if m.pages[1] == 0 {
		return vector(1, append([]byte{0}, U32(m.pages[0])...))
	}
	return vector(1, append(append([]byte{1}, U32(m.pages[0])...), U32(m.pages[1])...))
}

func (m *Module) exportSection() []byte {
	list := m.exports
	if !m.noMem {
		list = append(list[:len(list):len(list)], exported{"memory", 2, 0})
	}
	var b []byte
	for _, e := range list {
		b = append(append(append(b, name(e.name)...), e.kind), U32(e.index)...)
	}
	return vector(len(list), b)
}

func (m *Module) codeSection() []byte {
	var b []byte
	for _, f := range m.funcs {
		locals := []byte{0}
		if f.locals > 0 {
			locals = append(append([]byte{1}, U32(f.locals)...), 0x7f)
		}
		body := append(append(locals, f.code...), 0x0b)
		b = append(append(b, U32(uint32(len(body)))...), body...)
	}
	return vector(len(m.funcs), b)
}

func (m *Module) dataSection() []byte {
	var b []byte
	for _, d := range m.data {
		b = append(b, 0)
		b = append(append(b, I32(int32(d.offset))...), 0x0b)
		b = append(append(b, U32(uint32(len(d.data)))...), d.data...)
	}
	return vector(len(m.data), b)
}

func name(s string) []byte { return append(U32(uint32(len(s))), s...) }

func join(parts [][]byte) []byte {
	var b []byte
	for _, p := range parts {
		b = append(b, p...)
	}
	return b
}

// U32 is n in LEB128.
func U32(n uint32) []byte {
	var b []byte
	for n >= 0x80 {
		b = append(b, byte(n)|0x80)
		n >>= 7
	}
	return append(b, byte(n))
}

func signed(n int64) []byte {
	var b []byte
	for {
		c := byte(n & 0x7f)
		n >>= 7
		if n == 0 && c&0x40 == 0 || n == -1 && c&0x40 != 0 {
			return append(b, c)
		}
		b = append(b, c|0x80)
	}
}
