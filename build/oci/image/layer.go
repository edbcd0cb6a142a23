package image

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"time"

	"github.com/opencontainers/go-digest"
)

// tarball makes the layer that holds plugin.wasm and nothing else. The same
// module gives the same bytes: no names, times or owners of this machine are in
// them.
func tarball(wasm []byte) (layer []byte, diffID digest.Digest, err error) {
	var compressed bytes.Buffer
	z, err := gzip.NewWriterLevel(&compressed, gzip.BestCompression)
	if err != nil {
		return nil, "", err
	}
	plain := digest.Canonical.Digester()
	t := tar.NewWriter(io.MultiWriter(z, plain.Hash()))
	err = t.WriteHeader(&tar.Header{
		Typeflag: tar.TypeReg,
		Name:     PluginFile,
		Size:     int64(len(wasm)),
		Mode:     0o644,
		ModTime:  time.Unix(0, 0),
		Format:   tar.FormatUSTAR,
	})
	if err == nil {
		_, err = t.Write(wasm)
	}
	if err == nil {
		err = t.Close()
	}
	if err == nil {
		err = z.Close()
	}
	if err != nil {
		return nil, "", fmt.Errorf("make the layer: %w", err)
	}
	return compressed.Bytes(), plain.Digest(), nil
}
