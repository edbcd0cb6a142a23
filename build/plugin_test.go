package build

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// pluginSource is a plugin without an SDK. Its standard library brings WASI
// functions that older gateways lack; errno says what they answer.
const pluginSource = `package main

import (
	"errors"
	"os"
	"syscall"
)

//go:wasmexport proxy_abi_version_0_2_100
func abi02100() {}

//go:wasmexport proxy_abi_version_0_2_1
func abi021() {}

//go:wasmexport proxy_on_memory_allocate
func allocate(size int32) int32 { return 0 }

//go:wasmexport proxy_on_vm_start
func vmStart(id, size int32) int32 { return 1 }

//go:wasmexport errno
func errno(which int32) int32 {
	var err error
	switch which {
	case 0:
		_, err = os.Stat("/etc")
	case 1:
		err = os.Mkdir("/x", 0o755)
	case 2:
		err = os.Remove("/x")
	}
	var number syscall.Errno
	errors.As(err, &number)
	return int32(number)
}

func main() {}
`

const pluginModule = "module example.com/plain\n\ngo 1.24\n"

// write makes a directory with files in it, given as name, text, name, text.
func write(t *testing.T, files ...string) string {
	t.Helper()
	dir := t.TempDir()
	for i := 0; i < len(files); i += 2 {
		if err := os.WriteFile(filepath.Join(dir, files[i]), []byte(files[i+1]), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// writePlugin makes the directory of a plugin that builds.
func writePlugin(t *testing.T) string {
	return write(t, "go.mod", pluginModule, "main.go", pluginSource)
}

// testContext ends after the time that a build may take on a loaded machine.
func testContext(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Minute)
	t.Cleanup(cancel)
	return ctx
}

// names are the names of the files in a directory.
func names(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}
