package layout

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	ocispec "github.com/opencontainers/image-spec/specs-go/v1"
	"oras.land/oras-go/v2/errdef"

	"github.com/sluiceproxy/sluice/build/atomicfile"
	"github.com/sluiceproxy/sluice/build/oci/image"
	"github.com/sluiceproxy/sluice/build/oci/internal/filelock"
)

// Writer puts images into a layout's directory.
type Writer struct {
	dir  string
	root *os.Root
}

// Create opens a directory for writing, and makes it when it isn't there. A
// directory that holds something else is refused.
func Create(dir string) (*Writer, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	w := &Writer{dir: dir, root: root}
	if err := w.prepare(); err != nil {
		return nil, errors.Join(err, root.Close())
	}
	return w, nil
}

// prepare makes the files that every layout has.
func (w *Writer) prepare() error {
	// The directory is read before the mark is looked for: another writer makes
	// the mark first, so that what of its is listed has one.
	entries, err := os.ReadDir(w.dir)
	if err != nil {
		return err
	}
	if _, err := w.root.Stat(ocispec.ImageLayoutFile); err == nil {
		_, err := readIndexOrEmpty(dirFiles{w.root})
		return err
	}
	for _, e := range entries {
		if e.Name() != lockFile && !atomicfile.IsTemporary(e.Name()) {
			return fmt.Errorf("%s holds %s and is no OCI layout; name an empty directory, or one that doesn't exist", w.dir, e.Name())
		}
	}
	mark, err := json.Marshal(ocispec.ImageLayout{Version: ocispec.ImageLayoutVersion})
	if err != nil {
		return err
	}
	return atomicfile.Write(w.root, ocispec.ImageLayoutFile, mark)
}

// readIndexOrEmpty is readIndex for a layout that has no image yet.
func readIndexOrEmpty(f files) (ocispec.Index, error) {
	index, err := readIndex(f)
	if isMissing(err) {
		index = ocispec.Index{MediaType: ocispec.MediaTypeImageIndex}
		index.SchemaVersion = 2
		return index, nil
	}
	return index, err
}

// Push writes content under its digest, once it is checked and on the disk.
func (w *Writer) Push(_ context.Context, d ocispec.Descriptor, r io.Reader) error {
	name, err := blobName(d.Digest)
	if err != nil {
		return err
	}
	if err := w.mkdirs(filepath.Dir(name)); err != nil {
		return err
	}
	content, err := image.Verify(io.NopCloser(r), d)
	if err != nil {
		return err
	}
	return atomicfile.Copy(w.root, name, content)
}

// mkdirs makes a directory below the root, none of it a link.
func (w *Writer) mkdirs(dir string) error {
	if parent := filepath.Dir(dir); parent != "." {
		if err := w.mkdirs(parent); err != nil {
			return err
		}
	}
	if err := w.root.Mkdir(dir, 0o755); err != nil && !errors.Is(err, os.ErrExist) {
		return err
	}
	info, err := w.root.Lstat(dir)
	if err == nil && !info.IsDir() {
		err = fmt.Errorf("%w: %s in %s is no directory", ErrUnsafe, dir, w.dir)
	}
	return err
}

// Exists reports whether the whole content of d is there.
func (w *Writer) Exists(_ context.Context, d ocispec.Descriptor) (bool, error) {
	name, err := blobName(d.Digest)
	if err != nil {
		return false, err
	}
	info, err := w.root.Lstat(name)
	if isMissing(err) {
		return false, nil
	}
	return err == nil && info.Mode().IsRegular() && info.Size() == d.Size, err
}

// Fetch opens content.
func (w *Writer) Fetch(_ context.Context, d ocispec.Descriptor) (io.ReadCloser, error) {
	return fetch(dirFiles{w.root}, d)
}

// Tag names an image that was pushed. The empty name adds it without one.
func (w *Writer) Tag(ctx context.Context, d ocispec.Descriptor, name string) error {
	if ok, err := w.Exists(ctx, d); err != nil || !ok {
		return errors.Join(fmt.Errorf("tag %s: %w", d.Digest, errdef.ErrNotFound), err)
	}
	unlock, err := filelock.Acquire(ctx, filepath.Join(w.dir, lockFile), filelock.Exclusive)
	if err != nil {
		return err
	}
	defer unlock()
	index, err := readIndexOrEmpty(dirFiles{w.root})
	if err != nil {
		return err
	}
	d = plain(d)
	if name != "" {
		d.Annotations = map[string]string{ocispec.AnnotationRefName: name}
	}
	index.Manifests = append(slices.DeleteFunc(index.Manifests, func(old ocispec.Descriptor) bool {
		oldName := old.Annotations[ocispec.AnnotationRefName]
		return oldName == name && (name != "" || old.Digest == d.Digest)
	}), d)
	raw, err := json.Marshal(index)
	if err != nil {
		return err
	}
	return atomicfile.Write(w.root, ocispec.ImageIndexFile, raw)
}

// Close ends the use of the directory.
func (w *Writer) Close() error { return w.root.Close() }
