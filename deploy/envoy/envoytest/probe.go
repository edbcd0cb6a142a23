// Package envoytest has what tests need to try plugins on a real Envoy without
// a Go build: a hand-assembled Proxy-Wasm module of some hundred bytes whose
// effect a client sees at once, and the rule by which tests find Envoy.
package envoytest

// Where the probe keeps its strings and state in memory.
const (
	addrConfigPtr = 16   // proxy_get_buffer_bytes writes the pointer here
	addrConfigLen = 20   // and the length here
	addrScratch   = 24   // bytes of constant strings start here
	heapStart     = 8192 // bump allocator
)

// Probe assembles a plugin that adds the response headers "x-code: <mark>" and
// "x-config: <its configuration>" and logs "probe <mark> saw a request" at info
// level. The first byte of its configuration steers it: "!" makes
// proxy_on_configure log "probe refuses this configuration" and return false,
// "#" makes it trap, and "%" makes every request trap. mark must be shorter
// than 1,000 bytes. Extra imports ("module.function", taking and returning
// nothing) make a module that a host without them refuses.
func Probe(mark string, imports ...string) []byte {
	a := &assembler{next: addrScratch}
	kCode, kConfig := a.str("x-code"), a.str("x-config")
	vMark := a.str(mark)
	saw, refuse := a.str("probe "+mark+" saw a request"), a.str("probe refuses this configuration")

	types := vec(sig(0, 0), sig(1, 1), sig(2, 1), sig(2, 0), sig(3, 1), sig(5, 1))
	imps := [][]byte{
		importFunc("env", "proxy_log", 4),
		importFunc("env", "proxy_get_buffer_bytes", 5),
		importFunc("env", "proxy_add_header_map_value", 5),
	}
	for _, i := range imports {
		m, f := splitImport(i)
		imps = append(imps, importFunc(m, f, 0))
	}
	first := len(imps) // index of the first function of our own
	exports := [][]byte{{}}
	exports[0] = append(name("memory"), 2, 0)
	for i, e := range probeExports {
		exports = append(exports, append(append(name(e.name), 0), uleb(first+i)...))
	}
	var funcs, bodies [][]byte
	for _, e := range probeExports {
		funcs = append(funcs, uleb(e.sig))
	}
	bodies = [][]byte{
		body(0), // proxy_abi_version_0_2_100
		body(0), // proxy_abi_version_0_2_1
		allocate(),
		body(0), // proxy_on_context_create
		body(0, c(1)),
		configure(refuse),
		requestHeaders(saw),
		responseHeaders(kCode, vMark, kConfig),
	}
	out := []byte("\x00asm\x01\x00\x00\x00")
	out = append(out, section(1, types)...)
	out = append(out, section(2, vec(imps...))...)
	out = append(out, section(3, vec(funcs...))...)
	out = append(out, section(5, vec([]byte{0, 2}))...)
	out = append(out, section(6, vec(code(i32, 1, c(heapStart), opEnd)))...)
	out = append(out, section(7, vec(exports...))...)
	out = append(out, section(10, vec(bodies...))...)
	return append(out, section(11, vec(code(0, c(addrScratch), opEnd, name(a.data))))...)
}

// probeExports lists the functions in the order of their bodies; sig is an
// index into the type section.
var probeExports = [...]struct {
	name string
	sig  int
}{
	{"proxy_abi_version_0_2_100", 0},
	{"proxy_abi_version_0_2_1", 0},
	{"proxy_on_memory_allocate", 1},
	{"proxy_on_context_create", 3},
	{"proxy_on_vm_start", 2},
	{"proxy_on_configure", 2},
	{"proxy_on_request_headers", 4},
	{"proxy_on_response_headers", 4},
}

// allocate hands out memory that is never freed, as nothing large is asked for.
func allocate() []byte {
	return body(0, opGlobalGet, 0,
		opGlobalGet, 0, opLocalGet, 0, opI32Add, c(7), opI32Add, c(-8), opI32And, opGlobalSet, 0)
}

// configure stores the configuration and obeys its first byte.
func configure(refuse span) []byte {
	return body(0,
		c(addrConfigLen), c(0), opI32Store, 2, 0,
		opLocalGet, 1, opI32Eqz, opIf, blockVoid, c(1), opReturn, opEnd,
		c(7), c(0), opLocalGet, 1, c(addrConfigPtr), c(addrConfigLen), call(1), opDrop,
		firstByteIs('!'), opIf, blockVoid,
		c(4), c(refuse.at), c(refuse.n), call(0), opDrop, c(0), opReturn, opEnd,
		firstByteIs('#'), opIf, blockVoid, opUnreachable, opEnd,
		c(1))
}

func requestHeaders(saw span) []byte {
	return body(0,
		c(addrConfigLen), opI32Load, 2, 0, opIf, blockVoid,
		firstByteIs('%'), opIf, blockVoid, opUnreachable, opEnd,
		opEnd,
		c(2), c(saw.at), c(saw.n), call(0), opDrop,
		c(0))
}

func responseHeaders(kCode, vMark, kConfig span) []byte {
	return body(0,
		c(2), c(kCode.at), c(kCode.n), c(vMark.at), c(vMark.n), call(2), opDrop,
		c(addrConfigLen), opI32Load, 2, 0, opIf, blockVoid,
		c(2), c(kConfig.at), c(kConfig.n),
		c(addrConfigPtr), opI32Load, 2, 0, c(addrConfigLen), opI32Load, 2, 0,
		call(2), opDrop, opEnd,
		c(0))
}

func firstByteIs(b byte) []byte {
	return code(c(addrConfigPtr), opI32Load, 2, 0, opI32Load8U, 0, 0, c(int(b)), opI32Eq)
}

// importFunc writes one imported function of the type with index sig.
func importFunc(module, field string, sig int) []byte {
	return append(append(name(module), name(field)...), 0, byte(sig))
}

// splitImport cuts "env.f" at its first dot.
func splitImport(s string) (module, field string) {
	for i := range s {
		if s[i] == '.' {
			return s[:i], s[i+1:]
		}
	}
	return "env", s
}

// span is a string in the probe's memory.
type span struct{ at, n int }

// assembler lays strings out in memory.
type assembler struct {
	next int
	data string
}

func (a *assembler) str(s string) span {
	sp := span{a.next, len(s)}
	a.next += len(s)
	a.data += s
	return sp
}
