package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/sluiceproxy/sluice/build"
)

// The names of the sides that every scenario has.
const (
	sideNone = "none" // Envoy without a plugin
	sideWAT  = "wat"  // the floor
)

// side is one way to do what a scenario asks for.
type side struct {
	Name string
	// dir is the plugin's directory below testdata, or wat the module's text, or
	// config an HTTP filter of Envoy's own. None of them: no filter at all.
	dir    string
	wat    string
	filter map[string]any
}

// module builds the side's wasm file into dir and returns its path, "" where
// the side has none.
func (s side) module(ctx context.Context, dir string) (string, error) {
	out := filepath.Join(dir, s.Name+".wasm")
	switch {
	case s.wat != "":
		return out, assemble(ctx, s.wat, out)
	case s.dir != "":
		_, err := build.Build(ctx, build.Options{Dir: s.dir, Output: out})
		return out, err
	default:
		return "", nil
	}
}

// assemble turns a module's text into bytes.
func assemble(ctx context.Context, text, out string) error {
	tool, err := exec.LookPath("wat2wasm")
	if err != nil {
		return errors.New("wat2wasm is not on the PATH: install the WebAssembly Binary Toolkit (Debian: apt-get install wabt), or leave side wat out")
	}
	if b, err := exec.CommandContext(ctx, tool, text, "-o", out).CombinedOutput(); err != nil {
		return fmt.Errorf("wat2wasm %s: %w\n%s", text, err, b)
	}
	_, err = os.Stat(out)
	return err
}
