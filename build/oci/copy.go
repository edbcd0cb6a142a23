package oci

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"syscall"

	ocispec "github.com/opencontainers/image-spec/specs-go/v1"
	"oras.land/oras-go/v2"

	"github.com/sluiceproxy/sluice/build/oci/attach"
	"github.com/sluiceproxy/sluice/build/oci/image"
)

// Transfer says what was moved.
type Transfer struct {
	// Source and Destination are the places.
	Source      string `json:"source"`
	Destination string `json:"destination"`
	// Digest is that of the image, at both places.
	Digest string `json:"digest"`
	// Manifest is the digest that gateways compare a pinned one with. It differs
	// from Digest for an index, and is empty for an image without a plugin.
	Manifest string `json:"manifest,omitempty"`
	// Tags are the names that it has there now.
	Tags []string `json:"tags"`
	// Size counts all bytes of the image.
	Size int64 `json:"size"`
	// Attached counts the manifests that came along, with Options.Attached.
	Attached int `json:"attached,omitempty"`
}

// Copy moves an image from one place to another, whatever the two are, and
// gives it the tag of dst and those in tags. The digest stays what it is; a
// digest in dst must be the same.
//
// Errors: *Error, which says which side failed, around image.ErrMismatch,
// image.ErrLimit, image.ErrMalformed, registry.ErrRefused and those of the
// network and the file system.
func Copy(ctx context.Context, src, dst Place, tags []string, o Options) (*Transfer, error) {
	s, done, err := openSource(ctx, src, o)
	if err != nil {
		return nil, err
	}
	defer done()
	return s.to(ctx, dst, tags, o)
}

// to writes the image to dst.
func (s *source) to(ctx context.Context, dst Place, tags []string, o Options) (*Transfer, error) {
	root := plain(s.root.Descriptor)
	if dst.digest != "" && dst.digest != root.Digest.String() {
		return nil, failed("write", "destination", dst, fmt.Errorf("the image is %s", root.Digest))
	}
	d, err := openDestination(dst, o)
	if err != nil {
		return nil, failed("open", "destination", dst, err)
	}
	c := counted{d, o, new(atomic.Bool)}
	if err := again(ctx, o, func() error { return s.push(ctx, c) }); err != nil {
		d.abandon()
		return nil, copyFailed(s.place, dst, err)
	}
	names := dst.names(tags)
	for _, tag := range names {
		if err := again(ctx, o, func() error { return d.name(ctx, root, s.root.Raw, tag) }); err != nil {
			d.abandon()
			return nil, failed("tag", "destination", dst, err)
		}
	}
	attached, err := s.bring(ctx, d, o)
	if err != nil {
		d.abandon()
		return nil, failed("attach to", "destination", dst, err)
	}
	if err := d.finish(); err != nil {
		d.abandon()
		return nil, failed("write", "destination", dst, err)
	}
	t := s.transfer(dst, names)
	t.Attached = attached
	return t, nil
}

// bring copies what is attached to the image and its parts.
func (s *source) bring(ctx context.Context, d destination, o Options) (n int, err error) {
	if !o.Attached {
		return 0, nil
	}
	for _, subject := range s.toSign(true) {
		err := again(ctx, o, func() error {
			more, err := attach.Copy(ctx, s.store, d.attaching(), subject)
			if err == nil {
				n += more
			}
			return err
		})
		if err != nil {
			return n, err
		}
	}
	return n, nil
}

// push sends what dst lacks.
func (s *source) push(ctx context.Context, c counted) error {
	err := oras.CopyGraph(ctx, s, c, plain(s.root.Descriptor), oras.CopyGraphOptions{
		FindSuccessors: s.successors,
		OnCopySkipped: func(_ context.Context, d ocispec.Descriptor) error {
			c.o.tell(Event{State: Present, Digest: d.Digest.String(), MediaType: d.MediaType, Size: d.Size, Moved: d.Size})
			return nil
		},
	})
	if errors.Is(err, syscall.ECONNREFUSED) && !c.begun.Load() {
		return &gone{err}
	}
	return err
}

// names are the tags that the image gets at a place.
func (p Place) names(tags []string) []string {
	var all []string
	switch {
	case p.tag != "":
		all = []string{p.tag}
	case p.digest == "" && p.IsRegistry() && len(tags) == 0:
		all = []string{"latest"}
	case !p.IsRegistry() && len(tags) == 0:
		all = []string{""} // an image without a name, which the index lists
	}
	for _, tag := range tags {
		if tag != p.tag {
			all = append(all, tag)
		}
	}
	return all
}

func (s *source) transfer(dst Place, names []string) *Transfer {
	t := &Transfer{Source: s.place.String(), Destination: dst.String(), Digest: s.root.Descriptor.Digest.String(), Tags: []string{}}
	for _, name := range names {
		if name != "" {
			t.Tags = append(t.Tags, name)
		}
	}
	if n, err := image.Pick(s.root); err == nil {
		t.Manifest = n.Descriptor.Digest.String()
	}
	seen := map[string]bool{}
	add := func(d ocispec.Descriptor) {
		if !seen[d.Digest.String()] {
			seen[d.Digest.String()] = true
			t.Size += d.Size
		}
	}
	s.root.Walk(func(n *image.Node) {
		add(n.Descriptor)
		for _, d := range n.Successors() {
			add(d)
		}
	})
	return t
}

// plain is a descriptor as a registry names it.
func plain(d ocispec.Descriptor) ocispec.Descriptor {
	return ocispec.Descriptor{MediaType: d.MediaType, Digest: d.Digest, Size: d.Size}
}
