// Package atomicfile writes files so that nobody ever sees half of one: to a
// temporary file beside it, to the disk, and to its name in one step.
package atomicfile

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
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

// Write puts content into the file name of a directory.
func Write(root *os.Root, name string, content []byte) error {
	return Copy(root, name, bytes.NewReader(content))
}

// Copy puts what r gives into the file name of a directory. Links out of the
// directory are not followed.
func Copy(root *os.Root, name string, r io.Reader) error {
	return replace(root, name, readable, func(w io.Writer) error {
		_, err := io.Copy(w, r)
		return err
	})
}

// Replace puts what write writes into the file at path.
func Replace(path string, write func(io.Writer) error) error {
	return at(path, readable, write)
}

// WriteFile puts content into the file at path, with the given permissions less
// those that the process's umask takes.
func WriteFile(path string, content []byte, perm os.FileMode) error {
	return at(path, perm, func(w io.Writer) error {
		_, err := w.Write(content)
		return err
	})
}

// readable are the permissions of files that hold no secrets.
const readable os.FileMode = 0o644

func at(path string, perm os.FileMode, write func(io.Writer) error) error {
	root, err := os.OpenRoot(filepath.Dir(path))
	if err != nil {
		return err
	}
	defer root.Close()
	return replace(root, filepath.Base(path), perm, write)
}

func replace(root *os.Root, name string, perm os.FileMode, write func(io.Writer) error) error {
	if info, err := root.Lstat(name); err == nil && !info.Mode().IsRegular() {
		return fmt.Errorf("%s is no regular file, and not replaced", filepath.Join(root.Name(), name))
	}
	f, temporary, err := create(root, filepath.Dir(name), perm)
	if err != nil {
		return err
	}
	err = write(&flushing{f: f})
	if err == nil {
		err = f.Sync()
	}
	err = errors.Join(err, f.Close())
	if err == nil {
		err = rename(root, temporary, name)
	}
	if err != nil {
		return errors.Join(err, ignoreMissing(root.Remove(temporary)))
	}
	return syncDir(root, filepath.Dir(name))
}

// create makes a new file in a directory below root.
func create(root *os.Root, dir string, perm os.FileMode) (*os.File, string, error) {
	for {
		name := filepath.Join(dir, fmt.Sprintf("%s%016x%s", prefix, rand.Uint64(), suffix))
		f, err := root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, perm)
		if errors.Is(err, fs.ErrExist) {
			continue
		}
		var failure *fs.PathError
		if errors.As(err, &failure) {
			failure.Path = filepath.Join(root.Name(), name) // whose directory says more than the name
		}
		return f, name, err
	}
}

// rename moves a file inside root. The directory was reached through root, so
// it is one below it.
func rename(root *os.Root, from, to string) error {
	return os.Rename(filepath.Join(root.Name(), from), filepath.Join(root.Name(), to))
}

// syncDir brings the new name to the disk, where the system can do that.
func syncDir(root *os.Root, dir string) error {
	d, err := root.Open(dir)
	if err != nil {
		return err
	}
	_ = d.Sync() // not every file system knows how
	return d.Close()
}

func ignoreMissing(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}
