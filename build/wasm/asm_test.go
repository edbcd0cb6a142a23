package wasm

// A small assembler for the tests: sections, vectors and functions by hand.

func section(id SectionID, content ...byte) []byte {
	return appendSized([]byte{byte(id)}, content)
}

func custom(name string, content ...byte) []byte {
	return section(SectionCustom, append(appendName(nil, name), content...)...)
}

func module(sections ...[]byte) []byte {
	out := []byte(magic + versionModule)
	for _, s := range sections {
		out = append(out, s...)
	}
	return out
}

// vec puts the number of entries in front of them.
func vec(entries ...[]byte) []byte {
	out := appendU32(nil, uint32(len(entries)))
	for _, e := range entries {
		out = append(out, e...)
	}
	return out
}

func funcType(params, results []byte) []byte {
	out := append(appendU32([]byte{0x60}, uint32(len(params))), params...)
	return append(appendU32(out, uint32(len(results))), results...)
}

func importFunc(module, name string, typ byte) []byte {
	return append(appendName(appendName(nil, module), name), byte(ExternFunc), typ)
}

func export(name string, kind ExternKind, index byte) []byte {
	return append(appendName(nil, name), byte(kind), index)
}

// body is a function without locals, ended.
func body(code ...byte) []byte {
	return appendSized(nil, append(append([]byte{0}, code...), opEnd))
}

// five is a module that imports five functions, each without parameters and
// with an i32 as its result, and reaches each in every way there is: by a call
// in its shortest and in its longest form, through a table, through a
// reference in a global, and as an export of its own.
func five() []byte {
	i32 := []byte{byte(I32)}
	var imports, functions, exports, bodies [][]byte
	for i := byte(0); i < 5; i++ {
		name := string('a' + rune(i))
		imports = append(imports, importFunc("host", name, 0))
		functions = append(functions, []byte{0}, []byte{0}, []byte{0})
		exports = append(exports, export("call_"+name, ExternFunc, 5+3*i), export("long_"+name, ExternFunc, 6+3*i),
			export("table_"+name, ExternFunc, 7+3*i), export("export_"+name, ExternFunc, i))
		bodies = append(bodies,
			body(opCall, i),
			body(0x02, 0x7f, opCall, 0x80|i, 0x80, 0x80, 0x80, 0, opEnd),
			body(opI32Const, i, 0x11, 0, 0))
	}
	exports = append(exports, export("global_c", ExternFunc, 20))
	functions = append(functions, []byte{0})
	// Table 1 gets a reference out of the global, and is then called through.
	bodies = append(bodies, body(opI32Const, 0, 0x23, 0, 0x26, 1, opI32Const, 0, 0x11, 0, 1))
	return module(
		section(SectionType, vec(funcType(nil, i32))...),
		section(SectionImport, vec(imports...)...),
		section(SectionFunction, vec(functions...)...),
		section(SectionTable, vec([]byte{0x70, 0, 5}, []byte{0x70, 0, 1})...),
		section(SectionGlobal, vec([]byte{0x70, 0, 0xd2, 2, opEnd})...),
		section(SectionExport, vec(exports...)...),
		section(SectionElement, vec(append([]byte{0, opI32Const, 0, opEnd}, vec([]byte{0}, []byte{1}, []byte{2}, []byte{3}, []byte{4})...))...),
		section(SectionCode, vec(bodies...)...),
		custom("name", append([]byte{namesOfFunctions}, appendSized(nil, vec(
			append([]byte{0}, appendName(nil, "a")...),
			append([]byte{1}, appendName(nil, "b")...),
			append([]byte{5}, appendName(nil, "call_a")...)))...)...),
		custom(".debug_line", 1, 2, 3),
	)
}
