package host

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/tetratelabs/wazero/api"

	"github.com/sluiceproxy/sluice/host/internal/meter"
)

// Compile checks and compiles a module; name is used in messages. What stock
// Envoy would refuse is refused with a *LoadError that says why and what to do:
// a file that isn't WebAssembly or is cut short, a missing ABI marker, an import
// that no host offers, a missing allocator, a callback of the wrong type.
func (r *Runtime) Compile(ctx context.Context, name string, code []byte) (*Module, error) {
	if err := checkMagic(code); err != nil {
		err.Module = name
		return nil, err
	}
	s, err := readSections(code)
	if err != nil {
		return nil, &LoadError{Module: name, Cause: "the WebAssembly file is damaged: " + err.Error(),
			Cure: "build it again, or fetch it again if it was copied", Err: err}
	}
	abi, ok := abiOf(s.exports)
	if !ok {
		return nil, &LoadError{Module: name, Cause: "Missing or unknown Proxy-Wasm ABI version: no proxy_abi_version_* function is exported",
			Cure: "build it as a Proxy-Wasm plugin (for Go: GOOS=wasip1 GOARCH=wasm go build -buildmode=c-shared, with the SDK imported)"}
	}
	if lerr := checkImports(s.imports, abi); lerr != nil {
		lerr.Module = name
		return nil, lerr
	}
	compiled, err := r.compile(ctx, code)
	if err != nil {
		return nil, &LoadError{Module: name, Cause: "Failed to load Wasm bytecode: " + firstLine(err.Error()),
			Cure: "build it again; a module may not need more than " + pagesText(r.maxPages) + " of memory or features beyond WebAssembly 2.0", Err: err}
	}
	m := &Module{name: name, runtime: r, compiled: compiled, abi: abi}
	if lerr := m.checkTypes(); lerr != nil {
		lerr.Module = name
		_ = compiled.Close(ctx)
		return nil, lerr
	}
	return m, nil
}

var wasmMagic = []byte("\x00asm")

// checkMagic refuses what isn't a core WebAssembly module, and tries to say what
// it is instead.
func checkMagic(code []byte) *LoadError {
	switch {
	case len(code) == 0:
		return &LoadError{Cause: "the file is empty", Cure: "build it again"}
	case bytes.HasPrefix(bytes.TrimSpace(code), []byte("(module")):
		return &LoadError{Cause: "this is WebAssembly text, not a binary", Cure: "translate it with wat2wasm"}
	case !bytes.HasPrefix(code, wasmMagic) && isText(code):
		return &LoadError{Cause: "this is a text file, not WebAssembly", Cure: "pass the .wasm file that the build writes"}
	case !bytes.HasPrefix(code, wasmMagic):
		return &LoadError{Cause: "this is not WebAssembly: the file does not start with \\0asm", Cure: "pass the .wasm file that the build writes"}
	case len(code) < 8:
		return &LoadError{Cause: "the WebAssembly file is damaged: " + errTruncated.Error(), Cure: "build it again"}
	case !bytes.Equal(code[4:8], []byte{1, 0, 0, 0}):
		return &LoadError{Cause: fmt.Sprintf("version % x of WebAssembly is not a core module (a component, perhaps)", code[4:8]),
			Cure: "build a core module (wasip1), not a component (wasip2)"}
	}
	return nil
}

func isText(b []byte) bool {
	if len(b) > 512 {
		b = b[:512]
	}
	return bytes.IndexByte(b, 0) < 0 && (utf8.Valid(b) || len(b) == 512)
}

// checkImports refuses the first import that the host doesn't offer for the ABI.
func checkImports(list []importEntry, abi ABI) *LoadError {
	for _, e := range list {
		full := e.module + "." + e.name
		if e.kind != 0 {
			return &LoadError{Cause: "missing import: " + full + " is not a function",
				Cure: "link the module with its own memory, tables and globals"}
		}
		f, ok := hostFunctions[full]
		if !ok || !f.offered(abi) {
			return &LoadError{Cause: "missing import: " + full + " (ABI " + abi.String() + ")", Cure: importCure(e, ok)}
		}
	}
	return nil
}

func importCure(e importEntry, otherABI bool) string {
	switch {
	case otherABI:
		return "build it for the ABI that has this function"
	case strings.HasPrefix(e.module, "wasi"):
		return "don't use what needs this system call; gateways have no files and sockets"
	default:
		return "remove what needs this function: no Proxy-Wasm gateway offers it"
	}
}

// checkTypes compares the types of imports and exports with those of the ABI.
func (m *Module) checkTypes() *LoadError {
	for _, d := range m.compiled.ImportedFunctions() {
		mod, name, _ := d.Import()
		if mod == meter.Module {
			continue // checkImports lets no module of others have it
		}
		f := hostFunctions[mod+"."+name]
		if f == nil || !sameTypes(d, f.params, f.results) {
			return &LoadError{Cause: "import type mismatch: " + mod + "." + name + " is used as " + signature(d),
				Cure: "use an SDK of this ABI version"}
		}
	}
	exports := m.compiled.ExportedFunctions()
	for name, d := range exports {
		if !guestTypeOK(name, d) {
			return &LoadError{Cause: "Bad function signature for: " + name + " has the type " + signature(d),
				Cure: "use an SDK of this ABI version"}
		}
	}
	if exports["malloc"] == nil && exports["proxy_on_memory_allocate"] == nil {
		return &LoadError{Cause: "Wasm module is missing malloc function",
			Cure: "export proxy_on_memory_allocate (SDKs do) or malloc"}
	}
	return nil
}

func sameTypes(d api.FunctionDefinition, params, results []api.ValueType) bool {
	return bytes.Equal(d.ParamTypes(), params) && bytes.Equal(d.ResultTypes(), results)
}

// signature renders a type like "(i32, i64) -> i32".
func signature(d api.FunctionDefinition) string {
	names := func(ts []api.ValueType) string {
		s := make([]string, len(ts))
		for i, t := range ts {
			s[i] = api.ValueTypeName(t)
		}
		return strings.Join(s, ", ")
	}
	return "(" + names(d.ParamTypes()) + ") -> (" + names(d.ResultTypes()) + ")"
}

func firstLine(s string) string {
	line, _, _ := strings.Cut(s, "\n")
	return line
}

func pagesText(pages uint32) string { return fmt.Sprintf("%d MiB", uint64(pages)*64/1024) }
