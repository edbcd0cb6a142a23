package oci

import (
	"context"
	"errors"
	"io"

	"github.com/sluiceproxy/sluice/build"
	"github.com/sluiceproxy/sluice/build/oci/image"
)

// unpacked is the plugin of an image, in a file: a few bytes of an image can
// become many.
type unpacked struct {
	*scratchFile
	size int64
}

// unpack writes the plugin of a manifest to a file.
func (s *source) unpack(ctx context.Context, n *image.Node) (*unpacked, error) {
	file, err := newScratch()
	if err != nil {
		return nil, err
	}
	size, err := image.Extract(ctx, s, n, file)
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return &unpacked{file, size}, nil
}

// bytes reads it into memory, once and without room for more.
func (u *unpacked) bytes() ([]byte, error) {
	code := make([]byte, u.size)
	_, err := io.ReadFull(io.NewSectionReader(u, 0, u.size), code)
	return code, err
}

// inspect describes it. What no gateway takes is not read into memory, and the
// code not returned then.
func (u *unpacked) inspect() (report *build.Report, code []byte, err error) {
	report, err = build.Examine(u, u.size)
	if err != nil || refusedByAll(report) {
		return report, nil, err
	}
	if code, err = u.bytes(); err != nil {
		return nil, nil, err
	}
	report, err = build.Inspect(code)
	return report, code, err
}

func refusedByAll(r *build.Report) bool {
	for _, t := range build.Targets() {
		if r.Refusal(t) == nil {
			return false
		}
	}
	return true
}

// module reads the plugin of an image into memory.
func (s *source) module(ctx context.Context) ([]byte, error) {
	n, err := image.Pick(s.root)
	if err != nil {
		return nil, err
	}
	u, err := s.unpack(ctx, n)
	if err != nil {
		return nil, err
	}
	defer u.Close()
	return u.bytes()
}
