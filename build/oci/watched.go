package oci

import (
	"context"
	"io"

	ocispec "github.com/opencontainers/image-spec/specs-go/v1"
)

// watchedSource tells how much of a blob was read.
type watchedSource struct {
	*source
	e Event
	o Options
}

// Fetch opens content that is counted while it is read.
func (w watchedSource) Fetch(ctx context.Context, d ocispec.Descriptor) (io.ReadCloser, error) {
	rc, err := w.source.Fetch(ctx, d)
	if err != nil || d.Digest.String() != w.e.Digest {
		return rc, err
	}
	return struct {
		io.Reader
		io.Closer
	}{&telling{r: rc, e: w.e, o: w.o}, rc}, nil
}
