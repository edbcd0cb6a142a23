package schema

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// compare reports a file that holds something else.
func compare(path, text string) error {
	have, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s: %w: it does not exist", path, ErrStale)
	}
	if err == nil && string(have) != text {
		err = fmt.Errorf("%s: %w", path, ErrStale)
	}
	return err
}

// checkOutput finds out whether replace could work, before the plugin is compiled.
func checkOutput(path, format string) error {
	info, err := os.Stat(path)
	switch {
	case err == nil && info.IsDir():
		return fmt.Errorf("output: %s is a directory; name a file", path)
	case err == nil && format != Table && info.Mode().IsRegular() && hasTable(path):
		return fmt.Errorf("output: %s has a place for a table, and would be replaced as a whole; use --format %s, or name another file", path, Table)
	case err == nil:
		return nil
	}
	if _, err := os.Stat(filepath.Dir(path)); err != nil {
		return fmt.Errorf("output: the directory of %s: %w", path, err)
	}
	return nil
}

// tableBegins is how the line begins that a table goes behind; the SDK has all of
// it.
const tableBegins = "<!-- configuration: made by sluice schema"

// hasTable says whether a file has the lines between which a table goes.
func hasTable(path string) bool {
	text, err := os.ReadFile(path)
	return err == nil && bytes.Contains(text, []byte(tableBegins)) // replace tells of errors
}

// replace writes a file in one step, with the permissions that it had. What is no
// regular file, such as a pipe, is written to directly.
func replace(path, text string) error {
	mode := fs.FileMode(0o644)
	if info, err := os.Stat(path); err == nil {
		if !info.Mode().IsRegular() {
			return outputError(os.WriteFile(path, []byte(text), mode))
		}
		mode = info.Mode().Perm()
	}
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real
	}
	return outputError(swap(path, text, mode))
}

// swap writes a new file and gives it the old one's name.
func swap(path, text string, mode fs.FileMode) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), ".schema-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(f.Name()))
		}
	}()
	_, err = f.WriteString(text)
	if err = errors.Join(err, f.Chmod(mode), f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}

func outputError(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("output: %w", err)
}
