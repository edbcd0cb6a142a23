package attach

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"

	ocispec "github.com/opencontainers/image-spec/specs-go/v1"
	"oras.land/oras-go/v2/errdef"

	"github.com/sluiceproxy/sluice/build/oci/image"
)

// Copy brings what is attached to a manifest from one place to another: the
// manifests under cosign's tags and those that refer to it, as they are. It
// returns how many there are. What the destination had under such a tag is
// replaced.
//
// Errors: image.ErrLimit, image.ErrMalformed, image.ErrMismatch, those of both
// places.
func Copy(ctx context.Context, src Source, dst Destination, subject ocispec.Descriptor) (n int, err error) {
	for _, suffix := range []string{signatureSuffix, attestationSuffix} {
		tag := Tag(subject.Digest, suffix)
		d, err := src.Resolve(ctx, tag)
		if errors.Is(err, errdef.ErrNotFound) {
			continue
		}
		if err != nil {
			return n, err
		}
		raw, err := copyParts(ctx, src, dst, d)
		if err == nil {
			err = dst.PushTagged(ctx, d, raw, tag)
		}
		if err != nil {
			return n, fmt.Errorf("%s: %w", tag, err)
		}
		n++
	}
	referrers, err := Referrers(ctx, src, subject)
	if err != nil {
		return n, err
	}
	for _, r := range referrers {
		d := ocispec.Descriptor{MediaType: r.MediaType, Digest: r.Digest, Size: r.Size}
		raw, err := copyParts(ctx, src, dst, d)
		if err == nil {
			err = listed(ctx, dst, subject, d, raw)
		}
		if err != nil {
			return n, fmt.Errorf("referrer %s: %w", r.Digest, err)
		}
		n++
	}
	return n, nil
}

// copyParts brings the config and the layers of a manifest, and returns the
// manifest.
func copyParts(ctx context.Context, src Source, dst Destination, d ocispec.Descriptor) ([]byte, error) {
	m, err := image.ReadManifest(ctx, src, d, Max)
	if err != nil {
		return nil, err
	}
	for _, part := range append([]ocispec.Descriptor{m.Config}, m.Layers...) {
		part = ocispec.Descriptor{MediaType: part.MediaType, Digest: part.Digest, Size: part.Size}
		if err := copyBlob(ctx, src, dst, part); err != nil {
			return nil, err
		}
	}
	return image.Fetch(ctx, src, d, image.MaxManifest)
}

func copyBlob(ctx context.Context, src Source, dst Destination, d ocispec.Descriptor) error {
	if d.Size > image.MaxModule {
		return fmt.Errorf("%w: %s has %d bytes; at most %d are copied", image.ErrLimit, d.Digest, d.Size, image.MaxModule)
	}
	if ok, err := dst.Exists(ctx, d); err != nil || ok {
		return err
	}
	rc, err := src.Fetch(ctx, d)
	if err != nil {
		return err
	}
	if rc, err = image.Verify(rc, d); err != nil {
		return err
	}
	defer rc.Close()
	err = dst.Push(ctx, d, io.Reader(rc))
	if errors.Is(err, errdef.ErrAlreadyExists) {
		err = nil
	}
	return err
}

// listed writes a manifest until it is on the subject's list.
func listed(ctx context.Context, dst Destination, subject, d ocispec.Descriptor, raw []byte) error {
	return settle(ctx, func() error { return dst.Push(ctx, d, bytes.NewReader(raw)) }, func() (bool, error) {
		return refers(ctx, dst, subject, d)
	})
}
