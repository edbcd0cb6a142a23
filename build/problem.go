package build

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/sluiceproxy/sluice/build/wasm"
)

// The command line that makes a plugin, for cures.
const plainBuild = "GOOS=wasip1 GOARCH=wasm go build -buildmode=c-shared"

// problems are the reasons for which gateways refuse the module, gravest first.
func (f *facts) problems() []Problem {
	if f.kind != wasm.KindModule {
		return []Problem{notModule(f.kind)}
	}
	if f.broken != nil {
		return []Problem{brokenModule(f.broken)}
	}
	var problems []Problem
	for _, find := range []func() *Problem{f.missingABI, f.unknownImports, f.higressImports, f.missingAllocator, f.program} {
		if p := find(); p != nil {
			problems = append(problems, *p)
		}
	}
	return problems
}

// cures say what to do with a file that is no module.
var cures = map[wasm.Kind]string{
	wasm.KindEmpty:     "the build or the copy that wrote it has failed; run it again",
	wasm.KindText:      `give the .wasm file that "sluice build" writes, not its source or its configuration`,
	wasm.KindWAT:       "assemble it first, for example with wat2wasm",
	wasm.KindComponent: "gateways take core modules: build for wasip1, not as a component (wasip2)",
	wasm.KindVersion:   "gateways take version 1 of WebAssembly; build it again with a released toolchain",
	wasm.KindArchive:   `the directory's package is not "main"; build the plugin's main package`,
	wasm.KindGzip:      "unpack it first: gateways take the plain .wasm file",
	wasm.KindZip:       "unpack it first: gateways take the plain .wasm file",
	wasm.KindTar:       "unpack it first: gateways take the plain .wasm file",
}

func notModule(kind wasm.Kind) Problem {
	cure, ok := cures[kind]
	if !ok {
		cure = `build the plugin with "sluice build", or with ` + plainBuild
	}
	return Problem{Cause: fmt.Sprintf("it is not a WebAssembly module but %s", withArticle(string(kind))), Cure: cure, Targets: allTargets}
}

func withArticle(noun string) string {
	switch {
	case strings.HasPrefix(noun, "WebAssembly text"), strings.HasPrefix(noun, "WebAssembly of"):
		return noun
	case strings.ContainsRune("aeiou", rune(noun[0])):
		return "an " + noun
	default:
		return "a " + noun
	}
}

func brokenModule(err error) Problem {
	cause := fmt.Sprintf("it is a broken WebAssembly module (%v)", err)
	if errors.Is(err, wasm.ErrTruncated) {
		cause = fmt.Sprintf("it is a truncated WebAssembly module (%v)", err)
	}
	return Problem{Cause: cause, Cure: "build or copy it again, and compare the size and the sha256", Targets: allTargets}
}

// stockABI is the version that stock Envoy takes: the first export that it
// knows. It is empty if there is none.
func (f *facts) stockABI() string {
	for _, v := range f.abi {
		if v == abi010 || v == abi020 || v == abi021 {
			return v
		}
	}
	if len(f.abi) > 0 && f.abi[0] == abi02100 {
		return abi02100
	}
	return ""
}

func (f *facts) missingABI() *Problem {
	switch f.stockABI() {
	case abi010, abi020, abi021:
		return nil
	case abi02100:
		return &Problem{
			Cause:   "of the Proxy-Wasm ABI it exports only version 0_2_100, which only Higress knows",
			Cure:    "export proxy_abi_version_0_2_1 as well, as the SDK of sluice does",
			Targets: stockTargets,
		}
	}
	if len(f.abi) > 0 {
		return &Problem{
			Cause:   "it exports an unknown version of the Proxy-Wasm ABI: " + strings.Join(f.abi, ", "),
			Cure:    "export proxy_abi_version_0_2_1: build it with a current SDK",
			Targets: allTargets,
		}
	}
	return &Problem{
		Cause:   "it does not say which version of the Proxy-Wasm ABI it speaks: there is no export proxy_abi_version_…",
		Cure:    "import the SDK's wrapper (or its proxywasm) in the plugin's main package and call SetCtx from init()",
		Targets: allTargets,
	}
}

func (f *facts) unknownImports() *Problem {
	names := f.importsWhere(nowhere)
	if len(names) == 0 {
		return nil
	}
	cure := "remove what brings the import in, or build for a host that offers it"
	switch {
	case slices.ContainsFunc(f.imports, func(i wasm.Import) bool { return i.Module == "gojs" || i.Module == "go" }):
		cure = "it was built for JavaScript: build with GOOS=wasip1 instead of GOOS=js"
	case slices.ContainsFunc(f.imports, func(i wasm.Import) bool { return closable(i) && wasiAvailability(i.Name) == nowhere }):
		cure = `build the plugin with "sluice build", which closes WASI functions that gateways lack`
	}
	return &Problem{Cause: "it imports " + list(names) + ", which no gateway offers", Cure: cure, Targets: allTargets}
}

func (f *facts) higressImports() *Problem {
	names := f.importsWhere(higress)
	if len(names) == 0 {
		return nil
	}
	cure := "run it on Higress or on the embedded gateway, or remove the calls that need it from the plugin"
	if slices.ContainsFunc(names, isRedisImport) {
		cure = `build it for that gateway, as in "sluice build --target envoy", with wrapper's RedisClient and no other Redis calls; ` +
			"or run it on Higress or on the embedded gateway"
	}
	return &Problem{
		Cause:   "it imports " + list(names) + ", which only Higress offers",
		Cure:    cure,
		Targets: stockTargets,
	}
}

// importsWhere are the names of the imports of that availability.
func (f *facts) importsWhere(a availability) []string {
	var found []wasm.Import
	for _, i := range f.imports {
		if availabilityOf(i, f.stockABI()) == a {
			found = append(found, i)
		}
	}
	return importNames(found)
}

// importNames are the names of imports, each once: Go imports a function for
// each package that declares it.
func importNames(imports []wasm.Import) []string {
	var names []string
	for _, i := range imports {
		if !slices.Contains(names, i.String()) {
			names = append(names, i.String())
		}
	}
	return names
}

func (f *facts) missingAllocator() *Problem {
	if f.exportsFunc("malloc") || f.exportsFunc("proxy_on_memory_allocate") {
		return nil
	}
	return &Problem{
		Cause:   "it has no allocator: neither proxy_on_memory_allocate nor malloc is exported",
		Cure:    "build it with an SDK that exports proxy_on_memory_allocate",
		Targets: allTargets,
	}
}

// program finds a Go module that runs main and ends, instead of serving calls.
func (f *facts) program() *Problem {
	if !f.exportsFunc("_start") || f.exportsFunc("_initialize") || f.module.BuildInfo() == nil {
		return nil
	}
	return &Problem{
		Cause:   "it was built as a program, which ends after main, and not as a library that a gateway calls",
		Cure:    `build it with "sluice build", or with ` + plainBuild,
		Targets: allTargets,
	}
}

func (f *facts) exportsFunc(name string) bool {
	return slices.ContainsFunc(f.exports, func(e wasm.Export) bool { return e.Name == name && e.Kind == wasm.ExternFunc })
}

// warnings are reasons for which some versions refuse the module or treat it
// in another way.
func (f *facts) warnings() []Problem {
	var warnings []Problem
	if names := f.importsWhere(since139); len(names) > 0 {
		warnings = append(warnings, Problem{
			Cause:   "it imports " + list(names) + ", which Envoy has only since 1.39",
			Cure:    `build the plugin with "sluice build", which closes them`,
			Targets: append(slices.Clone(stockTargets), Higress),
		})
	}
	if at := slices.Index(f.abi, abi02100); at > 0 {
		warnings = append(warnings, Problem{
			Cause:   "it exports ABI version " + f.abi[0] + " before 0_2_100: Higress takes the first, and then treats HeaderStopIteration as a full stop",
			Cure:    "export proxy_abi_version_0_2_100 first",
			Targets: []Target{Higress},
		})
	}
	return warnings
}

// list joins names, and shortens a long list.
func list(names []string) string {
	const most = 6
	if len(names) > most {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), len(names)-most)
	}
	return strings.Join(names, ", ")
}
