package prepare

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"

	"github.com/sluiceproxy/sluice/build/oci/image"
)

// ErrContent is in the error about content without a module.
var ErrContent = errors.New("not a Wasm module")

// maxBoxes bounds how often content is unpacked.
const maxBoxes = 4

// magic begins every module.
var magic = []byte("\x00asm")

// unbox gets the module out of what a server or a file gives: as it is, or in gzip,
// or as the first file of a tar file, or in several of these.
func unbox(content []byte) ([]byte, error) {
	for range maxBoxes {
		var r io.Reader
		switch {
		case bytes.HasPrefix(content, magic) && len(content) >= 8:
			return content, nil
		case bytes.HasPrefix(content, []byte{0x1f, 0x8b}):
			z, err := gzip.NewReader(bytes.NewReader(content))
			if err != nil {
				return nil, fmt.Errorf("%w: %w", ErrContent, err)
			}
			r = z
		case len(content) > 262 && string(content[257:262]) == "ustar":
			t, err := firstFile(content)
			if err != nil {
				return nil, err
			}
			r = t
		default:
			return nil, fmt.Errorf("%w: it begins with %q", ErrContent, content[:min(len(content), 16)])
		}
		var err error
		if content, err = bounded(r); err != nil {
			return nil, err
		}
	}
	return nil, fmt.Errorf("%w: packed more than %d times", ErrContent, maxBoxes)
}

func firstFile(content []byte) (io.Reader, error) {
	t := tar.NewReader(bytes.NewReader(content))
	for {
		h, err := t.Next()
		if err != nil {
			return nil, fmt.Errorf("%w: a tar file without a file: %w", ErrContent, err)
		}
		if h.Typeflag == tar.TypeReg {
			return t, nil
		}
	}
}

// bounded reads at most what a module may have.
func bounded(r io.Reader) ([]byte, error) {
	content, err := io.ReadAll(io.LimitReader(r, image.MaxModule+1))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrContent, err)
	}
	if len(content) > image.MaxModule {
		return nil, fmt.Errorf("%w: more than %d bytes", image.ErrLimit, image.MaxModule)
	}
	return content, nil
}
