package run

import (
	"context"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// goSource is a plugin without any SDK: it adds the response header x-code.
const goSource = `package main

import "unsafe"

//go:wasmimport env proxy_add_header_map_value
func addHeader(kind int32, k unsafe.Pointer, kn int32, v unsafe.Pointer, vn int32) int32

//go:wasmexport proxy_abi_version_0_2_1
func abi() {}

var keep [][]byte

//go:wasmexport proxy_on_memory_allocate
func allocate(n int32) unsafe.Pointer {
	keep = append(keep, make([]byte, n+1))
	return unsafe.Pointer(&keep[len(keep)-1][0])
}

//go:wasmexport proxy_on_context_create
func create(id, parent int32) {}

//go:wasmexport proxy_on_vm_start
func start(id, size int32) int32 { return 1 }

//go:wasmexport proxy_on_configure
func configure(id, size int32) int32 { return 1 }

//go:wasmexport proxy_on_response_headers
func response(id, n, end int32) int32 {
	k, v := []byte("x-code"), []byte("MARK")
	addHeader(2, unsafe.Pointer(&k[0]), int32(len(k)), unsafe.Pointer(&v[0]), int32(len(v)))
	return 0
}

func main() {}
`

// TestGoPlugin edits a Go plugin while it serves.
func TestGoPlugin(t *testing.T) {
	if testing.Short() {
		t.Skip("builds a plugin several times")
	}
	onEngines(t, func(t *testing.T, e Engine) {
		dir := t.TempDir()
		main := filepath.Join(dir, "main.go")
		put(t, filepath.Join(dir, "go.mod"), "module example.com/x\n\ngo 1.24\n")
		put(t, main, strings.ReplaceAll(goSource, "MARK", "first"))
		r := begin(t, Options{Source: dir, Engine: e, Workers: 1})
		ready := next[Ready](r)
		want := func(mark string) {
			t.Helper()
			if got := seen(t, ready.URL+"/get"); got != "200 ["+mark+"] []" {
				t.Errorf("got %s, want %s", got, mark)
			}
		}
		want("first")
		put(t, main, strings.ReplaceAll(goSource, "MARK", "second"))
		r.reloaded("code")
		want("second")
		put(t, main, strings.ReplaceAll(goSource, "return 0", "return nothing"))
		r.failed("main.go:32:")
		want("second")
		put(t, main, strings.ReplaceAll(goSource, "MARK", "second"))
		r.reloaded("nothing")
		put(t, filepath.Join(dir, "sub", "sub.go"), "package sub\n")
		time.Sleep(3 * quiet) // builds, and the module is the same
		put(t, filepath.Join(dir, "config.yaml"), "x: 1\n")
		r.reloaded("configuration")
		want("second")
	})
}

// TestSettle: a file that is empty is given a moment, in which programs that
// empty a file and then write it get to writing.
func TestSettle(t *testing.T) {
	dir := wasmDir(t)
	save(t, filepath.Join(dir, "a.yaml"), "")
	start := time.Now()
	(&session{o: Options{Source: dir}}).settle(context.Background())
	if took := time.Since(start); took < 4*quiet {
		t.Errorf("waited %s for the empty file, want %s", took, 4*quiet)
	}
}

// TestEmptiedAndFilled: what a file holds in the end is what serves.
func TestEmptiedAndFilled(t *testing.T) {
	dir, fake := wasmDir(t), newFake()
	r := begin(t, Options{Source: dir, Engine: fake, HTTPBin: "off"})
	next[Ready](r)
	save(t, filepath.Join(dir, "a.yaml"), "")
	save(t, filepath.Join(dir, "a.yaml"), "x: 2\n")
	for config := ""; config != `{"x":2}`; {
		r.reloaded("configuration")
		fake.mu.Lock()
		config = string(fake.applied[len(fake.applied)-1].Plugins[0].Config)
		fake.mu.Unlock()
	}
}
