// Package wasmtest assembles small WebAssembly modules for the host's tests, so
// that the repository holds no binaries and the tests need no tools.
package wasmtest

// Module is a module under construction. Imports come first, as in the format.
type Module struct {
	types   []string
	imports []imported
	funcs   []function
	exports []exported
	data    []segment
	pages   [2]uint32
	noMem   bool
	start   int
	extra   []byte
	more    map[byte][]byte // sections by number
}

type imported struct {
	module, name string
	typ          uint32
}

type function struct {
	typ    uint32
	locals uint32
	code   []byte
}

type exported struct {
	name  string
	kind  byte
	index uint32
}

type segment struct {
	offset uint32
	data   []byte
}

// New returns a module with one exported memory of min pages, and no maximum.
func New(min uint32) *Module {
	return &Module{pages: [2]uint32{min, 0}, start: -1}
}

// NoMemory leaves out the memory.
func (m *Module) NoMemory() *Module { m.noMem = true; return m }

// MaxPages gives the memory a maximum.
func (m *Module) MaxPages(n uint32) *Module { m.pages[1] = n; return m }

// Import imports a function; sig is like "iI:i", i for i32 and I for i64. All
// imports must come before the first Func.
func (m *Module) Import(module, name, sig string) uint32 {
	if len(m.funcs) > 0 {
		panic("wasmtest: Import after Func")
	}
	m.imports = append(m.imports, imported{module, name, m.typ(sig)})
	return uint32(len(m.imports) - 1)
}

// Func adds a function with that many further i32 locals, exported if name is
// not empty, and returns its index.
func (m *Module) Func(name, sig string, locals uint32, code ...[]byte) uint32 {
	m.funcs = append(m.funcs, function{m.typ(sig), locals, join(code)})
	index := uint32(len(m.imports) + len(m.funcs) - 1)
	if name != "" {
		m.exports = append(m.exports, exported{name, 0, index})
	}
	return index
}

// Start makes the function of that index the module's start function.
func (m *Module) Start(index uint32) *Module { m.start = int(index); return m }

// Data puts bytes into the memory.
func (m *Module) Data(offset uint32, b []byte) *Module {
	m.data = append(m.data, segment{offset, b})
	return m
}

// Raw appends bytes behind the last section.
func (m *Module) Raw(b []byte) *Module { m.extra = append(m.extra, b...); return m }

// Section puts a section of that number at its place, instead of the one that
// the module would have.
func (m *Module) Section(id byte, body ...byte) *Module {
	if m.more == nil {
		m.more = map[byte][]byte{}
	}
	m.more[id] = body
	return m
}

// Export exports something under a name; kind is 0 for functions, 1 for tables, 2
// for memories and 3 for globals.
func (m *Module) Export(name string, kind byte, index uint32) *Module {
	m.exports = append(m.exports, exported{name, kind, index})
	return m
}

func (m *Module) typ(sig string) uint32 {
	for i, t := range m.types {
		if t == sig {
			return uint32(i)
		}
	}
	m.types = append(m.types, sig)
	return uint32(len(m.types) - 1)
}
