package wasm

import (
	"errors"
	"fmt"
)

// ErrSignature is in the error about an imported function that can't become an
// internal one, because it returns something else than one i32 or nothing.
var ErrSignature = errors.New("only a function that returns an i32 or nothing can be closed")

// CloseImports turns the imported functions that pick chooses into functions
// of the module itself. They do nothing and return result, or nothing if that
// is their signature. It returns the new module and what was closed, in the
// order of the imports; where pick chooses nothing, the same bytes come back.
//
// Imported functions come first among the indices of functions. The functions
// that stop to be imported become the first that the module defines, so the
// indices of all other defined functions stay. The imports after a closed one
// move down, and every place that can name a function is rewritten: calls and
// references in code and in constant expressions, exports, the start function,
// element segments and the names for debuggers. Other custom sections that
// point into the code (DWARF, linking and relocation data, branch hints) would
// be wrong and are left out.
//
// An instruction or section that this package does not know is an error with
// ErrUnsupported in it.
func CloseImports(code []byte, pick func(Import) bool, result int32) ([]byte, []Import, error) {
	m, err := Decode(code)
	if err != nil {
		return nil, nil, err
	}
	imports, err := m.Imports()
	if err != nil {
		return nil, nil, err
	}
	p := planClosing(imports, pick)
	if len(p.closed) == 0 {
		return code, nil, nil
	}
	if err := p.apply(m, result); err != nil {
		return nil, nil, err
	}
	return m.Encode(), p.closed, nil
}

// plan says which imports go and which index each function gets.
type plan struct {
	kept   []Import // all kinds
	closed []Import // functions only
	// index is the new index of each imported function, by its old one. All
	// other functions keep theirs.
	index []uint32
}

func planClosing(imports []Import, pick func(Import) bool) *plan {
	p := &plan{}
	var old []uint32 // old indices of the closed functions
	var keptFuncs uint32
	for _, i := range imports {
		switch {
		case i.Kind != ExternFunc:
			p.kept = append(p.kept, i)
		case pick(i):
			old = append(old, uint32(len(p.index)))
			p.index = append(p.index, 0) // known below
			p.closed = append(p.closed, i)
		default:
			p.kept = append(p.kept, i)
			p.index = append(p.index, keptFuncs)
			keptFuncs++
		}
	}
	for n, at := range old {
		p.index[at] = keptFuncs + uint32(n)
	}
	return p
}

// of is the new index of the function that had this one.
func (p *plan) of(index uint32) uint32 {
	if int(index) < len(p.index) {
		return p.index[index]
	}
	return index
}

// apply rewrites every section that names functions.
func (p *plan) apply(m *Module, result int32) error {
	if err := p.rewriteFunctions(m, result); err != nil {
		return err
	}
	m.setContent(SectionImport, p.encodeImports())
	for _, rewrite := range []func(*Module) error{
		p.rewriteExports, p.rewriteStart, p.rewriteTables, p.rewriteGlobals, p.rewriteElements, p.rewriteCustoms,
	} {
		if err := rewrite(m); err != nil {
			return err
		}
	}
	return nil
}

func (p *plan) encodeImports() []byte {
	if len(p.kept) == 0 {
		return nil
	}
	out := appendU32(nil, uint32(len(p.kept)))
	for _, i := range p.kept {
		out = append(out, i.raw...)
	}
	return out
}

// rewriteFunctions gives each closed import a place in the function section
// and a body in the code section, in front of what is there.
func (p *plan) rewriteFunctions(m *Module, result int32) error {
	types, err := m.Types()
	if err != nil {
		return err
	}
	defined, err := m.functionTypes()
	if err != nil {
		return err
	}
	function := appendU32(nil, uint32(len(p.closed)+len(defined)))
	var bodies []byte
	for _, i := range p.closed {
		body, err := constantBody(types, i, result)
		if err != nil {
			return err
		}
		bodies = appendSized(bodies, body)
		function = appendU32(function, i.Type)
	}
	for _, t := range defined {
		function = appendU32(function, t)
	}
	code, err := p.rewriteCode(m.content(SectionCode), bodies, len(defined))
	if err != nil {
		return err
	}
	m.setContent(SectionFunction, function)
	m.setContent(SectionCode, code)
	return nil
}

// constantBody is a function without locals that returns result.
func constantBody(types []FuncType, i Import, result int32) ([]byte, error) {
	if int64(i.Type) >= int64(len(types)) {
		return nil, fmt.Errorf("import %s has type %d of %d", i, i.Type, len(types))
	}
	t := types[i.Type]
	switch {
	case len(t.Results) == 0:
		return []byte{0, opEnd}, nil
	case len(t.Results) == 1 && t.Results[0] == I32:
		return append(appendS32([]byte{0, opI32Const}, result), opEnd), nil
	default:
		return nil, fmt.Errorf("%w: %s is %s", ErrSignature, i, t)
	}
}
