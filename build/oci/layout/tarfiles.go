package layout

import (
	"archive/tar"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"strings"
)

// maxEntries bounds the entries of a tar file, maxTarName their names.
const (
	maxEntries = 10000
	maxTarName = 512
)

// tarFiles is a tar file that is read in place: a map of where its entries lie.
type tarFiles struct {
	f       *os.File
	entries map[string]span
}

type span struct{ offset, size int64 }

// openTar finds the entries of a tar file. Nothing is unpacked.
func openTar(f *os.File) (*tarFiles, error) {
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	t := &tarFiles{f: f, entries: map[string]span{}}
	r := tar.NewReader(f)
	for {
		h, err := r.Next()
		if err == io.EOF {
			return t, nil
		}
		if err != nil {
			return nil, fmt.Errorf("%s: not a tar file of an OCI layout: %w", f.Name(), err)
		}
		if err := t.add(h, info.Size()); err != nil {
			return nil, fmt.Errorf("%s: %w", f.Name(), err)
		}
	}
}

func (t *tarFiles) add(h *tar.Header, end int64) error {
	if len(t.entries) >= maxEntries {
		return fmt.Errorf("%w: more than %d entries", ErrUnsafe, maxEntries)
	}
	name := strings.TrimPrefix(h.Name, "./")
	switch {
	case h.Typeflag == tar.TypeDir:
		return nil
	case h.Typeflag != tar.TypeReg:
		return fmt.Errorf("%w: entry %.80q is no regular file", ErrUnsafe, h.Name)
	case len(name) > maxTarName || !fs.ValidPath(name) || strings.Contains(name, `\`):
		return fmt.Errorf("%w: entry %.80q leads elsewhere", ErrUnsafe, h.Name)
	}
	offset, err := t.f.Seek(0, io.SeekCurrent)
	if err != nil {
		return err
	}
	if h.Size < 0 || h.Size > end-offset {
		return fmt.Errorf("%w: entry %.80q claims %d bytes, beyond the end of the file", ErrUnsafe, h.Name, h.Size)
	}
	if sparse(h) {
		return fmt.Errorf("%w: entry %.80q has holes", ErrUnsafe, h.Name)
	}
	if _, twice := t.entries[name]; twice {
		return fmt.Errorf("%w: entry %.80q is there twice", ErrUnsafe, h.Name)
	}
	t.entries[path.Clean(name)] = span{offset, h.Size}
	return nil
}

// sparse reports whether an entry's bytes are not simply those that follow.
func sparse(h *tar.Header) bool {
	for key := range h.PAXRecords {
		if strings.HasPrefix(key, "GNU.sparse.") {
			return true
		}
	}
	return false
}

func (t *tarFiles) open(name string) (io.ReadCloser, int64, error) {
	s, ok := t.entries[name]
	if !ok {
		return nil, 0, &fs.PathError{Op: "open", Path: t.f.Name() + ":" + name, Err: fs.ErrNotExist}
	}
	return io.NopCloser(io.NewSectionReader(t.f, s.offset, s.size)), s.size, nil
}

// Close closes the tar file.
func (t *tarFiles) Close() error {
	if err := t.f.Close(); err != nil && !errors.Is(err, os.ErrClosed) {
		return err
	}
	return nil
}
