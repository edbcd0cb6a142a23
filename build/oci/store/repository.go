package store

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/opencontainers/go-digest"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"
	"oras.land/oras-go/v2/errdef"

	"github.com/sluiceproxy/sluice/build/oci/image"
)

// Repository reads the images of one repository from a store. Errors about what
// isn't there are around errdef.ErrNotFound, and such about content that went
// bad around image.ErrMismatch.
type Repository struct {
	store *Store
	name  string
}

// Repository returns the one of that name, such as "registry.example/team/plugin".
func (s *Store) Repository(name string) *Repository { return &Repository{s, name} }

// Resolve finds an image by tag or digest, or its signatures by their tag, and
// notes that it is in use. The digest may be that of the manifest in an index.
func (r *Repository) Resolve(_ context.Context, reference string) (ocispec.Descriptor, error) {
	root, err := r.store.open()
	if err != nil {
		return ocispec.Descriptor{}, err
	}
	if root == nil {
		return ocispec.Descriptor{}, r.missing(reference)
	}
	defer root.Close()
	if d := digest.Digest(reference); d.Validate() == nil {
		return r.byDigest(root, d)
	}
	t, err := readTag(root, tagFile(r.name, reference))
	if errors.Is(err, fs.ErrNotExist) {
		return r.attached(root, reference)
	}
	if err != nil {
		return ocispec.Descriptor{}, r.missing(reference) // a broken record is none
	}
	return r.byDigest(root, t.Digest)
}

func (r *Repository) missing(reference string) error {
	return fmt.Errorf("%s has no image %s %s: %w", r.store.dir, r.name, reference, errdef.ErrNotFound)
}

func (r *Repository) byDigest(root *os.Root, d digest.Digest) (ocispec.Descriptor, error) {
	name := imageFile(r.name, d)
	record, err := readImage(root, name)
	if err == nil {
		r.use(name)
		return record.Root, nil
	}
	files, err := names(root, imagesDir)
	if err != nil {
		return ocispec.Descriptor{}, err
	}
	for _, name := range files {
		record, err := readImage(root, name)
		if err == nil && record.Repository == r.name && record.Manifest.Digest == d {
			r.use(name)
			return record.Manifest, nil
		}
	}
	return ocispec.Descriptor{}, r.missing(d.String())
}

// use notes the time, where the store can be written.
func (r *Repository) use(name string) {
	now := time.Now()
	_ = os.Chtimes(filepath.Join(r.store.dir, name), now, now)
}

// attached finds a tag such as sha256-….sig in the record of its image.
func (r *Repository) attached(root *os.Root, tag string) (ocispec.Descriptor, error) {
	text, _, _ := strings.Cut(tag, ".")
	algorithm, hex, _ := strings.Cut(text, "-")
	d := digest.NewDigestFromEncoded(digest.Algorithm(algorithm), hex)
	if d.Validate() == nil {
		if record, err := readImage(root, imageFile(r.name, d)); err == nil {
			if found, ok := record.Attached[tag]; ok {
				return found, nil
			}
		}
	}
	return ocispec.Descriptor{}, r.missing(tag)
}

// Fetch opens content, which is compared with d while it is read.
func (r *Repository) Fetch(_ context.Context, d ocispec.Descriptor) (io.ReadCloser, error) {
	root, err := r.store.open()
	if err != nil {
		return nil, err
	}
	if root == nil || d.Digest.Validate() != nil {
		return nil, r.missing(d.Digest.String())
	}
	defer root.Close()
	f, err := openBlob(root, d.Digest)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, r.missing(d.Digest.String())
	}
	if err != nil {
		return nil, err
	}
	return image.Verify(f, d)
}

// Exists reports whether there is a file for d.
func (r *Repository) Exists(ctx context.Context, d ocispec.Descriptor) (bool, error) {
	rc, err := r.Fetch(ctx, d)
	if errors.Is(err, errdef.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return true, rc.Close()
}

// openBlob opens the file of a content, which must be a regular one.
func openBlob(root *os.Root, d digest.Digest) (io.ReadCloser, error) {
	name := blobName(d)
	info, err := root.Lstat(name)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%w: %s is no regular file", ErrBroken, name)
	}
	return root.Open(name)
}

// Discard removes content that went bad, so that it is pulled again.
func (s *Store) Discard(d digest.Digest) error {
	if err := d.Validate(); err != nil {
		return err
	}
	root, err := s.open()
	if err != nil || root == nil {
		return err
	}
	defer root.Close()
	if err := root.Remove(blobName(d)); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}
