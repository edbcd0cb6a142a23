package wasm_test

import (
	"fmt"

	"github.com/sluiceproxy/sluice/build/wasm"
)

// onlyImport is a module that imports one function, host.a of type () i32, and
// exports it as b.
const onlyImport = "\x00asm\x01\x00\x00\x00" +
	"\x01\x05\x01\x60\x00\x01\x7f" +
	"\x02\x0a\x01\x04host\x01a\x00\x00" +
	"\x07\x05\x01\x01b\x00\x00"

func ExampleModule_Imports() {
	m, err := wasm.Decode([]byte(onlyImport))
	if err != nil {
		fmt.Println(err)
		return
	}
	imports, err := m.Imports()
	if err != nil {
		fmt.Println(err)
		return
	}
	types, _ := m.Types()
	fmt.Println(imports[0], imports[0].Kind, types[imports[0].Type])
	// Output: host.a func () i32
}

func ExampleCloseImports() {
	everything := func(wasm.Import) bool { return true }
	code, closed, err := wasm.CloseImports([]byte(onlyImport), everything, 52)
	fmt.Println(closed, err)
	m, _ := wasm.Decode(code)
	imports, _ := m.Imports()
	fmt.Println(len(imports), "imports left")
	// Output:
	// [host.a] <nil>
	// 0 imports left
}

func ExampleKindOf() {
	fmt.Println(wasm.KindOf([]byte("package main")))
	fmt.Println(wasm.KindOf([]byte("\x7fELF")))
	// Output:
	// text file
	// native Linux program or library (ELF)
}
