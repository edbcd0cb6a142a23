package store

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"encoding/json"

	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	"github.com/sluiceproxy/sluice/build/atomicfile"
	"github.com/sluiceproxy/sluice/build/oci/image"
	"github.com/sluiceproxy/sluice/build/oci/internal/filelock"
)

// Writer puts images into a store. Any number of processes may have one; while
// one is open, nothing is removed.
type Writer struct {
	root   *os.Root
	unlock func()
}

// Write opens the store for writing, and makes it where it isn't there. It waits
// while another process prunes it.
func (s *Store) Write(ctx context.Context) (*Writer, error) {
	root, err := s.make()
	if err != nil {
		return nil, err
	}
	lock := filepath.Join(s.dir, lockFile)
	if alone, err := filelock.Try(lock, filelock.Exclusive); err == nil {
		_, _ = removeTemporary(root, false) // nobody writes: crashes left them
		alone()
	}
	unlock, err := filelock.Acquire(ctx, lock, filelock.Shared)
	if err != nil {
		return nil, errors.Join(err, root.Close())
	}
	return &Writer{root, unlock}, nil
}

// Close ends the writing. What has no record by now is removed some time.
func (w *Writer) Close() error {
	w.unlock()
	return w.root.Close()
}

// Exists reports whether there is a file of the size of d. Reading it compares
// the digest too.
func (w *Writer) Exists(_ context.Context, d ocispec.Descriptor) (bool, error) {
	if err := d.Digest.Validate(); err != nil {
		return false, err
	}
	info, err := w.root.Lstat(blobName(d.Digest))
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil && info.Mode().IsRegular() && info.Size() == d.Size, err
}

// Push writes content under its digest, once it is checked and on the disk.
func (w *Writer) Push(_ context.Context, d ocispec.Descriptor, r io.Reader) error {
	content, err := image.Verify(io.NopCloser(r), d)
	if err != nil {
		return err
	}
	return atomicfile.Copy(w.root, blobName(d.Digest), content)
}

// Keep writes the record of an image of which all parts were pushed, and the
// tag that it was pulled by, if that isn't empty. What an older record of the
// image knows besides is kept.
func (w *Writer) Keep(ctx context.Context, r Record, tag string) error {
	if err := r.check(); err != nil {
		return err
	}
	for _, d := range r.all() {
		if ok, err := w.Exists(ctx, d); err != nil || !ok {
			return errors.Join(errors.New(d.Digest.String()+" is not in the store"), err)
		}
	}
	unlock, err := filelock.Acquire(ctx, filepath.Join(w.root.Name(), indexLock), filelock.Exclusive)
	if err != nil {
		return err
	}
	defer unlock()
	name := imageFile(r.Repository, r.Root.Digest)
	if old, err := readImage(w.root, name); err == nil {
		r = merge(*old, r)
	}
	if err := w.write(name, r); err != nil || tag == "" {
		return err
	}
	return w.write(tagFile(r.Repository, tag), tagRecord{r.Repository, tag, r.Root.Digest})
}

// merge adds what an old record knows to a new one.
func merge(old, r Record) Record {
	for _, d := range old.Parts {
		if !slices.ContainsFunc(r.Parts, func(p ocispec.Descriptor) bool { return p.Digest == d.Digest }) {
			r.Parts = append(r.Parts, d)
		}
	}
	attached := maps.Clone(old.Attached)
	if attached == nil {
		attached = map[string]ocispec.Descriptor{}
	}
	maps.Copy(attached, r.Attached)
	r.Attached = attached
	return r
}

func (w *Writer) write(name string, v any) error {
	raw, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return atomicfile.Write(w.root, name, raw)
}
