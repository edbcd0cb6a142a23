// Package documents holds the programs of the source documents, with the import
// paths of this SDK.
package documents

import (
	"encoding/binary"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// oldWASI are the WASI functions that gateways built on Envoy before 1.39 have.
var oldWASI = []string{
	"fd_write", "fd_read", "fd_seek", "fd_close", "fd_fdstat_get", "fd_fdstat_set_flags", "environ_get",
	"environ_sizes_get", "args_get", "args_sizes_get", "clock_time_get", "random_get", "sched_yield",
	"poll_oneoff", "proc_exit", "path_open", "fd_prestat_get", "fd_prestat_dir_name",
}

// higressOnly are host functions that stock Envoy refuses a module for.
var higressOnly = []string{
	"proxy_redis_init", "proxy_redis_call", "proxy_inject_encoded_data_to_filter_chain",
	"proxy_get_upstream_hosts", "proxy_set_upstream_override_host",
}

// Plain go build makes modules that every gateway takes: the wrapper brings no
// WASI function that is not everywhere, and Higress' functions only where they
// are used.
func TestBuildForWasm(t *testing.T) {
	if testing.Short() {
		t.Skip("builds five modules; run without -short")
	}
	for _, c := range []struct {
		program        string
		newWASI, redis bool // the program's own library brings it; it uses Redis
		mostMB         float64
	}{
		{program: "mock", mostMB: 4.2},
		{program: "empty", mostMB: 4.1},
		{program: "rules", mostMB: 4.1},
		{program: "httpcall", newWASI: true, mostMB: 6.6},
		{program: "redis", newWASI: true, redis: true, mostMB: 4.8},
	} {
		t.Run(c.program, func(t *testing.T) {
			out := filepath.Join(t.TempDir(), "main.wasm")
			cmd := exec.Command("go", "build", "-ldflags=-s -w", "-buildmode=c-shared", "-o", out, "./"+c.program)
			cmd.Env = append(os.Environ(), "GOOS=wasip1", "GOARCH=wasm")
			if msg, err := cmd.CombinedOutput(); err != nil {
				t.Fatalf("%v\n%s", err, msg)
			}
			module, err := os.ReadFile(out)
			if err != nil {
				t.Fatal(err)
			}
			if mb := float64(len(module)) / 1e6; mb > c.mostMB {
				t.Errorf("%.2f MB, want at most %.1f", mb, c.mostMB)
			}
			for _, name := range imports(t, module) {
				space, name, _ := strings.Cut(name, ".")
				if space == "wasi_snapshot_preview1" && !slices.Contains(oldWASI, name) && !c.newWASI {
					t.Errorf("imports %s, which older gateways don't have", name)
				}
				if slices.Contains(higressOnly, name) && !c.redis {
					t.Errorf("imports %s, which stock Envoy doesn't have", name)
				}
			}
		})
	}
}

// imports lists a module's imports as module.name.
func imports(t *testing.T, module []byte) (names []string) {
	t.Helper()
	number := func(b []byte) (int, []byte) {
		n, size := binary.Uvarint(b)
		return int(n), b[size:]
	}
	text := func(b []byte) (string, []byte) {
		n, b := number(b)
		return string(b[:n]), b[n:]
	}
	for b := module[8:]; len(b) > 0; {
		id := b[0]
		size, rest := number(b[1:])
		section := rest[:size]
		b = rest[size:]
		if id != 2 {
			continue
		}
		n, section := number(section)
		for range n {
			var space, name string
			space, section = text(section)
			name, section = text(section)
			names = append(names, space+"."+name)
			_, section = number(section[1:]) // a function's type
		}
	}
	if len(names) == 0 {
		t.Fatal("no imports found")
	}
	return names
}
