package build

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"

	"github.com/sluiceproxy/sluice/build/wasm"
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
	if err == nil && !replaceable(path) {
		return fmt.Errorf("output: %s holds something else than a WebAssembly module; name another file, or remove it", path)
	}
	if _, err := os.Stat(filepath.Dir(path)); err != nil {
		return fmt.Errorf("output: the directory of %s: %w", path, err)
	}
	f, err := tempFile(path)
	if err != nil {
		return outputError(err)
	}
	_ = f.Close()
	return outputError(os.Remove(f.Name()))
}

// replaceable says whether a file may be lost: it has a module's name, holds one,
// or is empty. A source file that was named by mistake is none of these.
func replaceable(path string) bool {
	if filepath.Ext(path) == ".wasm" {
		return true
	}
	f, err := os.Open(path)
	if err != nil {
		return true // who can't read it may still be allowed to replace it
	}
	defer f.Close()
	start := make([]byte, 8)
	n, err := io.ReadFull(f, start)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return true
	}
	switch wasm.KindOf(start[:n]) {
	case wasm.KindModule, wasm.KindComponent, wasm.KindVersion, wasm.KindEmpty:
		return true
	default:
		return false
	}
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
