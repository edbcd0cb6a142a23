package host

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sluiceproxy/sluice/host/internal/wasmtest"
)

// plain is a module with only the marker and the allocator.
func plain(abi string, before ...func(m *wasmtest.Module)) *wasmtest.Module {
	m := wasmtest.New(2)
	for _, f := range before {
		f(m)
	}
	wasmtest.AddPlugin(m, abi, nil)
	return m
}

func imports(module, name, sig string) func(m *wasmtest.Module) {
	return func(m *wasmtest.Module) { m.Import(module, name, sig) }
}

func TestCompileRefuses(t *testing.T) {
	good := plain("0_2_1").Bytes()
	noABI := wasmtest.New(1)
	noABI.Func("proxy_on_memory_allocate", "i:i", 0, wasmtest.Get(0))
	noMalloc := wasmtest.New(1)
	noMalloc.Func("proxy_abi_version_0_2_1", ":", 0)
	badSig := plain("0_2_1")
	badSig.Func("proxy_on_request_headers", "i:i", 0, wasmtest.Get(0))
	badMalloc := wasmtest.New(1)
	badMalloc.Func("proxy_abi_version_0_2_1", ":", 0)
	badMalloc.Func("malloc", "I:i", 0, wasmtest.I32(0))
	for name, c := range map[string]struct {
		code []byte
		want string
	}{
		"empty":             {nil, "empty"},
		"text":              {[]byte("hello: world\n"), "text file"},
		"long text":         {[]byte(strings.Repeat("é ", 400)), "text file"},
		"wat":               {[]byte("\n (module (func))"), "WebAssembly text"},
		"gzip":              {[]byte("\x1f\x8b\x08\x00\x00\x00"), "does not start with \\0asm"},
		"magic only":        {[]byte("\x00asm"), "damaged"},
		"component":         {[]byte("\x00asm\x0d\x00\x01\x00"), "not a core module"},
		"no sections":       {[]byte("\x00asm\x01\x00\x00\x00"), "ABI version"},
		"truncated":         {good[:len(good)-5], "ends in the middle"},
		"cut header":        {good[:9], "ends in the middle"},
		"trailing garbage":  {append(good[:len(good):len(good)], 99, 1, 0), "Failed to load"},
		"no ABI":            {noABI.Bytes(), "Missing or unknown Proxy-Wasm ABI version"},
		"unknown ABI":       {plain("0_3_0").Bytes(), "Missing or unknown Proxy-Wasm ABI version"},
		"no allocator":      {noMalloc.Bytes(), "missing malloc"},
		"unknown import":    {plain("0_2_1", imports("env", "proxy_fly", ":i")).Bytes(), "missing import: env.proxy_fly"},
		"unknown module":    {plain("0_2_1", imports("mine", "f", ":")).Bytes(), "missing import: mine.f"},
		"unknown wasi":      {plain("0_2_1", imports("wasi_snapshot_preview1", "proc_raise", "i:i")).Bytes(), "missing import: wasi_snapshot_preview1.proc_raise"},
		"old ABI's import":  {plain("0_2_1", imports("env", "proxy_continue_request", ":i")).Bytes(), "missing import: env.proxy_continue_request"},
		"new ABI's import":  {plain("0_1_0", imports("env", "proxy_continue_stream", "i:i")).Bytes(), "missing import: env.proxy_continue_stream"},
		"log level in 020":  {plain("0_2_0", imports("env", "proxy_get_log_level", "i:i")).Bytes(), "missing import: env.proxy_get_log_level"},
		"import type":       {plain("0_2_1", imports("env", "proxy_log", "ii:i")).Bytes(), "import type mismatch: env.proxy_log"},
		"callback type":     {badSig.Bytes(), "Bad function signature for: proxy_on_request_headers"},
		"allocator type":    {badMalloc.Bytes(), "Bad function signature for: malloc"},
		"memory over limit": {bigMemory(t), "Failed to load Wasm bytecode"},
	} {
		m, err := sharedRuntime().Compile(context.Background(), "x.wasm", c.code)
		var lerr *LoadError
		if !errors.As(err, &lerr) || m != nil {
			t.Errorf("%s: %v, want a *LoadError", name, err)
			continue
		}
		if !strings.Contains(lerr.Cause, c.want) || lerr.Cure == "" || !strings.HasPrefix(err.Error(), "x.wasm: ") {
			t.Errorf("%s: %q (cure %q), want %q", name, lerr.Cause, lerr.Cure, c.want)
		}
		if strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: more than one line: %q", name, err)
		}
	}
}

func bigMemory(t *testing.T) []byte {
	t.Helper()
	m := wasmtest.New(20000) // 1.2 GiB
	wasmtest.AddPlugin(m, "0_2_1", nil)
	return m.Bytes()
}

func TestCompileImportKinds(t *testing.T) {
	// An import section with a memory: env.memory, limits {0, 1}.
	code := append([]byte("\x00asm\x01\x00\x00\x00"), 2, 15, 1, 3, 'e', 'n', 'v', 6, 'm', 'e', 'm', 'o', 'r', 'y', 2, 0, 1)
	code = append(code, plain("0_2_1").NoMemory().Bytes()[8:]...)
	_, err := sharedRuntime().Compile(context.Background(), "x", code)
	if err == nil || !strings.Contains(err.Error(), "env.memory is not a function") {
		t.Errorf("imported memory: %v", err)
	}
}

func TestCompileABIs(t *testing.T) {
	for name, want := range map[string]ABI{"0_1_0": ABI010, "0_2_0": ABI020, "0_2_1": ABI021, "0_2_100": ABI02100} {
		m := plain(name)
		m.Func("proxy_abi_version_0_2_1", ":", 0) // a second marker doesn't count
		if name == "0_2_1" {
			m = plain(name)
		}
		if got := compile(t, m.Bytes()).ABI(); got != want || got.String() != strings.ReplaceAll(name, "_", ".") {
			t.Errorf("%s: ABI %v", name, got)
		}
	}
	for _, higress := range HigressImports() {
		f := hostFunctions["env."+higress]
		compile(t, plain("0_2_1", imports("env", higress, letters(f.params)+":i")).Bytes())
	}
}

func TestMallocByEitherName(t *testing.T) {
	m := wasmtest.New(1)
	m.Func("proxy_abi_version_0_2_1", ":", 0)
	m.Func("malloc", "i:i", 0, wasmtest.I32(1024))
	vm, err := compile(t, m.Bytes()).NewVM(context.Background(), VMOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer vm.Close(context.Background())
	if _, ptr, ok := vm.alloc(10); ptr != 1024 || !ok {
		t.Errorf("alloc = %d, %v", ptr, ok)
	}
}

func TestRuntimeOptions(t *testing.T) {
	ctx := context.Background()
	if _, err := NewRuntime(ctx, RuntimeOptions{CacheDir: "-", MaxMemoryPages: 65537}); err == nil {
		t.Error("more than 4 GiB must be refused")
	}
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := NewRuntime(ctx, RuntimeOptions{CacheDir: file}); err == nil || !strings.Contains(err.Error(), file) {
		t.Errorf("a cache directory that is a file: %v", err)
	}
	t.Setenv("XDG_CACHE_HOME", file) // not usable: no cache, no error
	r, err := NewRuntime(ctx, RuntimeOptions{MaxMemoryPages: 1, Interpreter: true})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close(ctx)
	if _, err := r.Compile(ctx, "x", plain("0_2_1").Bytes()); err == nil {
		t.Error("a module of 2 pages must not fit into 1")
	}
}

func TestCacheOnDisk(t *testing.T) {
	ctx, dir := context.Background(), t.TempDir()
	t.Setenv("XDG_CACHE_HOME", dir)
	for range 2 {
		r, err := NewRuntime(ctx, RuntimeOptions{})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := r.Compile(ctx, "x", plain("0_2_1").Bytes()); err != nil {
			t.Fatal(err)
		}
		if err := r.Close(ctx); err != nil {
			t.Fatal(err)
		}
	}
	files, _ := filepath.Glob(filepath.Join(dir, "sluice", "wazero", "v1.*", "wazero-*", "*"))
	if len(files) != 1 {
		t.Errorf("files in the cache: %q, want one, below the engine's version", files)
	}
}

// TestCacheDamaged: what a crash or a full disk left in the cache must not keep
// a good module from loading.
func TestCacheDamaged(t *testing.T) {
	ctx, dir := context.Background(), t.TempDir()
	load := func() error {
		r, err := NewRuntime(ctx, RuntimeOptions{CacheDir: dir})
		if err != nil {
			return err
		}
		defer r.Close(ctx)
		_, err = r.Compile(ctx, "x", plain("0_2_1").Bytes())
		return err
	}
	if err := load(); err != nil {
		t.Fatal(err)
	}
	files, _ := filepath.Glob(filepath.Join(dir, "*", "*"))
	good, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	flipped := append([]byte(nil), good...)
	flipped[len(flipped)/2] ^= 0xff
	for name, b := range map[string][]byte{"empty": {}, "cut": good[:len(good)/2], "flipped": flipped, "garbage": []byte("garbage")} {
		if err := os.WriteFile(files[0], b, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := load(); err != nil {
			t.Errorf("%s cache file: %v", name, err)
		}
	}
}

func FuzzSections(f *testing.F) {
	good := plain("0_2_1", imports("env", "proxy_log", "iii:i")).Bytes()
	f.Add(good)
	f.Add(good[:len(good)-3])
	f.Add([]byte("\x00asm\x01\x00\x00\x00\x02\x05\xff\xff\xff\xff\x0f"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) < 8 {
			return
		}
		s, err := readSections(b)
		if err == nil && len(s.imports)+len(s.exports) > len(b) {
			t.Errorf("%d bytes hold %d imports and %d exports", len(b), len(s.imports), len(s.exports))
		}
	})
}
