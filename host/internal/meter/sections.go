package meter

import "fmt"

// globalSection renumbers the functions in initial values and adds the counter.
// It begins at 1: the first turn asks the meter.
func (m *module) globalSection(r *reader) []byte {
	n := r.u32()
	out := appendU32(make([]byte, 0, len(r.b)+8), n+1)
	for ; n > 0 && r.err == nil; n-- {
		out = append(out, r.bytes(2)...)
		out = m.expression(out, r)
	}
	return append(out, typeI32, 1, opI32Const, 1, opEnd)
}

// expression copies a constant expression.
func (m *module) expression(out []byte, r *reader) []byte {
	for r.err == nil {
		op := r.byte()
		out = append(out, op)
		if namesFunction(op) {
			out = appendU32(out, m.function(r))
			continue
		}
		from := r.pos
		if r.immediates(op); r.err == nil {
			out = append(out, r.b[from:r.pos]...)
		}
		if op == opEnd {
			break
		}
	}
	return out
}

func (m *module) exports(r *reader) []byte {
	n := r.u32()
	out := appendU32(make([]byte, 0, len(r.b)+16), n)
	for ; n > 0 && r.err == nil; n-- {
		out = appendName(out, string(r.bytes(r.u32())))
		kind := r.byte()
		out = append(out, kind)
		from := r.pos
		switch kind {
		case 0:
			out = appendU32(out, m.function(r))
			continue
		case 3:
			r.global()
		default:
			r.skipNumber(5)
		}
		if r.err == nil {
			out = append(out, r.b[from:r.pos]...)
		}
	}
	return out
}

// elements renumbers the functions of the tables' elements. The flags say what a
// segment has: 1 not active, 2 an explicit table (or, if not active, declared
// only), 4 expressions in place of indices.
func (m *module) elements(r *reader) []byte {
	n := r.u32()
	out := appendU32(make([]byte, 0, len(r.b)+len(r.b)/16), n)
	for ; n > 0 && r.err == nil; n-- {
		flags := r.u32()
		if flags > 7 {
			r.fail(ErrUnknown)
		}
		out = appendU32(out, flags)
		if flags&1 == 0 {
			if flags&2 != 0 {
				out = appendU32(out, r.u32())
			}
			out = m.expression(out, r)
		}
		if flags&3 != 0 {
			out = append(out, r.byte()) // kind or type of the elements
		}
		out = m.elementList(out, r, flags&4 != 0)
	}
	return out
}

func (m *module) elementList(out []byte, r *reader, expressions bool) []byte {
	n := r.u32()
	out = appendU32(out, n)
	for ; n > 0 && r.err == nil; n-- {
		if expressions {
			out = m.expression(out, r)
		} else {
			out = appendU32(out, m.function(r))
		}
	}
	return out
}

func (m *module) codeSection(r *reader) []byte {
	n := r.u32()
	out := appendU32(make([]byte, 0, len(r.b)+len(r.b)/4), n)
	var body []byte
	for i := uint32(0); i < n && r.err == nil; i++ {
		f := &reader{b: r.bytes(r.u32()), globals: m.globals}
		body = m.body(body[:0], f)
		if f.err != nil {
			r.fail(fmt.Errorf("function %d: %w", i+m.imports, f.err))
		}
		out = append(appendU32(out, uint32(len(body))), body...)
	}
	return out
}

// MaxLocals is the most locals that a function may have, as in V8. Engines keep
// something for each, and a module names 2^32 in five bytes.
const MaxLocals = 50_000

// locals passes over the declarations of a function's locals.
func (r *reader) locals() {
	var together uint64
	r.times(func() { // how many, type
		together += uint64(r.u32())
		r.byte()
		if together > MaxLocals {
			r.fail(fmt.Errorf("it has %d locals or more; at most %d are allowed", together, MaxLocals))
		}
	})
}

// body rewrites a function: the counting stands at the head of each loop, and at
// the beginning of a function that makes calls and does not begin with a loop.
func (m *module) body(out []byte, r *reader) []byte {
	r.locals()
	if r.err != nil {
		return out
	}
	out = append(out, r.b[:r.pos]...)
	if m.countsAtEntry(&reader{b: r.b, pos: r.pos, globals: m.globals}) {
		out = append(out, m.bump...)
	}
	from := r.pos
	for r.more() {
		at := r.pos
		op := r.byte()
		if namesFunction(op) {
			out = append(out, r.b[from:at+1]...)
			out = appendU32(out, m.function(r))
			from = r.pos
			continue
		}
		r.immediates(op)
		if op == opLoop {
			out = append(append(out, r.b[from:r.pos]...), m.bump...)
			from = r.pos
		}
	}
	if r.err != nil {
		return out
	}
	return append(out, r.b[from:]...)
}

// countsAtEntry reports whether a function makes calls, and is not sure to pass
// a loop before.
func (m *module) countsAtEntry(r *reader) bool {
	first := true
	for r.more() {
		op := r.byte()
		if isCall(op) {
			return true
		}
		if first && branches(op) {
			if op == opLoop {
				return false
			}
			first = false
		}
		if namesFunction(op) {
			r.u32()
			continue
		}
		r.immediates(op)
	}
	return false
}
