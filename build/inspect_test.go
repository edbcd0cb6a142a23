package build

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/sluiceproxy/sluice/build/wasm"
)

// shape describes a small module for the tests: the functions that it imports,
// as "module.name", and those that it exports.
type shape struct {
	imports, exports []string
}

// good is what every gateway takes.
var good = shape{exports: []string{"proxy_abi_version_0_2_100", "proxy_abi_version_0_2_1", "proxy_on_memory_allocate", "_initialize"}}

func (s shape) with(imports ...string) shape { return shape{imports: imports, exports: s.exports} }

// encode writes the module. Every function is () i32.
func (s shape) encode() []byte {
	name := func(text string) []byte { return append([]byte{byte(len(text))}, text...) }
	imports, exports := []byte{byte(len(s.imports))}, []byte{byte(len(s.exports))}
	for _, i := range s.imports {
		module, function, _ := strings.Cut(i, ".")
		imports = append(append(append(imports, name(module)...), name(function)...), 0, 0)
	}
	for _, e := range s.exports {
		exports = append(append(exports, name(e)...), 0, byte(len(s.imports)))
	}
	m := wasm.Module{Sections: []wasm.Section{
		{ID: wasm.SectionType, Content: []byte{1, 0x60, 0, 1, 0x7f}},
		{ID: wasm.SectionImport, Content: imports},
		{ID: wasm.SectionFunction, Content: []byte{1, 0}},
		{ID: wasm.SectionMemory, Content: []byte{1, 0, 2}},
		{ID: wasm.SectionExport, Content: exports},
		{ID: wasm.SectionCode, Content: []byte{1, 4, 0, 0x41, 0, 0x0b}},
	}}
	return m.Encode()
}

// TestCheck has a row for each thing that gateways refuse.
func TestCheck(t *testing.T) {
	stock, all := stockTargets, append([]Target{Any}, allTargets...)
	exports := func(names ...string) []byte { return shape{exports: names}.encode() }
	const allocate = "proxy_on_memory_allocate"
	for _, tt := range []struct {
		name        string
		code        []byte
		refused     []Target
		cause, cure string
	}{
		{"good", good.encode(), nil, "", ""},
		{"good with malloc", exports("proxy_abi_version_0_2_0", "malloc"), nil, "", ""},
		{"old WASI", good.with("wasi_snapshot_preview1.fd_write", "wasi_unstable.proc_exit", "env.proxy_log").encode(), nil, "", ""},
		{"new WASI", good.with("wasi_snapshot_preview1.path_filestat_get").encode(), nil, "", ""},
		{"empty", nil, all, "an empty file", "run it again"},
		{"text", []byte("name: hello\n"), all, "a text file", "sluice build"},
		{"WAT", []byte("(module)"), all, "WebAssembly text", "wat2wasm"},
		{"ELF", []byte("\x7fELF\x02\x01\x01\x00"), all, "a native Linux program", "sluice build"},
		{"archive", []byte("!<arch>\n\x00"), all, "a Go object archive", "main package"},
		{"gzip", []byte("\x1f\x8b\x08\x00"), all, "a gzip archive", "unpack"},
		{"component", []byte("\x00asm\x0d\x00\x01\x00"), all, "component", "wasip1"},
		{"version 2", []byte("\x00asm\x02\x00\x00\x00"), all, "unknown version", "version 1"},
		{"header only", []byte("\x00asm\x01"), all, "truncated", "sha256"},
		{"truncated", good.encode()[:60], all, "truncated", "sha256"},
		{"cut before the code", good.encode()[:len(good.encode())-8], all, "truncated", "sha256"},
		{"broken", append(good.encode(), 99, 0), all, "broken", "sha256"},
		{"no ABI", exports(allocate), all, "which version of the Proxy-Wasm ABI", "SetCtx"},
		{"unknown ABI", exports("proxy_abi_version_0_3_0", allocate), all, "unknown version of the Proxy-Wasm ABI: 0_3_0", "current SDK"},
		{"only 0_2_100", exports("proxy_abi_version_0_2_100", allocate), stock, "only version 0_2_100", "proxy_abi_version_0_2_1"},
		{"unknown import", good.with("env.proxy_nonsense").encode(), all, "env.proxy_nonsense, which no gateway offers", "remove"},
		{"unknown module", good.with("other.proxy_log").encode(), all, "other.proxy_log", "remove"},
		{"JavaScript", good.with("gojs.runtime.wasmExit").encode(), all, "gojs.runtime.wasmExit", "GOOS=wasip1"},
		{"unknown WASI", good.with("wasi_snapshot_preview1.proc_raise").encode(), all, "proc_raise", "closes"},
		{"Higress only", good.with("env.proxy_redis_init", "env.proxy_redis_call").encode(), stock, "env.proxy_redis_init, env.proxy_redis_call, which only Higress offers", "embedded"},
		{"function of an older ABI", good.with("env.proxy_clear_route_cache").encode(), all, "proxy_clear_route_cache", "remove"},
		{"function of a newer ABI", shape{[]string{"env.proxy_get_log_level"}, []string{"proxy_abi_version_0_2_0", allocate}}.encode(), all, "proxy_get_log_level", "remove"},
		{"no allocator", exports("proxy_abi_version_0_2_1"), all, "no allocator", "proxy_on_memory_allocate"},
	} {
		for _, target := range all {
			err := Check(tt.code, target)
			want := false
			for _, r := range tt.refused {
				want = want || r == target
			}
			if (err != nil) != want {
				t.Errorf("%s, %s: refused is %t, want %t (%v)", tt.name, target.Title(), err != nil, want, err)
				continue
			}
			if err != nil {
				checkRefusal(t, tt.name, err, target, tt.cause, tt.cure)
			}
		}
	}
}

func checkRefusal(t *testing.T, name string, err error, target Target, cause, cure string) {
	t.Helper()
	var refused *RefusedError
	if !errors.As(err, &refused) {
		t.Fatalf("%s: %T", name, err)
	}
	p := refused.Problems[0]
	if !strings.Contains(p.Cause, cause) || !strings.Contains(p.Cure, cure) {
		t.Errorf("%s: cause %q, cure %q, want %q and %q", name, p.Cause, p.Cure, cause, cure)
	}
	text := err.Error()
	if !strings.HasPrefix(text, target.Title()+" refuses") || !strings.Contains(text, cause) || !strings.Contains(text, cure) || strings.Contains(text, "\n") {
		t.Errorf("%s: %q", name, text)
	}
}

// TestCheckEveryCut: no prefix of a module is taken for a good one.
func TestCheckEveryCut(t *testing.T) {
	code := good.with("env.proxy_log").encode()
	for n := range code {
		if Check(code[:n], Envoy) == nil {
			t.Errorf("%d of %d bytes pass", n, len(code))
		}
	}
	if err := Check(code, Envoy); err != nil {
		t.Error(err)
	}
}

func TestInspect(t *testing.T) {
	code := good.with("env.proxy_log", "wasi_snapshot_preview1.fd_readdir", "env.proxy_get_upstream_hosts", "env.nonsense").encode()
	r, err := Inspect(code)
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"0_2_100", "0_2_1"}; !reflect.DeepEqual(r.ABI, want) {
		t.Errorf("ABI is %v, want %v", r.ABI, want)
	}
	want := []Import{
		{"env.proxy_log", "func", "() i32", []string{"envoy >=1.36", "higress"}},
		{"wasi_snapshot_preview1.fd_readdir", "func", "() i32", []string{"envoy >=1.39"}},
		{"env.proxy_get_upstream_hosts", "func", "() i32", []string{"higress"}},
		{"env.nonsense", "func", "() i32", []string{}},
	}
	if !reflect.DeepEqual(r.Imports, want) {
		t.Errorf("imports are %+v, want %+v", r.Imports, want)
	}
	if len(r.Problems) != 2 || len(r.Warnings) != 1 {
		t.Errorf("problems are %v, warnings %v", r.Problems, r.Warnings)
	}
	if !reflect.DeepEqual(r.Memory, &Memory{MinPages: 2}) || r.Go != nil {
		t.Errorf("memory is %+v, Go %+v", r.Memory, r.Go)
	}
	total := 8
	for _, s := range r.Sections {
		total += s.Size
	}
	if total != r.Size || r.Size != len(code) || r.Gzip < 20 {
		t.Errorf("the sections have %d of %d bytes, compressed %d", total, r.Size, r.Gzip)
	}
	if err := r.Refusal(Higress); err == nil || !strings.Contains(err.Error(), "env.nonsense") {
		t.Errorf("refusal is %v", err)
	}
}

// TestInspectJSON: no list is null, whatever the file.
func TestInspectJSON(t *testing.T) {
	for _, code := range [][]byte{nil, []byte("text"), good.encode(), good.encode()[:50]} {
		r, err := Inspect(code)
		if err != nil {
			t.Fatal(err)
		}
		text, err := json.Marshal(r)
		if err != nil || strings.Contains(string(text), "null") {
			t.Errorf("%s, %v", text, err)
		}
	}
}

func TestHigressOrder(t *testing.T) {
	s := shape{exports: []string{"proxy_abi_version_0_2_1", "proxy_abi_version_0_2_100", "malloc"}}
	r, err := Inspect(s.encode())
	if err != nil || len(r.Problems) != 0 || len(r.Warnings) != 1 || !reflect.DeepEqual(r.Warnings[0].Targets, []Target{Higress}) {
		t.Errorf("problems %v, warnings %v, %v", r.Problems, r.Warnings, err)
	}
}

func TestParseTarget(t *testing.T) {
	for _, want := range append(Targets(), Any) {
		if got, err := ParseTarget(string(want)); err != nil || got != want {
			t.Errorf("ParseTarget(%q) = %q, %v", want, got, err)
		}
	}
	if _, err := ParseTarget("nginx"); err == nil || !strings.Contains(err.Error(), "envoy, istio") {
		t.Errorf("error is %v", err)
	}
}

func TestList(t *testing.T) {
	if got := list(strings.Fields("a b c d e f g h")); got != "a, b, c, d, e, f and 2 more" {
		t.Errorf("list is %q", got)
	}
}

// FuzzInspect describes whatever it gets, and its verdict must be that of Check.
func FuzzInspect(f *testing.F) {
	f.Add([]byte(nil))
	f.Add([]byte("package main"))
	f.Add(good.encode())
	f.Add(good.with("env.proxy_redis_init", "wasi_snapshot_preview1.fd_readdir").encode())
	f.Add(good.encode()[:70])
	f.Fuzz(func(t *testing.T, code []byte) {
		r, err := Inspect(code)
		if err != nil {
			t.Fatal(err)
		}
		for _, target := range allTargets {
			if a, b := fmt.Sprint(r.Refusal(target)), fmt.Sprint(Check(code, target)); a != b {
				t.Fatalf("Inspect says %s, Check %s", a, b)
			}
		}
	})
}
