package build

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestCompileErrorHead: only what is wrong in the source is the source's fault.
func TestCompileErrorHead(t *testing.T) {
	for output, want := range map[string]string{
		"main.go:3:1: undefined: x":                                            "p does not compile:\n",
		"# x\na/b.go:3: undefined: x\n":                                        "p does not compile:\n",
		"go: module cache not found: neither GOMODCACHE nor GOPATH is set":     "p can't be built, says the go command:\n",
		"failed to initialize build cache at /x/go-build: mkdir /x: forbidden": "p can't be built, says the go command:\n",
	} {
		err := &CompileError{Dir: "p", Output: output + "\n"}
		if got := err.Error(); got != want+strings.TrimSuffix(output, "\n") {
			t.Errorf("%q: got %q", output, got)
		}
	}
}

// TestCompileErrorDownloads: what the go command says while nothing is wrong is
// left out.
func TestCompileErrorDownloads(t *testing.T) {
	err := NewCompileError("p", "go: downloading example.com/x v1.0.0\ngo: example.com/y: not found\n")
	if strings.Contains(err.Error(), "downloading") || !strings.Contains(err.Error(), "example.com/y: not found") {
		t.Errorf("error is %v", err)
	}
}

// TestBuildWithoutTempDir: the message names the cause and the cure.
func TestBuildWithoutTempDir(t *testing.T) {
	dir := writePlugin(t)
	t.Setenv("TMPDIR", filepath.Join(t.TempDir(), "none"))
	_, err := Build(testContext(t), Options{Dir: dir})
	if !errors.Is(err, os.ErrNotExist) || !strings.Contains(err.Error(), "making a directory for the build") || !strings.Contains(err.Error(), "TMPDIR") {
		t.Errorf("error is %v", err)
	}
}
