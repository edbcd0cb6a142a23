package image

import (
	"archive/tar"
	"fmt"
	"io"
	"time"

	"github.com/opencontainers/go-digest"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"
)

// tarball makes the layer that holds plugin.wasm and nothing else, and writes it
// to the packer's scratch. The same module gives the same bytes: no names, times
// or owners of this machine are in them.
func (p *packer) tarball(mediaType string) (layer ocispec.Descriptor, diffID digest.Digest, err error) {
	packed, plain := digest.Canonical.Digester(), digest.Canonical.Digester()
	out := &sized{Writer: io.MultiWriter(p.scratch, packed.Hash())}
	z := newCompressor(out)
	t := tar.NewWriter(io.MultiWriter(z, plain.Hash()))
	err = t.WriteHeader(&tar.Header{
		Typeflag: tar.TypeReg,
		Name:     PluginFile,
		Size:     p.size,
		Mode:     0o644,
		ModTime:  time.Unix(0, 0),
		Format:   tar.FormatUSTAR,
	})
	if err == nil {
		_, err = io.Copy(t, p.wasm())
	}
	if err == nil {
		err = t.Close()
	}
	if e := z.Close(); err == nil {
		err = e
	}
	if err != nil {
		return layer, "", fmt.Errorf("make the layer: %w", err)
	}
	layer = ocispec.Descriptor{MediaType: mediaType, Digest: packed.Digest(), Size: out.n}
	p.files[layer.Digest] = io.NewSectionReader(p.scratch, 0, out.n)
	return layer, plain.Digest(), nil
}

// wasm reads the module from its beginning.
func (p *packer) wasm() *io.SectionReader { return io.NewSectionReader(p.code, 0, p.size) }

// raw is the module as a layer of its own.
func (p *packer) raw(mediaType string) (ocispec.Descriptor, error) {
	sum := digest.NewDigestFromEncoded(digest.SHA256, p.spec.SHA256)
	if p.spec.SHA256 == "" {
		var err error
		if sum, err = digest.FromReader(p.wasm()); err != nil {
			return ocispec.Descriptor{}, fmt.Errorf("read the module: %w", err)
		}
	}
	p.files[sum] = p.wasm()
	return ocispec.Descriptor{MediaType: mediaType, Digest: sum, Size: p.size}, nil
}
