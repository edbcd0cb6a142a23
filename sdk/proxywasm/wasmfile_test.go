package proxywasm_test

import (
	"encoding/binary"
	"os"
	"testing"
)

// wasmFile is what the tests want to know of a module.
type wasmFile struct {
	size    int
	imports [][2]string // module and name of functions
	exports []export    // functions, in the section's order
}

// export is a function with its type as the file has it, such as "ii>i".
type export struct{ name, signature string }

// buildAndRead builds a plugin of testdata and reads the module.
func buildAndRead(t *testing.T, name string) wasmFile {
	t.Helper()
	b, err := os.ReadFile(buildWasm(t, name))
	if err != nil {
		t.Fatal(err)
	}
	f := wasmFile{size: len(b)}
	var types []string
	var functions []int // type of each function, imports first
	r := &wasmReader{b[8:]}
	for len(r.b) > 0 {
		id := r.byte()
		s := &wasmReader{r.take(r.number())}
		switch id {
		case 1:
			s.each(func() { types = append(types, s.signature()) })
		case 2:
			s.each(func() {
				f.imports = append(f.imports, [2]string{s.name(), s.name()})
				if kind := s.byte(); kind != 0 {
					t.Fatalf("an import of kind %d", kind)
				}
				functions = append(functions, s.number())
			})
		case 3:
			s.each(func() { functions = append(functions, s.number()) })
		case 7:
			s.each(func() {
				e, kind, index := export{name: s.name()}, s.byte(), s.number()
				if kind == 0 {
					e.signature = types[functions[index]]
					f.exports = append(f.exports, e)
				}
			})
		}
	}
	return f
}

// wasmReader reads a module that the Go toolchain has just written; it panics
// where that is malformed.
type wasmReader struct{ b []byte }

func (r *wasmReader) take(n int) []byte {
	b := r.b[:n]
	r.b = r.b[n:]
	return b
}

func (r *wasmReader) byte() byte { return r.take(1)[0] }

func (r *wasmReader) number() int {
	n, size := binary.Uvarint(r.b)
	r.take(size)
	return int(n)
}

func (r *wasmReader) name() string { return string(r.take(r.number())) }

func (r *wasmReader) each(f func()) {
	for range r.number() {
		f()
	}
}

// signature reads a function type: i for i32, I for i64.
func (r *wasmReader) signature() string {
	letters := map[byte]string{0x7f: "i", 0x7e: "I", 0x7d: "f", 0x7c: "F"}
	r.byte()
	text := ""
	r.each(func() { text += letters[r.byte()] })
	text += ">"
	r.each(func() { text += letters[r.byte()] })
	return text
}
