package migrate

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// write replaces the files that change: all are written beside the old ones, with
// their permissions, before the first one gets its name.
func (r *Result) write(root string) (err error) {
	var staged []string
	defer func() {
		for _, path := range staged {
			err = errors.Join(err, removeIfThere(path+suffix))
		}
	}()
	for _, name := range sortedKeys(r.Sources) {
		path, err := filepath.EvalSymlinks(filepath.Join(root, filepath.FromSlash(name))) // a link stays one
		if err != nil {
			return err
		}
		staged = append(staged, path)
		if err := stage(path, r.Sources[name]); err != nil {
			return err
		}
	}
	for _, path := range staged {
		if err := os.Rename(path+suffix, path); err != nil {
			return err
		}
	}
	return nil
}

// suffix is that of a file which is yet to replace another.
const suffix = ".sluice-new"

func stage(path string, content []byte) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	return os.WriteFile(path+suffix, content, info.Mode().Perm())
}

func removeIfThere(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}
