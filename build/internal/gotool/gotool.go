// Package gotool finds the Go toolchain and runs it: without a shell, in a
// process group of its own, and ended with its context.
package gotool

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"go/version"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

var (
	// ErrMissing is in the error about a machine without a Go toolchain.
	ErrMissing = errors.New("no Go toolchain found")
	// ErrTooOld is in the error about a toolchain before Oldest.
	ErrTooOld = errors.New("the Go toolchain is too old")
)

// Oldest is the first toolchain that can build a plugin: it exports functions
// from a WebAssembly library.
const Oldest = "go1.24"

const install = "install Go 1.24 or later from https://go.dev/dl and put it on the PATH"

// Failed is a go command that ran and ended with an error.
type Failed struct {
	// Args are the command's arguments.
	Args []string
	// Output is what it had to say.
	Output string
}

// Error is one line: the command, and its messages joined with semicolons, but
// for those that say what it does.
func (e *Failed) Error() string {
	var lines []string
	for _, line := range strings.Split(strings.TrimSpace(e.Output), "\n") {
		if !strings.HasPrefix(line, "go: downloading ") && !strings.HasPrefix(line, "go: finding module ") {
			lines = append(lines, strings.TrimSpace(line))
		}
	}
	return fmt.Sprintf("go %s: %s", strings.Join(e.Args, " "), strings.Join(lines, "; "))
}

// Tool is a toolchain, as it is chosen in one directory: a go.mod file there
// can ask for another than the one that is installed.
type Tool struct {
	// Path is the go command.
	Path string
	// Dir is where it runs.
	Dir string
	// Env are further variables for it, each as "KEY=value".
	Env []string
	// Version is the toolchain's, such as "go1.26.8".
	Version string
	// Module is the path of the go.mod file that Dir belongs to, or empty.
	Module string

	tempDir string // where the go command puts temporary files, or empty
}

// Find looks for the go command of that name on the PATH, or at that path, and
// asks it about dir. Errors: ErrMissing, ErrTooOld, *Failed, ctx's own.
func Find(ctx context.Context, name, dir string, env ...string) (*Tool, error) {
	if name == "" {
		name = "go"
	}
	path, err := exec.LookPath(name)
	if err == nil {
		path, err = filepath.Abs(path)
	}
	if err != nil {
		return nil, fmt.Errorf("%w (looked for %q); %s", ErrMissing, name, install)
	}
	t := &Tool{Path: path, Dir: dir, Env: env}
	return t, t.ask(ctx)
}

// ask fills in the version and the module.
func (t *Tool) ask(ctx context.Context) error {
	out, err := t.Run(ctx, nil, "env", "-json", "GOVERSION", "GOMOD", "GOTMPDIR")
	if err != nil {
		return err
	}
	var answer struct{ GOVERSION, GOMOD, GOTMPDIR string }
	if err := json.Unmarshal(out, &answer); err != nil {
		return fmt.Errorf("go env: unexpected answer of %s: %w", t.Path, err)
	}
	t.Version, t.tempDir = answer.GOVERSION, answer.GOTMPDIR
	if answer.GOMOD != os.DevNull {
		t.Module = answer.GOMOD
	}
	if tooOld(t.Version) {
		return fmt.Errorf("%w: %s is %s; %s", ErrTooOld, t.Path, t.Version, install)
	}
	return nil
}

// tooOld says whether a toolchain is before Oldest. Versions of a development
// build, such as "devel go1.27-1234", are taken for new.
func tooOld(v string) bool {
	v, _, _ = strings.Cut(v, " ") // "go1.24.1 X:nocoverageredesign"
	return version.IsValid(v) && version.Compare(v, Oldest) < 0
}

// Run runs the go command and returns what it prints. When ctx ends, the
// command is stopped with every process that it has started: it gets some time to
// remove its temporary files. The error is then ctx's cause. The error of a command that failed is a *Failed.
func (t *Tool) Run(ctx context.Context, env []string, args ...string) ([]byte, error) {
	var stdout, stderr bytes.Buffer
	err := t.Stream(ctx, env, &stdout, &stderr, args...)
	var failed *Failed
	if errors.As(err, &failed) {
		failed.Output = stderr.String() + stdout.String()
	}
	if err != nil {
		return nil, err
	}
	return stdout.Bytes(), nil
}

// ownTemp makes a directory for temporary files, where the go command would put
// them. There is none before the command was asked for that, nor where it can't be
// made: the command then says what is wrong.
func (t *Tool) ownTemp() string {
	if t.Version == "" {
		return ""
	}
	dir, err := os.MkdirTemp(t.tempDir, "sluice-go-")
	if err != nil {
		return ""
	}
	return dir
}

// Stream is Run for a command whose output is shown while it runs: a *Failed has
// none of it. Not every go command removes its temporary files when it is
// interrupted, so each runs with a directory of its own for them.
func (t *Tool) Stream(ctx context.Context, env []string, stdout, stderr io.Writer, args ...string) error {
	cmd := exec.CommandContext(ctx, t.Path, args...)
	cmd.Dir = t.Dir
	cmd.Env = append(append(os.Environ(), t.Env...), env...)
	if dir := t.ownTemp(); dir != "" {
		defer os.RemoveAll(dir)
		cmd.Env = append(cmd.Env, "GOTMPDIR="+dir)
	}
	cmd.Stdout, cmd.Stderr = stdout, stderr
	ownGroup(cmd)
	err := cmd.Run()
	var exit *exec.ExitError
	switch {
	case ctx.Err() != nil:
		endGroup(cmd)
		return fmt.Errorf("go %s: %w", args[0], context.Cause(ctx))
	case errors.As(err, &exit):
		return &Failed{Args: args}
	case err != nil:
		return fmt.Errorf("go %s: %w", args[0], err)
	}
	return nil
}
