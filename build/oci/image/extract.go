package image

import (
	"archive/tar"
	"compress/flate"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"

	ocispec "github.com/opencontainers/image-spec/specs-go/v1"
	"oras.land/oras-go/v2/content"
)

// ErrNoModule is in the error about an image without a module that a gateway
// would find.
var ErrNoModule = errors.New("no module in the image")

// ErrUnsafe is in the error about a layer with entries that no plugin's image
// has: links, devices, paths that lead elsewhere.
var ErrUnsafe = errors.New("unsafe layer")

const (
	// maxEntries bounds the entries of a layer.
	maxEntries = 4096
	// maxPadding is what a layer may unpack to besides the module.
	maxPadding = 64 << 20
)

// Extract writes the module of a manifest to w. What is written is complete and
// checked only when the error is nil.
func Extract(ctx context.Context, src content.Fetcher, n *Node, w io.Writer) (size int64, err error) {
	layer, packed, err := Module(n)
	if err != nil {
		return 0, err
	}
	if layer.Size > MaxModule {
		return 0, limitf("a layer of %d bytes; at most %d are read", layer.Size, MaxModule)
	}
	rc, err := src.Fetch(ctx, layer)
	if err != nil {
		return 0, err
	}
	if rc, err = Verify(rc, layer); err != nil {
		return 0, err
	}
	defer rc.Close()
	if !packed {
		return io.Copy(w, rc)
	}
	size, err = unpack(rc, layer, w)
	if _, rest := io.Copy(io.Discard, rc); rest != nil {
		return size, rest // a wrong digest explains everything else
	}
	return size, err
}

// unpack writes the plugin.wasm of a tar.gz file to w and looks at all other
// entries too.
func unpack(r io.Reader, layer ocispec.Descriptor, w io.Writer) (int64, error) {
	z, err := gzip.NewReader(r)
	if err != nil {
		return 0, malformedf("layer %s: %v", layer.Digest, err)
	}
	bounded := &budget{r: z, left: MaxModule + maxPadding}
	t := tar.NewReader(bounded)
	size, found := int64(0), ""
	for entries := 0; ; entries++ {
		h, err := t.Next()
		switch {
		case err == io.EOF: //nolint:errorlint // archive/tar returns it bare
			if _, err := io.Copy(io.Discard, bounded); err != nil {
				return size, copyError(err, layer) // what is after the end has a checksum too
			}
			return size, finish(found, layer)
		case errors.Is(err, ErrLimit):
			return size, err
		case err != nil:
			return size, malformedf("layer %s: %v", layer.Digest, err)
		case entries >= maxEntries:
			return size, limitf("layer %s has more than %d entries", layer.Digest, maxEntries)
		}
		if err := checkEntry(h); err != nil {
			return size, fmt.Errorf("layer %s: %w", layer.Digest, err)
		}
		if h.Typeflag != tar.TypeReg || !strings.EqualFold(path.Base(h.Name), PluginFile) {
			continue
		}
		if found != "" {
			return size, fmt.Errorf("layer %s: %w: both %q and %q", layer.Digest, ErrUnsafe, found, h.Name)
		}
		if found = h.Name; path.Base(found) != PluginFile {
			continue
		}
		if size, err = io.Copy(w, t); err != nil {
			return size, copyError(err, layer)
		}
	}
}

// copyError tells a broken layer from a full disk.
func copyError(err error, layer ocispec.Descriptor) error {
	var corrupt flate.CorruptInputError
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, gzip.ErrChecksum) || errors.Is(err, gzip.ErrHeader) || errors.As(err, &corrupt) {
		return malformedf("layer %s: %v", layer.Digest, err)
	}
	return err
}

func finish(found string, layer ocispec.Descriptor) error {
	if path.Base(found) == PluginFile {
		return nil
	}
	if found != "" {
		return fmt.Errorf("%w: layer %s has %q; gateways look for %q", ErrNoModule, layer.Digest, found, PluginFile)
	}
	return fmt.Errorf("%w: layer %s has no file %q", ErrNoModule, layer.Digest, PluginFile)
}

// checkEntry refuses what could lead outside a directory, or fill it.
func checkEntry(h *tar.Header) error {
	switch h.Typeflag {
	case tar.TypeReg, tar.TypeDir:
	case tar.TypeSymlink, tar.TypeLink:
		return fmt.Errorf("%w: %.80q is a link to %.80q", ErrUnsafe, h.Name, h.Linkname)
	default:
		return fmt.Errorf("%w: %.80q is of kind %q, no regular file", ErrUnsafe, h.Name, h.Typeflag)
	}
	if path.IsAbs(h.Name) || strings.ContainsAny(h.Name, "\\\x00:") {
		return fmt.Errorf("%w: %.80q is not a relative path", ErrUnsafe, h.Name)
	}
	for _, part := range strings.Split(h.Name, "/") {
		if part == ".." {
			return fmt.Errorf("%w: %.80q leads out of its directory", ErrUnsafe, h.Name)
		}
	}
	if h.Size < 0 || h.Size > MaxModule {
		return limitf("entry %.80q of %d bytes; at most %d are read", h.Name, h.Size, MaxModule)
	}
	return nil
}

// budget ends a stream that unpacks to too much.
type budget struct {
	r    io.Reader
	left int64
}

func (b *budget) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, limitf("the layer unpacks to more than %d bytes", MaxModule+maxPadding)
	}
	n, err := b.r.Read(p[:min(int64(len(p)), b.left)])
	b.left -= int64(n)
	return n, err
}
