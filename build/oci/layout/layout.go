package layout

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/opencontainers/go-digest"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"
	"oras.land/oras-go/v2/errdef"

	"github.com/sluiceproxy/sluice/build/oci/attach"
)

// maxIndex bounds index.json, in bytes, and maxImages the images that it names.
const (
	maxIndex  = 4 << 20
	maxImages = 4096
)

// ErrAmbiguous is in the error about a layout of several images, when none was
// named.
var ErrAmbiguous = errors.New("the layout holds several images")

// Layout is one that is read. Nothing in it is changed.
type Layout struct {
	path  string
	files files
	index ocispec.Index
}

// Open reads the index of a layout: a directory, or a tar file of one.
func Open(path string) (*Layout, error) {
	f, err := openFiles(path)
	if err != nil {
		return nil, err
	}
	l := &Layout{path: path, files: f}
	if l.index, err = readIndex(f); err != nil {
		return nil, errors.Join(fmt.Errorf("%s: %w", path, err), f.Close())
	}
	return l, nil
}

// Is reports whether path looks like a layout: a directory with oci-layout and
// index.json, or a file that ends in .tar.
func Is(path string) bool {
	info, err := os.Stat(path)
	if err != nil {
		return false
	}
	if !info.IsDir() {
		return filepath.Ext(path) == ".tar"
	}
	_, mark := os.Stat(filepath.Join(path, ocispec.ImageLayoutFile))
	_, index := os.Stat(filepath.Join(path, ocispec.ImageIndexFile))
	return mark == nil && index == nil
}

func openFiles(path string) (files, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if info.IsDir() {
		root, err := os.OpenRoot(path)
		if err != nil {
			return nil, err
		}
		return dirFiles{root}, nil
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	t, err := openTar(f)
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return t, nil
}

// readIndex reads what must be there: oci-layout and index.json.
func readIndex(f files) (ocispec.Index, error) {
	var mark ocispec.ImageLayout
	var index ocispec.Index
	if err := readJSON(f, ocispec.ImageLayoutFile, &mark); err != nil {
		return index, err
	}
	if mark.Version != ocispec.ImageLayoutVersion {
		return index, fmt.Errorf("OCI layout of version %.40q; want %s", mark.Version, ocispec.ImageLayoutVersion)
	}
	if err := readJSON(f, ocispec.ImageIndexFile, &index); err != nil {
		return index, err
	}
	if n := len(index.Manifests); n > maxImages {
		return index, fmt.Errorf("%w: it names %d images; at most %d are read", ErrUnsafe, n, maxImages)
	}
	return index, nil
}

func readJSON(f files, name string, v any) error {
	rc, size, err := f.open(name)
	if err != nil {
		return fmt.Errorf("not an OCI layout: %w", err)
	}
	defer rc.Close()
	if size > maxIndex {
		return fmt.Errorf("%w: %s has %d bytes; at most %d are read", ErrUnsafe, name, size, maxIndex)
	}
	raw, err := io.ReadAll(io.LimitReader(rc, maxIndex))
	if err != nil {
		return err
	}
	if err := json.Unmarshal(raw, v); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// Resolve finds an image by tag or digest. The empty reference is the only
// image of the layout. A tag that reads like a digest names nothing: it could
// name another image than the one with that digest.
func (l *Layout) Resolve(_ context.Context, reference string) (ocispec.Descriptor, error) {
	var distinct []ocispec.Descriptor
	seen, pinned := map[digest.Digest]bool{}, digest.Digest(reference).Validate() == nil
	for _, d := range l.index.Manifests {
		name := d.Annotations[ocispec.AnnotationRefName]
		if pinned {
			name = d.Digest.String()
		}
		if reference != "" && name == reference {
			return plain(d), nil
		}
		if !attach.IsTag(name) && !seen[d.Digest] {
			seen[d.Digest], distinct = true, append(distinct, plain(d))
		}
	}
	switch {
	case reference != "":
		return ocispec.Descriptor{}, fmt.Errorf("%s has no image %q: %w", l.path, reference, errdef.ErrNotFound)
	case len(distinct) == 0:
		return ocispec.Descriptor{}, fmt.Errorf("%s has no image: %w", l.path, errdef.ErrNotFound)
	case len(distinct) > 1:
		return ocispec.Descriptor{}, fmt.Errorf("%s: %w: name one of %q", l.path, ErrAmbiguous, l.Tags())
	default:
		return distinct[0], nil
	}
}

// Tags are the names of the images, and the digests of those without one. What
// is attached to an image is none.
func (l *Layout) Tags() []string {
	var names []string
	for _, d := range l.index.Manifests {
		if name := d.Annotations[ocispec.AnnotationRefName]; attach.IsTag(name) {
			continue
		} else if name != "" {
			names = append(names, name)
		} else {
			names = append(names, d.Digest.String())
		}
	}
	return names
}

// plain is a descriptor without the layout's own annotations.
func plain(d ocispec.Descriptor) ocispec.Descriptor {
	return ocispec.Descriptor{MediaType: d.MediaType, Digest: d.Digest, Size: d.Size}
}

// Fetch opens content. The caller checks it against its descriptor.
func (l *Layout) Fetch(_ context.Context, d ocispec.Descriptor) (io.ReadCloser, error) {
	return fetch(l.files, d)
}

func fetch(f files, d ocispec.Descriptor) (io.ReadCloser, error) {
	name, err := blobName(d.Digest)
	if err != nil {
		return nil, err
	}
	rc, _, err := f.open(name)
	if isMissing(err) {
		return nil, fmt.Errorf("%s is missing: %w", d.Digest, errdef.ErrNotFound)
	}
	return rc, err
}

// Exists reports whether there is a file for d.
func (l *Layout) Exists(ctx context.Context, d ocispec.Descriptor) (bool, error) {
	rc, err := l.Fetch(ctx, d)
	if errors.Is(err, errdef.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return true, rc.Close()
}

// Close ends the use of the layout.
func (l *Layout) Close() error { return l.files.Close() }

// blobName is the name of content, which a digest that is none could lead
// anywhere.
func blobName(d digest.Digest) (string, error) {
	if err := d.Validate(); err != nil {
		return "", fmt.Errorf("%.80q: %w", string(d), err)
	}
	return ocispec.ImageBlobsDir + "/" + d.Algorithm().String() + "/" + d.Encoded(), nil
}
