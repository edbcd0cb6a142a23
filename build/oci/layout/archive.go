package layout

import (
	"archive/tar"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	"github.com/sluiceproxy/sluice/build/atomicfile"
)

// Archive writes the layout in dir to a tar file, in one step. The same layout
// gives the same bytes.
func Archive(dir, path string) error {
	return atomicfile.Replace(path, func(w io.Writer) error { return archive(dir, w) })
}

func archive(dir string, w io.Writer) error {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer root.Close()
	t := tar.NewWriter(w)
	// The fixed files first: a reader then knows at once what it has.
	for _, name := range []string{ocispec.ImageLayoutFile, ocispec.ImageIndexFile} {
		if err := addFile(t, root, name); err != nil {
			return err
		}
	}
	err = fs.WalkDir(root.FS(), ocispec.ImageBlobsDir, func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || atomicfile.IsTemporary(e.Name()) {
			return err
		}
		return addFile(t, root, name)
	})
	if err != nil {
		return err
	}
	return t.Close()
}

func addFile(t *tar.Writer, root *os.Root, name string) error {
	rc, size, err := dirFiles{root}.open(filepath.FromSlash(name))
	if err != nil {
		return err
	}
	defer rc.Close()
	h := &tar.Header{Typeflag: tar.TypeReg, Name: name, Size: size, Mode: 0o644, ModTime: time.Unix(0, 0)}
	if err := t.WriteHeader(h); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	_, err = io.Copy(t, rc)
	return err
}
