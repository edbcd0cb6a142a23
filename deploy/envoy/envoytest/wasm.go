package envoytest

// The few pieces of the WebAssembly binary format that a probe needs. Only
// fixed-size programs are written with it, so nothing here reports an error.

// value types
const (
	i32 = 0x7f
)

// opcodes
const (
	opUnreachable = 0x00
	opIf          = 0x04
	opEnd         = 0x0b
	opReturn      = 0x0f
	opCall        = 0x10
	opDrop        = 0x1a
	opLocalGet    = 0x20
	opLocalSet    = 0x21
	opGlobalGet   = 0x23
	opGlobalSet   = 0x24
	opI32Load     = 0x28
	opI32Load8U   = 0x2d
	opI32Store    = 0x36
	opI32Const    = 0x41
	opI32Eqz      = 0x45
	opI32Eq       = 0x46
	opI32Add      = 0x6a
	opI32And      = 0x71
	blockVoid     = 0x40
)

// uleb writes n as unsigned LEB128.
func uleb(n int) []byte {
	var out []byte
	for {
		b := byte(n & 0x7f)
		n >>= 7
		if n == 0 {
			return append(out, b)
		}
		out = append(out, b|0x80)
	}
}

// sleb writes n as signed LEB128, the form of constants in code.
func sleb(n int) []byte {
	var out []byte
	for {
		b := byte(n & 0x7f)
		n >>= 7
		if (n == 0 && b&0x40 == 0) || (n == -1 && b&0x40 != 0) {
			return append(out, b)
		}
		out = append(out, b|0x80)
	}
}

// name writes a length-prefixed string.
func name(s string) []byte { return append(uleb(len(s)), s...) }

// vec writes a count followed by the items.
func vec(items ...[]byte) []byte {
	out := uleb(len(items))
	for _, it := range items {
		out = append(out, it...)
	}
	return out
}

// section writes one section with its id and size.
func section(id byte, body []byte) []byte {
	return append(append([]byte{id}, uleb(len(body))...), body...)
}

// sig writes a function type of i32 parameters and results.
func sig(params, results int) []byte {
	out := append([]byte{0x60}, uleb(params)...)
	for i := 0; i < params; i++ {
		out = append(out, i32)
	}
	out = append(out, uleb(results)...)
	for i := 0; i < results; i++ {
		out = append(out, i32)
	}
	return out
}

// code joins instructions; ints become LEB128 constants where the caller says so.
func code(parts ...any) []byte {
	var out []byte
	for _, p := range parts {
		switch v := p.(type) {
		case int:
			out = append(out, byte(v))
		case []byte:
			out = append(out, v...)
		}
	}
	return out
}

// body writes a function body with the given number of i32 locals.
func body(locals int, parts ...any) []byte {
	b := []byte{0}
	if locals > 0 {
		b = append([]byte{1}, append(uleb(locals), i32)...)
	}
	b = append(b, code(parts...)...)
	b = append(b, opEnd)
	return append(uleb(len(b)), b...)
}

// c is i32.const n.
func c(n int) []byte { return append([]byte{opI32Const}, sleb(n)...) }

// call is call f.
func call(f int) []byte { return append([]byte{opCall}, uleb(f)...) }
