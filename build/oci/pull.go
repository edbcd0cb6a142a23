package oci

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"path/filepath"

	"github.com/opencontainers/go-digest"

	"github.com/sluiceproxy/sluice/build/atomicfile"
	"github.com/sluiceproxy/sluice/build/oci/image"
	"github.com/sluiceproxy/sluice/build/oci/policy"
)

// Pulled says what Pull has written.
type Pulled struct {
	// Source is the place of the image, Output the file.
	Source string `json:"source"`
	Output string `json:"output"`
	// Digest is that of the image, Manifest that of the manifest inside that the
	// plugin is from: the one for a WasmPlugin to pin.
	Digest   string `json:"digest"`
	Manifest string `json:"manifest"`
	// SHA256 is that of the plugin in hexadecimal, Size its bytes.
	SHA256 string `json:"sha256"`
	Size   int64  `json:"size"`
	// Verified says why the image is used, where a policy was asked.
	Verified *policy.Verified `json:"verified,omitempty"`
}

// Pull writes the plugin of an image to a file: the one that Istio, Higress and
// Envoy Gateway would take. An existing file is replaced when all was received
// and checked, and stays as it is on any failure.
//
// Errors: *Error as for Copy, also around image.ErrNoModule and
// image.ErrUnsafe.
func Pull(ctx context.Context, src Place, output string, o Options) (*Pulled, error) {
	if info, err := os.Stat(output); err == nil && info.IsDir() {
		output = filepath.Join(output, image.PluginFile)
	}
	s, done, err := openSource(ctx, src, o)
	if err != nil {
		return nil, err
	}
	defer done()
	n, err := image.Pick(s.root)
	if err != nil {
		return nil, failed("read", "source", src, err)
	}
	result := &Pulled{Source: src.String(), Output: output, Digest: s.root.Descriptor.Digest.String(), Manifest: n.Descriptor.Digest.String()}
	if o.Policy != nil {
		result.Verified = s.verified
	}
	err = again(ctx, o, func() error {
		return atomicfile.Replace(output, func(w io.Writer) error {
			result.Size, result.SHA256, err = s.extract(ctx, n, w, o)
			return err
		})
	})
	if err != nil {
		return nil, pullFailed(src, err)
	}
	return result, nil
}

// pullFailed leaves an error of the output as it is.
func pullFailed(src Place, err error) error {
	var file *os.PathError
	if errors.As(err, &file) && src.IsRegistry() {
		return err
	}
	return failed("read", "source", src, err)
}

// extract writes the plugin to w and tells how far it is.
func (s *source) extract(ctx context.Context, n *image.Node, w io.Writer, o Options) (int64, string, error) {
	layer, packed, err := image.Module(n)
	if err != nil {
		return 0, "", err
	}
	e := Event{State: Started, Digest: layer.Digest.String(), MediaType: layer.MediaType, Size: layer.Size}
	o.tell(e)
	sum := sha256.New()
	both := io.MultiWriter(w, sum)
	known := !packed && layer.Digest.Algorithm() == digest.SHA256
	if known {
		both = w // the layer's digest is the module's, and is compared in any case
	}
	size, err := image.Extract(ctx, watchedSource{s, e, o}, n, both)
	if err != nil {
		return 0, "", err
	}
	e.State, e.Moved = Done, layer.Size
	o.tell(e)
	if known {
		return size, layer.Digest.Encoded(), nil
	}
	return size, hex.EncodeToString(sum.Sum(nil)), nil
}
