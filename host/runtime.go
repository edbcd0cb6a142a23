package host

import (
	"context"
)

// RuntimeOptions configure a Runtime. The zero value is the documented default.
type RuntimeOptions struct {
	// CacheDir is where compiled modules are kept; "" means the directory
	// sluice/wazero under os.UserCacheDir, "-" means none.
	CacheDir string
	// Interpreter chooses wazero's interpreter instead of its compiler: slower
	// by far, but it starts at once and its stack is as small as that of Envoy.
	Interpreter bool
	// MaxMemoryPages limits the memory of each VM in pages of 64 KiB; 0 means
	// 16384 (1 GiB), the limit of Envoy.
	MaxMemoryPages uint32
	// Interruptible makes a call that runs too long end with an error
	// (VMOptions.StartTimeout and CallTimeout). It costs some speed.
	Interruptible bool
}

// Runtime is wazero with the host functions and an on-disk compilation cache.
// It is safe for concurrent use.
type Runtime struct{}

// NewRuntime returns a Runtime.
func NewRuntime(ctx context.Context, o RuntimeOptions) (*Runtime, error) { panic("todo") }

// Close frees the runtime and everything that was compiled with it.
func (r *Runtime) Close(ctx context.Context) error { panic("todo") }

// Compile checks and compiles a module; name is used in messages. What stock
// Envoy would refuse is refused with a *LoadError.
func (r *Runtime) Compile(ctx context.Context, name string, code []byte) (*Module, error) {
	panic("todo")
}
