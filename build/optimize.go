package build

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// ErrNoOptimizer is in the error about an optimiser that is not there.
var ErrNoOptimizer = errors.New("wasm-opt not found")

// optimizerFlags ask for a small module with no more features of WebAssembly
// than Go's compiler uses itself, which every gateway has.
var optimizerFlags = []string{"-O2", "--mvp-features", "--enable-sign-ext", "--enable-nontrapping-float-to-int",
	"--enable-bulk-memory", "--enable-mutable-globals"}

// findOptimizer looks for Binaryen's wasm-opt before anything that takes time.
func (b *builder) findOptimizer() error {
	if !b.Optimize {
		return nil
	}
	name := b.WasmOpt
	if name == "" {
		name = "wasm-opt"
	}
	path, err := exec.LookPath(name)
	if err == nil {
		path, err = filepath.Abs(path)
	}
	if err != nil {
		return fmt.Errorf("%w (looked for %q); it is part of Binaryen: install that, or build without --optimize, which saves a few percent of the size and no time", ErrNoOptimizer, name)
	}
	b.WasmOpt = path
	return nil
}

// optimize runs wasm-opt over the module, and checks that what it has made is
// one that still offers and needs the same.
func (b *builder) optimize(ctx context.Context, code []byte) (_ []byte, err error) {
	if !b.Optimize {
		return code, nil
	}
	b.progress("optimizing with %s, which can take a minute", b.WasmOpt)
	dir, err := os.MkdirTemp("", "sluice-optimize-")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	in, out := filepath.Join(dir, "in.wasm"), filepath.Join(dir, "out.wasm")
	if err := os.WriteFile(in, code, 0o600); err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, b.WasmOpt, append(append([]string{}, optimizerFlags...), in, "-o", out)...)
	if text, err := cmd.CombinedOutput(); err != nil {
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		return nil, fmt.Errorf("%s: %w: %s", b.WasmOpt, err, strings.TrimSpace(string(text)))
	}
	made, err := os.ReadFile(out)
	if err != nil {
		return nil, fmt.Errorf("%s wrote no module: %w", b.WasmOpt, err)
	}
	return made, checkOptimized(ctx, code, made)
}

// checkOptimized says why the optimiser's module can't take the other's place.
func checkOptimized(ctx context.Context, before, after []byte) error {
	if err := validate(ctx, after); err != nil {
		return fmt.Errorf("what wasm-opt made of the module is not valid: %w; build without --optimize", err)
	}
	old, made := readFacts(before), readFacts(after)
	names := func(f *facts) (list []string) {
		for _, e := range f.exports {
			list = append(list, e.Name)
		}
		return list
	}
	if a, b := strings.Join(names(old), " "), strings.Join(names(made), " "); a != b {
		return fmt.Errorf("what wasm-opt made of the module exports %s, not %s; build without --optimize", b, a)
	}
	for _, i := range made.imports {
		if !containsImport(old, i.String()) {
			return fmt.Errorf("what wasm-opt made of the module imports %s; build without --optimize", i)
		}
	}
	return nil
}

func containsImport(f *facts, name string) bool {
	for _, i := range f.imports {
		if i.String() == name {
			return true
		}
	}
	return false
}
