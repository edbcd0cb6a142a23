package trace_test

import (
	"context"
	"fmt"
	"log"
	"os"
	"path/filepath"

	"github.com/sluiceproxy/sluice/deliver/trace"
)

// A resource that names a file which is no plugin, while nothing runs yet: each step
// says how far it has come, and what to do.
func ExampleTracer_Look() {
	dir, err := os.MkdirTemp("", "example")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	module := filepath.Join(dir, "main.wasm")
	if err := os.WriteFile(module, []byte("\x00asm\x01\x00\x00\x00"), 0o600); err != nil {
		log.Fatal(err)
	}
	resource := filepath.Join(dir, "hello.yaml")
	text := "apiVersion: extensions.istio.io/v1alpha1\nkind: WasmPlugin\nmetadata: {name: hello, namespace: default}\nspec: {url: file://" + module + "}\n"
	if err := os.WriteFile(resource, []byte(text), 0o600); err != nil {
		log.Fatal(err)
	}
	t := trace.New(trace.Options{Files: []string{resource}, Server: "http://127.0.0.1:1"})
	defer t.Close()
	r, err := t.Look(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	for _, s := range r.Traces[0].Steps[:5] {
		fmt.Println(s.Number, s.Name, s.State)
	}
	fmt.Println("goes on:", r.Traces[0].Steps[4].Do)
	// Output:
	// 1 compile fail
	// 2 package ok
	// 3 push ok
	// 4 resource ok
	// 5 watch fail
	// goes on: start "sluice serve", or give its admin endpoint with --server
}
