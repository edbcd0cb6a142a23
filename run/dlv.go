package run

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// ErrNoDebugger says that there is no dlv, and how to get it.
var ErrNoDebugger = errors.New("dlv, the debugger for Go, is not found; install it with " +
	"`go install github.com/go-delve/delve/cmd/dlv@latest`, and put $(go env GOPATH)/bin on the PATH or name it with --dlv")

// findDlv finds the debugger.
func findDlv(name string) (string, error) {
	if name != "" {
		path, err := exec.LookPath(name)
		if err != nil {
			return "", fmt.Errorf("%w (%s: %w)", ErrNoDebugger, name, err)
		}
		return path, nil
	}
	if path, err := exec.LookPath("dlv"); err == nil {
		return path, nil
	}
	dir := os.Getenv("GOPATH")
	if dir == "" {
		home, err := os.UserHomeDir()
		if err != nil {
			return "", ErrNoDebugger
		}
		dir = filepath.Join(home, "go")
	}
	if path, err := exec.LookPath(filepath.Join(filepath.SplitList(dir)[0], "bin", "dlv")); err == nil {
		return path, nil
	}
	return "", ErrNoDebugger
}
