package wasm

import (
	"fmt"
	"strings"
)

// ValueType is the type of a parameter or a result, as the format encodes it.
type ValueType byte

// The value types that Proxy-Wasm and WASI functions use.
const (
	I32 ValueType = 0x7f
	I64 ValueType = 0x7e
	F32 ValueType = 0x7d
	F64 ValueType = 0x7c
)

// String is the type's name in the text format.
func (t ValueType) String() string {
	switch t {
	case I32:
		return "i32"
	case I64:
		return "i64"
	case F32:
		return "f32"
	case F64:
		return "f64"
	case 0x7b:
		return "v128"
	case 0x70:
		return "funcref"
	case 0x6f:
		return "externref"
	default:
		return fmt.Sprintf("type 0x%02x", byte(t))
	}
}

// FuncType is the signature of a function.
type FuncType struct {
	Params, Results []ValueType
}

// String is the signature, such as "(i32, i64) i32".
func (t FuncType) String() string {
	s := "(" + joinTypes(t.Params) + ")"
	switch len(t.Results) {
	case 0:
		return s
	case 1:
		return s + " " + t.Results[0].String()
	default:
		return s + " (" + joinTypes(t.Results) + ")"
	}
}

func joinTypes(types []ValueType) string {
	var b strings.Builder
	for i, t := range types {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(t.String())
	}
	return b.String()
}

// Types are the function types of the module, by index. Types of the garbage
// collection proposal are refused with ErrUnsupported.
func (m *Module) Types() ([]FuncType, error) {
	content := m.content(SectionType)
	if content == nil {
		return nil, nil
	}
	r := newReader("type", content)
	var types []FuncType
	for n := r.count("types"); n > 0 && r.err == nil; n-- {
		if form := r.byte("form of a type"); r.err == nil && form != 0x60 {
			r.fail("form of a type", fmt.Errorf("%w: 0x%02x", ErrUnsupported, form))
		}
		types = append(types, FuncType{Params: readTypes(r), Results: readTypes(r)})
	}
	return types, r.end()
}

func readTypes(r *reader) []ValueType {
	n := r.count("value types")
	if n == 0 || r.err != nil {
		return nil
	}
	types := make([]ValueType, 0, n)
	for ; n > 0 && r.err == nil; n-- {
		t := r.byte("value type")
		types = append(types, ValueType(t))
		r.skipHeapType(t)
	}
	return types
}

// skipHeapType passes over what follows a value type that refers to another.
func (r *reader) skipHeapType(t byte) {
	if t == 0x63 || t == 0x64 {
		r.skipLEB(33, "heap type")
	}
}

// functionTypes are the type indices of the functions that the module defines.
func (m *Module) functionTypes() ([]uint32, error) {
	content := m.content(SectionFunction)
	if content == nil {
		return nil, nil
	}
	r := newReader("function", content)
	n := r.count("functions")
	types := make([]uint32, 0, n)
	for ; n > 0 && r.err == nil; n-- {
		types = append(types, r.u32("type index"))
	}
	return types, r.end()
}
