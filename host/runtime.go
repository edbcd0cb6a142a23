package host

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/tetratelabs/wazero"

	"github.com/sluiceproxy/sluice/host/internal/meter"
)

// defaultMemoryPages is what Envoy gives a VM at most: 1 GiB.
const defaultMemoryPages = 16384

// RuntimeOptions configure a Runtime. The zero value is the documented default.
type RuntimeOptions struct {
	// CacheDir is where compiled modules are kept; "" means the directory
	// sluice/wazero under os.UserCacheDir (no cache if that can't be used), "-"
	// means none.
	CacheDir string
	// Interpreter chooses wazero's interpreter instead of its compiler: slower
	// by far, but it starts at once and its stack is as small as that of Envoy.
	Interpreter bool
	// MaxMemoryPages limits the memory of each VM in pages of 64 KiB; 0 means
	// 16384 (1 GiB), the limit of Envoy; above 65536 is an error.
	MaxMemoryPages uint32
}

// Runtime is wazero with the host functions and an on-disk compilation cache.
// It is safe for concurrent use.
type Runtime struct {
	wazero   wazero.Runtime
	cache    wazero.CompilationCache
	cacheDir string
	maxPages uint32
}

// NewRuntime returns a Runtime. It fails if a CacheDir that was asked for by
// name can't be used.
func NewRuntime(ctx context.Context, o RuntimeOptions) (*Runtime, error) {
	if o.MaxMemoryPages == 0 {
		o.MaxMemoryPages = defaultMemoryPages
	}
	if o.MaxMemoryPages > 65536 {
		return nil, fmt.Errorf("MaxMemoryPages is %d; WebAssembly allows at most 65536 (4 GiB)", o.MaxMemoryPages)
	}
	cfg := wazero.NewRuntimeConfig()
	if o.Interpreter {
		cfg = wazero.NewRuntimeConfigInterpreter()
	}
	cfg = cfg.WithMemoryLimitPages(o.MaxMemoryPages)
	cache, dir, err := openCache(o.CacheDir)
	if err != nil {
		return nil, err
	}
	if cache != nil {
		cfg = cfg.WithCompilationCache(cache)
	}
	r := &Runtime{
		wazero: wazero.NewRuntimeWithConfig(ctx, cfg), cache: cache, cacheDir: dir,
		maxPages: o.MaxMemoryPages,
	}
	err = registerHost(ctx, r.wazero)
	if err == nil {
		err = registerMeter(ctx, r.wazero)
	}
	if err != nil {
		_ = r.Close(ctx)
		return nil, fmt.Errorf("registering the host functions: %w", err)
	}
	return r, nil
}

// openCache returns the compilation cache in dir and where it is, or nil for
// none.
func openCache(dir string) (wazero.CompilationCache, string, error) {
	if dir == "-" {
		return nil, "", nil
	}
	optional := dir == ""
	if optional {
		base, err := os.UserCacheDir()
		if err != nil {
			return nil, "", nil //nolint:nilerr // no home: compile each time
		}
		dir = filepath.Join(base, "sluice", "wazero")
	}
	c, err := wazero.NewCompilationCacheWithDir(dir)
	switch {
	case err == nil:
		return c, dir, nil
	case optional:
		return nil, "", nil // read-only home: compile each time
	}
	return nil, "", fmt.Errorf("compilation cache %s can't be used: %w", dir, err)
}

// compile compiles a module with the meter in it. What the meter can't read the
// engine does not get to see: it trusts lengths, and allocates.
func (r *Runtime) compile(ctx context.Context, code []byte) (wazero.CompiledModule, error) {
	metered, err := meter.Instrument(code)
	if err != nil {
		return nil, err
	}
	return r.compileCached(ctx, metered)
}

// compileCached compiles with the cache. What a crash or a full disk left in it must
// not keep a good module from loading, so a cache that can't be read is emptied.
func (r *Runtime) compileCached(ctx context.Context, code []byte) (wazero.CompiledModule, error) {
	m, err := r.wazero.CompileModule(ctx, code)
	if err == nil || r.cacheDir == "" || !strings.HasPrefix(err.Error(), "compilationcache:") {
		return m, err
	}
	files, _ := filepath.Glob(filepath.Join(r.cacheDir, "wazero-*", "*"))
	for _, f := range files {
		_ = os.Remove(f)
	}
	return r.wazero.CompileModule(ctx, code)
}

// Close frees the runtime and everything that was compiled with it. VMs must be
// closed before.
func (r *Runtime) Close(ctx context.Context) error {
	err := r.wazero.Close(ctx)
	if r.cache != nil {
		if cerr := r.cache.Close(ctx); err == nil {
			err = cerr
		}
	}
	return err
}
