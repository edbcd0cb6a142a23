package build

import (
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
)

// writeFile replaces a file in one step: a reader sees the old bytes or the
// new ones. What is no regular file, such as a pipe, is written to directly.
func writeFile(path string, code []byte) error {
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		return outputError(os.WriteFile(path, code, 0o644))
	}
	f, err := tempFile(path)
	if err != nil {
		return outputError(err)
	}
	_, err = f.Write(code)
	if e := f.Close(); err == nil {
		err = e
	}
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		_ = os.Remove(f.Name())
	}
	return outputError(err)
}

// checkWritable finds out whether writeFile could work, and leaves nothing.
func checkWritable(path string) error {
	info, err := os.Stat(path)
	if err == nil && info.IsDir() {
		return fmt.Errorf("output: %s is a directory", path)
	}
	if err == nil && !info.Mode().IsRegular() {
		return nil
	}
	f, err := tempFile(path)
	if err != nil {
		return outputError(err)
	}
	_ = f.Close()
	return outputError(os.Remove(f.Name()))
}

// tempFile makes a new file next to path, with the permissions that a new file
// at path would have.
func tempFile(path string) (*os.File, error) {
	for {
		name := filepath.Join(filepath.Dir(path), fmt.Sprintf(".%s.%08x.tmp", filepath.Base(path), rand.Uint32()))
		f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
		if !errors.Is(err, fs.ErrExist) {
			return f, err
		}
	}
}

func outputError(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("output: %w", err)
}
