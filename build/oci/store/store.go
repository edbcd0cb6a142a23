package store

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/sluiceproxy/sluice/build/atomicfile"
)

// Variable names the environment variable with the store's directory.
const Variable = "SLUICE_STORE"

// The names in the store's directory.
const (
	imagesDir = "images"
	tagsDir   = "tags"
	blobsDir  = "blobs"
	lockFile  = "lock"
	indexLock = "lock.index"
)

// Store is a directory of images. It is made when the first one is put into it.
type Store struct{ dir string }

// New returns the store in a directory, whether it is there or not.
func New(dir string) *Store { return &Store{dir} }

// Default returns the store in the directory that $SLUICE_STORE names, or else
// in sluice/images in the user's directory for caches.
func Default() (*Store, error) {
	if dir := os.Getenv(Variable); dir != "" {
		return New(dir), nil
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return nil, fmt.Errorf("no directory for the store of images: %w; set %s", err, Variable)
	}
	return New(filepath.Join(cache, "sluice", "images")), nil
}

// Dir is the store's directory.
func (s *Store) Dir() string { return s.dir }

// open opens the directory for reading. A store that isn't there is nil.
func (s *Store) open() (*os.Root, error) {
	root, err := os.OpenRoot(s.dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return root, err
}

// make opens the directory for writing. It refuses to make a store of a
// directory that holds something else.
func (s *Store) make() (*os.Root, error) {
	if err := os.MkdirAll(s.dir, 0o755); err != nil {
		return nil, err
	}
	root, err := os.OpenRoot(s.dir)
	if err != nil {
		return nil, err
	}
	if err := prepare(root); err != nil {
		return nil, errors.Join(err, root.Close())
	}
	return root, nil
}

func prepare(root *os.Root) error {
	if info, err := root.Lstat(imagesDir); err != nil || !info.IsDir() {
		entries, err := fs.ReadDir(root.FS(), ".")
		if err != nil {
			return err
		}
		for _, e := range entries {
			if !isOurs(e.Name()) {
				return fmt.Errorf("%s holds %s and is no store of images; name an empty directory, or one that doesn't exist", root.Name(), e.Name())
			}
		}
	}
	for _, dir := range []string{imagesDir, tagsDir, blobsDir, filepath.Join(blobsDir, "sha256"), filepath.Join(blobsDir, "sha512")} {
		if err := root.Mkdir(dir, 0o755); err != nil && !errors.Is(err, fs.ErrExist) {
			return err
		}
		if info, err := root.Lstat(dir); err != nil || !info.IsDir() {
			return fmt.Errorf("%s is no directory", filepath.Join(root.Name(), dir))
		}
	}
	return nil
}

// isOurs reports whether a name is one that a store's directory has.
func isOurs(name string) bool {
	switch name {
	case imagesDir, tagsDir, blobsDir, lockFile, indexLock, lockFile + ".held", indexLock + ".held":
		return true
	default:
		return atomicfile.IsTemporary(name)
	}
}
