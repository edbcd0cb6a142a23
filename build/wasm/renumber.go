package wasm

import "fmt"

// rewriter copies what a reader passes over, with the function indices that
// it meets on the way replaced.
type rewriter struct {
	*reader
	plan *plan
	out  []byte
	done int // what was copied of the reader's data
}

func (p *plan) rewriter(section string, data []byte) *rewriter {
	return &rewriter{reader: newReader(section, data), plan: p, out: make([]byte, 0, len(data)+16)}
}

// replace puts the new index in the place of the one at data[start:end], in as
// many bytes as it had where that is possible.
func (w *rewriter) replace(start, end int, index uint32) {
	to := w.plan.of(index)
	if to == index {
		return
	}
	w.out = append(w.out, w.data[w.done:start]...)
	w.out = appendPaddedU32(w.out, to, end-start)
	w.done = end
}

// index passes over a function's index.
func (w *rewriter) index() {
	start := w.pos
	if index := w.u32("function index"); w.err == nil {
		w.replace(start, w.pos, index)
	}
}

// expression passes over a constant expression.
func (w *rewriter) expression() { scan(w.reader, false, w.replace) }

// finish returns all that was copied, or the first error.
func (w *rewriter) finish() ([]byte, error) {
	if err := w.end(); err != nil {
		return nil, err
	}
	return append(w.out, w.data[w.done:]...), nil
}

// rewriteCode puts the bodies in front and renumbers the calls in the rest.
func (p *plan) rewriteCode(content, bodies []byte, defined int) ([]byte, error) {
	out := appendU32(make([]byte, 0, len(content)+len(bodies)+8), uint32(len(p.closed)+defined))
	out = append(out, bodies...)
	if content == nil && defined == 0 {
		return out, nil
	}
	r := newReader("code", content)
	if n := r.count("functions"); r.err == nil && n != defined {
		r.fail("functions", fmt.Errorf("%d bodies for %d functions", n, defined))
	}
	for ; defined > 0 && r.err == nil; defined-- {
		body := r.bytes(r.u32("length of a body"), "body")
		if r.err != nil {
			break
		}
		changed, err := p.rewriteBody(body)
		if err != nil {
			return nil, err
		}
		out = appendSized(out, changed)
	}
	return out, r.end()
}

// rewriteBody renumbers the calls of one function. A body without any is
// returned as it is.
func (p *plan) rewriteBody(body []byte) ([]byte, error) {
	w := rewriter{reader: newReader("code", body), plan: p}
	for n := w.count("locals"); n > 0 && w.err == nil; n-- {
		w.u32("number of locals")
		w.skipHeapType(w.byte("type of locals"))
	}
	scan(w.reader, true, w.replace)
	if w.err != nil || w.done == 0 {
		return body, w.err
	}
	return w.finish()
}

func (p *plan) rewriteExports(m *Module) error {
	exports, err := m.Exports()
	if err != nil || exports == nil {
		return err
	}
	for i := range exports {
		if exports[i].Kind == ExternFunc {
			exports[i].Index = p.of(exports[i].Index)
		}
	}
	m.setContent(SectionExport, encodeExports(exports))
	return nil
}

func (p *plan) rewriteStart(m *Module) error {
	return p.rewriteSection(m, SectionStart, (*rewriter).index)
}

func (p *plan) rewriteGlobals(m *Module) error {
	return p.rewriteSection(m, SectionGlobal, func(w *rewriter) {
		for n := w.count("globals"); n > 0 && w.err == nil; n-- {
			w.skipHeapType(w.byte("type of a global"))
			w.byte("mutability of a global")
			w.expression()
		}
	})
}

// rewriteTables follows the function references proposal, where a table may
// begin with 0x40 0x00 and then ends with its elements' first value.
func (p *plan) rewriteTables(m *Module) error {
	return p.rewriteSection(m, SectionTable, func(w *rewriter) {
		for n := w.count("tables"); n > 0 && w.err == nil; n-- {
			if w.rest() == 0 || w.data[w.pos] != 0x40 {
				readTableType(w.reader)
				continue
			}
			w.bytes(2, "table")
			readTableType(w.reader)
			w.expression()
		}
	})
}

// rewriteElements follows the eight forms of element segment: bit 0 says
// passive or declarative, bit 1 that there is a table's index (or, for those,
// that it is declarative), bit 2 that there are expressions instead of indices.
func (p *plan) rewriteElements(m *Module) error {
	return p.rewriteSection(m, SectionElement, func(w *rewriter) {
		for n := w.count("segments"); n > 0 && w.err == nil; n-- {
			w.element()
		}
	})
}

func (w *rewriter) element() {
	flags := w.u32("form of a segment")
	if flags > 7 {
		w.fail("form of a segment", fmt.Errorf("%w: form %d", ErrUnsupported, flags))
		return
	}
	if flags&1 == 0 {
		if flags&2 != 0 {
			w.u32("table index")
		}
		w.expression()
	}
	if flags&3 != 0 {
		kind := w.byte("type of elements")
		if flags&4 != 0 {
			w.skipHeapType(kind)
		}
	}
	for n := w.count("elements"); n > 0 && w.err == nil; n-- {
		if flags&4 != 0 {
			w.expression()
		} else {
			w.index()
		}
	}
}

// rewriteSection applies walk to a section's content, if there is one.
func (p *plan) rewriteSection(m *Module, id SectionID, walk func(*rewriter)) error {
	content := m.content(id)
	if content == nil {
		return nil
	}
	w := p.rewriter(id.String(), content)
	walk(w)
	out, err := w.finish()
	if err != nil {
		return err
	}
	m.setContent(id, out)
	return nil
}
