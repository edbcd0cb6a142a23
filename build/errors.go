package build

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/sluiceproxy/sluice/build/internal/gotool"
)

var (
	// ErrNoGo is in the error about a machine without a Go toolchain.
	ErrNoGo = gotool.ErrMissing
	// ErrGoTooOld is in the error about a toolchain before MinGo.
	ErrGoTooOld = gotool.ErrTooOld
	// ErrNotMain is in the error about a directory without a main package.
	ErrNotMain = errors.New("not the directory of a plugin")
	// ErrSetCtxInMain is in the error about a plugin that registers itself in
	// main, which a gateway never calls.
	ErrSetCtxInMain = errors.New("the plugin is set up in main(), which a gateway never calls")
)

// MinGo is the oldest Go toolchain that can build a plugin.
const MinGo = gotool.Oldest

// CompileError is what the Go toolchain had to say about the plugin's source.
type CompileError struct {
	// Dir is the plugin's directory.
	Dir string
	// Output are the toolchain's messages, one a line, with the paths of files
	// relative to the current directory of this process.
	Output string
}

// NewCompileError makes the error of what a go command printed that ran in dir.
func NewCompileError(dir, output string) *CompileError {
	return &CompileError{Dir: dir, Output: relocate(downloading.ReplaceAllString(output, ""), dir)}
}

// downloading matches what the go command says while nothing is wrong.
var downloading = regexp.MustCompile(`(?m)^go: downloading .*\n`)

// inSource matches output that names a place in a source file.
var inSource = regexp.MustCompile(`(?m)\.go:\d+`)

// Error is a first line that says what failed, and the toolchain's messages.
func (e *CompileError) Error() string {
	what := "does not compile"
	if !inSource.MatchString(e.Output) {
		what = "can't be built, says the go command" // of modules, caches or the environment
	}
	return fmt.Sprintf("%s %s:\n%s", e.Dir, what, strings.TrimRight(e.Output, "\n"))
}
