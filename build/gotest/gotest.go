package gotest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"

	"github.com/sluiceproxy/sluice/build/compat"
	"github.com/sluiceproxy/sluice/build/internal/gotool"
	"github.com/sluiceproxy/sluice/build/origin"
)

// ErrFailed is in the error about tests that failed or could not be built. What
// was wrong is in their output.
var ErrFailed = errors.New("the tests failed")

// BuildArgsVariable is the variable that tells package test of the compatibility
// modules what to build the plugin with, an argument a line, where a test runs it
// as Wasm.
const BuildArgsVariable = "SLUICE_BUILD_ARGS"

// Options say what to test. The zero value tests the packages of the current
// directory and those below it, and shows nothing.
type Options struct {
	// Dir is the plugin's directory. Default ".".
	Dir string
	// Args go to "go test", behind the packages. Where the first one is no flag,
	// they name the packages as well. Default packages "./...".
	Args []string
	// JSON makes the output what "go test -json" prints: an object a line.
	JSON bool
	// SDK is where the compatibility modules come from. Default origin.Find.
	SDK origin.SDK
	// Go is the go command. Default "go", from the PATH.
	Go string
	// Env are further variables for the go command, each as "KEY=value".
	Env []string
	// Stdout and Stderr take what the go command prints, while it runs; Stderr
	// what Run itself has to say as well. Default: nowhere.
	Stdout, Stderr io.Writer
}

// Run tests a plugin. The plugin's directory is only read, but for what its tests
// do themselves.
//
// Errors: ErrFailed, compat.ErrNoModule, compat.ErrUnsupported, the toolchain's
// and ctx's own: when it ends, the tests are stopped.
func Run(ctx context.Context, o Options) (err error) {
	o.setDefaults()
	if err := gotool.CheckDir(o.Dir); err != nil {
		return err
	}
	plan, err := compat.New(ctx, compat.Options{Dir: o.Dir, SDK: o.SDK, Go: o.Go, Env: o.Env})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, plan.Close()) }()
	if plan.Needed {
		fmt.Fprintf(o.Stderr, "%s imports Higress' Go SDK: testing it with this one in its place\n", o.Dir)
	}
	for _, note := range plan.Notes {
		fmt.Fprintln(o.Stderr, note)
	}
	tool, err := gotool.Find(ctx, o.Go, o.Dir, o.Env...)
	if err != nil {
		return err
	}
	env := slices.Concat(plan.Env, thisMachine(), []string{BuildArgsVariable + "=" + strings.Join(plan.Args, "\n")})
	err = tool.Stream(ctx, env, o.Stdout, o.Stderr, o.command(plan)...)
	var failed *gotool.Failed
	if errors.As(err, &failed) {
		return fmt.Errorf("%s: %w", o.Dir, ErrFailed)
	}
	return err
}

// thisMachine are the variables that make tests run here. Who builds plugins with
// plain Go may have exported GOOS=wasip1.
func thisMachine() []string { return []string{"GOOS=" + runtime.GOOS, "GOARCH=" + runtime.GOARCH} }

func (o *Options) setDefaults() {
	if o.Dir == "" {
		o.Dir = "."
	}
	if o.Stdout == nil {
		o.Stdout = io.Discard
	}
	if o.Stderr == nil {
		o.Stderr = io.Discard
	}
}

// command is the command line of the go command.
func (o *Options) command(plan *compat.Plan) []string {
	args := append([]string{"test"}, plan.TestArgs...)
	if o.JSON {
		args = append(args, "-json")
	}
	if len(o.Args) == 0 || strings.HasPrefix(o.Args[0], "-") {
		args = append(args, "./...")
	}
	return append(args, o.Args...)
}
