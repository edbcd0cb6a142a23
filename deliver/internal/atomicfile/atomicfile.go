// Package atomicfile replaces files in one step, so that nobody ever sees half of
// one, not even after a crash.
package atomicfile

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
)

// The marks of a temporary file, which a crash may leave.
const (
	prefix = ".sluice-"
	suffix = ".tmp"
)

// IsTemporary reports whether a file's base name is that of a temporary file.
func IsTemporary(name string) bool {
	return strings.HasPrefix(name, prefix) && strings.HasSuffix(name, suffix)
}

// Write puts content into the file at path, with the given permissions: to a
// temporary file beside it, to the disk, and to its name.
func Write(path string, content []byte, perm os.FileMode) error {
	dir := filepath.Dir(path)
	f, err := os.CreateTemp(dir, prefix+"*"+suffix)
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	if err == nil {
		err = f.Chmod(perm)
	}
	if err == nil {
		err = f.Sync()
	}
	err = errors.Join(err, f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		_ = os.Remove(f.Name()) // the error says more
		return err
	}
	if d, err := os.Open(dir); err == nil {
		_ = d.Sync() // not every file system knows how
		_ = d.Close()
	}
	return nil
}
