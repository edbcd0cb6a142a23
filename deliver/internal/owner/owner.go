// Package owner lets one process at a time have a directory.
package owner

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// ErrOwned is in the error about a directory that another process has.
var ErrOwned = errors.New("another process uses it")

// name is that of the file by which a process has a directory.
const name = "lock"

// Take takes a directory, and makes it where it isn't there, until release is called
// or this process ends, however it ends. The error is around ErrOwned, with the other
// process' number, or says why it can't be known.
func Take(dir string) (release func(), err error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	f, err := os.OpenFile(filepath.Join(dir, name), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	if err := lock(f); err != nil {
		text := make([]byte, 20)
		n, _ := f.Read(text) // without it the error says less
		_ = f.Close()
		if !errors.Is(err, ErrOwned) {
			return nil, err
		}
		return nil, fmt.Errorf("%s: %w (%s)", dir, err, strings.TrimSpace("process "+string(text[:n])))
	}
	_ = f.Truncate(0)
	_, _ = fmt.Fprintln(f, os.Getpid()) // for the error of others
	return func() { _ = f.Close() }, nil
}
