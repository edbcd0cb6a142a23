package build_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/sluiceproxy/sluice/build"
)

func ExampleBuild() {
	_, err := build.Build(context.Background(), build.Options{Dir: "testdata/none", Target: build.Istio})
	var compile *build.CompileError
	switch {
	case errors.As(err, &compile):
		fmt.Println("the source is wrong:", compile.Output)
	case errors.Is(err, build.ErrNoGo):
		fmt.Println("install Go")
	default:
		fmt.Println(err)
	}
	// Output: plugin directory: stat testdata/none: no such file or directory
}

func ExampleCheck() {
	fmt.Println(build.Check([]byte("mockEnable: true\n"), build.Envoy))
	// Output: stock Envoy refuses this file: it is not a WebAssembly module but a text file; give the .wasm file that "sluice build" writes, not its source or its configuration
}

func ExampleInspect() {
	report, err := build.Inspect([]byte("\x00asm\x01\x00\x00\x00"))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, p := range report.Problems {
		fmt.Println(p.Cause)
	}
	// Output:
	// it does not say which version of the Proxy-Wasm ABI it speaks: there is no export proxy_abi_version_…
	// it has no allocator: neither proxy_on_memory_allocate nor malloc is exported
}
