package host

import (
	"context"
	"fmt"
	"os"

	"github.com/tetratelabs/wazero"

	"github.com/sluiceproxy/sluice/host/internal/meter"
)

// defaultMemoryPages is what Envoy gives a VM at most: 1 GiB.
const defaultMemoryPages = 16384

// RuntimeOptions configure a Runtime. The zero value is the documented default.
type RuntimeOptions struct {
	// CacheDir is where compiled modules are kept; "" means what [CacheEnv] says,
	// or else a directory below sluice/wazero in os.UserCacheDir (no cache if that
	// can't be used), "-" means none. There the newest 512 MiB stay.
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
// not keep a good module from loading: a cache that can't be read is emptied, and
// for one that can't be written the compiled code is in memory by then.
func (r *Runtime) compileCached(ctx context.Context, code []byte) (wazero.CompiledModule, error) {
	for try := 0; ; try++ {
		m, err := r.compileOnce(ctx, code)
		if err == nil || r.cacheDir == "" || try == 2 || !isCacheError(err) {
			return m, err
		}
		for _, f := range cached(r.cacheDir) {
			_ = os.Remove(f)
		}
	}
}

// compileOnce is the engine's compilation; a module that the engine fails on is
// as bad as one that it refuses.
func (r *Runtime) compileOnce(ctx context.Context, code []byte) (m wazero.CompiledModule, err error) {
	defer func() {
		if p := recover(); p != nil {
			m, err = nil, fmt.Errorf("the engine can't compile it: %v", p)
		}
	}()
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
