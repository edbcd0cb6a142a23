// Package native compiles a plugin for this machine, to run it under a debugger
// behind a gateway in another process.
package native

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"

	"github.com/sluiceproxy/sluice/build"
	"github.com/sluiceproxy/sluice/build/compat"
	"github.com/sluiceproxy/sluice/build/internal/gotool"
)

// Variable is the environment variable that tells the program where its gateway
// listens: the path of a Unix socket.
const Variable = "SLUICE_DEBUG"

// Options say what to compile.
type Options struct {
	// Dir is the directory of the plugin's main package. It is only read. Default ".".
	Dir string
	// Output is the program to write. Required.
	Output string
	// Go is the go command. Default "go", from the PATH.
	Go string
}

// added is the file that connects the plugin with its gateway. Its name is the last
// of the package's, so that what it does comes after the plugin's own init
// functions; its variables are made before these.
const added = "zzzz_sluice_debug.go"

const source = `package main

import (
	sluicefmt "fmt"
	sluiceos "os"

	sluiceremote "github.com/sluiceproxy/sluice/sdk/remote"
)

var sluiceSession, sluiceError = sluiceremote.Connect(sluiceos.Getenv("` + Variable + `"))

func init() {
	if sluiceError == nil {
		sluiceError = sluiceSession.Serve()
	}
	if sluiceError != nil {
		sluicefmt.Fprintln(sluiceos.Stderr, "sluice debug:", sluiceError)
		sluiceos.Exit(1)
	}
	sluiceos.Exit(0)
}
`

// Build compiles a plugin without optimisation and inlining, so that a debugger
// sees each line and variable. Errors: *build.CompileError, those of package
// compat, the toolchain's, and ctx's own.
func Build(ctx context.Context, o Options) (err error) {
	if o.Dir == "" {
		o.Dir = "."
	}
	if err := gotool.CheckDir(o.Dir); err != nil {
		return err
	}
	dir, err := filepath.Abs(o.Dir)
	if err == nil {
		dir, err = filepath.EvalSymlinks(dir) // the go command compares it with its own
	}
	if err != nil {
		return err
	}
	plan, err := compat.New(ctx, compat.Options{Dir: dir, Go: o.Go})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, plan.Close()) }()
	tmp, err := os.MkdirTemp("", "sluice-debug-")
	if err != nil {
		return fmt.Errorf("making a directory for the build: %w; set TMPDIR to a directory that can be written", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(tmp)) }()
	overlay, err := overlay(tmp, dir)
	if err != nil {
		return err
	}
	env := slices.Concat(plan.Env, []string{"GOOS=" + runtime.GOOS, "GOARCH=" + runtime.GOARCH, "PWD=" + dir})
	tool, err := gotool.Find(ctx, o.Go, dir, env...)
	if err != nil {
		return err
	}
	output, err := filepath.Abs(o.Output)
	if err != nil {
		return err
	}
	args := append([]string{"build", "-overlay=" + overlay, "-gcflags=all=-N -l", "-buildvcs=false", "-o", output}, plan.Args...)
	_, err = tool.Run(ctx, env, append(args, ".")...)
	var failed *gotool.Failed
	if errors.As(err, &failed) {
		return build.NewCompileError(o.Dir, failed.Output)
	}
	return err
}

// overlay writes the added file, and the list that puts it into the package.
func overlay(tmp, dir string) (string, error) {
	file := filepath.Join(tmp, added)
	if err := os.WriteFile(file, []byte(source), 0o600); err != nil {
		return "", err
	}
	list, err := json.Marshal(map[string]any{"Replace": map[string]string{filepath.Join(dir, added): file}})
	if err != nil {
		return "", err
	}
	name := filepath.Join(tmp, "overlay.json")
	return name, os.WriteFile(name, list, 0o600)
}
