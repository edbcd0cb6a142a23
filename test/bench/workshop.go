package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/sluiceproxy/sluice/build"
	"github.com/sluiceproxy/sluice/build/bundle"
)

// missing is a tool that a side needs and that is not there.
type missing struct {
	what, how string
	// ci is whether continuous integration installs the tool.
	ci bool
}

// Error says how to get the tool.
func (m *missing) Error() string { return m.what + " is missing: " + m.how }

var (
	errNoWat2wasm = &missing{"wat2wasm", "install the WebAssembly Binary Toolkit (Debian: apt-get install wabt)", true}
	errNoRust     = &missing{"Rust for wasm32-wasip1", "install Rust, then rustup target add wasm32-wasip1", false}
)

// workshop builds what sides are made of, each once.
type workshop struct {
	ctx  context.Context //nolint:containedctx // one run of the command
	dir  string
	made map[string]string
}

func newWorkshop(ctx context.Context, dir string) *workshop {
	return &workshop{ctx: ctx, dir: dir, made: map[string]string{}}
}

// module builds a side's module and returns its path, "" where there is none.
func (w *workshop) module(s side) (string, error) {
	switch {
	case s.bundled:
		return w.once("bundle "+s.Name, func(out string) error { return w.bundle(s.parts, out) })
	case s.wat != "":
		return w.once(s.wat, func(out string) error { return w.assemble(s.wat, out) })
	case s.plugin != "":
		return w.once(s.plugin, func(out string) error {
			_, err := build.Build(w.ctx, build.Options{Dir: s.plugin, Output: out})
			return err
		})
	case s.foreign != "":
		return w.once(s.foreign, func(out string) error { return w.goBuild(s.foreign, out, "GOOS=wasip1", "GOARCH=wasm") })
	case s.crate != "":
		return w.once(s.crate, func(out string) error { return w.cargo(s.crate, out) })
	default:
		return "", nil
	}
}

// read builds a side's module and returns its bytes.
func (w *workshop) read(s side) ([]byte, error) {
	file, err := w.module(s)
	if err != nil {
		return nil, err
	}
	return os.ReadFile(file)
}

// program builds a side's program for this machine.
func (w *workshop) program(s side) (string, error) {
	return w.once(s.server, func(out string) error { return w.goBuild(s.server, out) })
}

// plain builds a plugin with nothing but go build.
func (w *workshop) plain(dir string) (string, error) {
	return w.once("plain "+dir, func(out string) error {
		return w.run(dir, []string{"GOOS=wasip1", "GOARCH=wasm"}, "go", "build", "-buildmode=c-shared", "-o", out, ".")
	})
}

// bundle makes one module of several plugins, each named by its directory's
// place.
func (w *workshop) bundle(parts []side, out string) error {
	o := bundle.Options{Output: out}
	for i, part := range parts {
		o.Plugins = append(o.Plugins, bundle.Plugin{Name: filterName(i), Dir: part.plugin})
	}
	_, err := bundle.Build(w.ctx, o)
	return err
}

// once makes a file unless it was made before.
func (w *workshop) once(key string, produce func(out string) error) (string, error) {
	if out, ok := w.made[key]; ok {
		return out, nil
	}
	out := filepath.Join(w.dir, fmt.Sprintf("made-%d", len(w.made)))
	if err := produce(out); err != nil {
		return "", err
	}
	w.made[key] = out
	return out, nil
}

// assemble turns a module's text into bytes.
func (w *workshop) assemble(text, out string) error {
	if _, err := exec.LookPath("wat2wasm"); err != nil {
		return errNoWat2wasm
	}
	return w.run(".", nil, "wat2wasm", text, "-o", out)
}

// goBuild builds a program of a module of its own as its authors do.
func (w *workshop) goBuild(dir, out string, env ...string) error {
	args := []string{"go", "build", "-trimpath", "-ldflags=-s -w", "-o", out}
	if len(env) > 0 {
		args = append(args, "-buildmode=c-shared")
	}
	return w.run(dir, append(env, "GOWORK=off"), append(args, ".")...)
}

// cargo builds a crate.
func (w *workshop) cargo(dir, out string) error {
	for _, tool := range []string{"cargo", "rustc"} {
		if _, err := exec.LookPath(tool); err != nil {
			return errNoRust
		}
	}
	libs, err := exec.CommandContext(w.ctx, "rustc", "--print", "target-libdir", "--target", "wasm32-wasip1").Output()
	if err != nil {
		return errNoRust
	}
	if _, err := os.Stat(strings.TrimSpace(string(libs))); err != nil {
		return errNoRust
	}
	target := filepath.Join(w.dir, "cargo")
	if err := w.run(dir, []string{"CARGO_TARGET_DIR=" + target}, "cargo", "build", "--release", "--locked", "--target", "wasm32-wasip1"); err != nil {
		return err
	}
	code, err := os.ReadFile(filepath.Join(target, "wasm32-wasip1", "release", "bench_rust.wasm"))
	if err != nil {
		return err
	}
	return os.WriteFile(out, code, 0o600)
}

// run runs a tool in dir; its output is part of the error.
func (w *workshop) run(dir string, env []string, args ...string) error {
	cmd := exec.CommandContext(w.ctx, args[0], args[1:]...)
	cmd.Dir, cmd.Env = dir, append(os.Environ(), env...)
	if b, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s in %s: %w\n%s", args[0], dir, err, b)
	}
	return nil
}

// variant is a copy of a module that has other bytes and does the same: a
// custom section is added, which nobody reads.
func (w *workshop) variant(file string, n int) (string, error) {
	return w.once(fmt.Sprintf("%s #%d", file, n), func(out string) error {
		code, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		return os.WriteFile(out, distinct(code, n), 0o600)
	})
}

// distinct adds a custom section that holds n to a module.
func distinct(code []byte, n int) []byte {
	content := fmt.Sprintf("\x05bench%06d", n)
	return slices.Concat(code, []byte{0, byte(len(content))}, []byte(content))
}

// isMissing returns the tool whose lack err tells of.
func isMissing(err error) (*missing, bool) {
	var m *missing
	ok := errors.As(err, &m)
	return m, ok
}
