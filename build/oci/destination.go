package oci

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync/atomic"

	ocispec "github.com/opencontainers/image-spec/specs-go/v1"
	"oras.land/oras-go/v2/content"
	"oras.land/oras-go/v2/registry/remote"

	"github.com/sluiceproxy/sluice/build/oci/attach"
	"github.com/sluiceproxy/sluice/build/oci/layout"
	"github.com/sluiceproxy/sluice/build/oci/registry"
)

// destination is where an image is written to.
type destination interface {
	content.Storage
	// name gives the image a tag, after all of it was pushed. The empty tag is
	// none.
	name(ctx context.Context, root ocispec.Descriptor, raw []byte, tag string) error
	// attaching is the same place, for what is attached to the image.
	attaching() attach.Destination
	// finish makes what was written last; abandon takes it away where it was
	// not finished.
	finish() error
	abandon()
}

func openDestination(p Place, o Options) (destination, error) {
	switch {
	case p.IsRegistry():
		repo, err := registry.Open(p.repository, o.Registry)
		return remoteDestination{repo}, err
	case p.tarred:
		return newTarDestination(p.path)
	default:
		w, err := layout.Create(p.path)
		return &dirDestination{w, p.path}, err
	}
}

// remoteDestination is a repository.
type remoteDestination struct{ *remote.Repository }

func (r remoteDestination) name(ctx context.Context, root ocispec.Descriptor, raw []byte, tag string) error {
	if tag == "" {
		return nil
	}
	return r.Manifests().PushReference(ctx, root, bytes.NewReader(raw), tag)
}

func (r remoteDestination) attaching() attach.Destination {
	r.SkipReferrersGC = true
	return remoteAttach(r)
}

func (r remoteDestination) finish() error { return nil }
func (r remoteDestination) abandon()      {}

// dirDestination is a layout's directory.
type dirDestination struct {
	*layout.Writer
	dir string
}

func (d *dirDestination) attaching() attach.Destination { return layoutAttach{d.Writer, d.dir} }

func (d *dirDestination) name(ctx context.Context, root ocispec.Descriptor, _ []byte, tag string) error {
	return d.Tag(ctx, root, tag)
}

func (d *dirDestination) finish() error { return d.Close() }
func (d *dirDestination) abandon()      { _ = d.Close() }

// tarDestination is a directory beside the tar file, until it is finished.
type tarDestination struct {
	dirDestination
	path string
}

func newTarDestination(path string) (destination, error) {
	if info, err := os.Lstat(path); err == nil && !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s is no regular file, and not replaced", path)
	}
	dir, err := os.MkdirTemp(filepath.Dir(path), ".sluice-*.tmp")
	if err != nil {
		return nil, err
	}
	w, err := layout.Create(dir)
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	return &tarDestination{dirDestination{w, dir}, path}, nil
}

func (t *tarDestination) finish() error {
	return errors.Join(layout.Archive(t.dir, t.path), t.Close(), os.RemoveAll(t.dir))
}

func (t *tarDestination) abandon() {
	_ = t.Close()
	_ = os.RemoveAll(t.dir)
}

// counted tells about the content that a destination gets.
type counted struct {
	destination
	o Options
	// begun is set once the destination was sent anything.
	begun *atomic.Bool
}

// Push sends content and tells how far it is.
func (c counted) Push(ctx context.Context, d ocispec.Descriptor, r io.Reader) error {
	e := Event{State: Started, Digest: d.Digest.String(), MediaType: d.MediaType, Size: d.Size}
	c.o.tell(e)
	c.begun.Store(true)
	if d.Size > quiet {
		r = &telling{r: r, e: e, o: c.o}
	}
	if err := c.destination.Push(ctx, d, r); err != nil {
		return err
	}
	e.State, e.Moved = Done, d.Size
	c.o.tell(e)
	return nil
}

// quiet is the size, in bytes, below which nobody wants to watch.
const quiet = 64 << 10

// telling counts what passes.
type telling struct {
	r io.Reader
	e Event
	o Options
}

func (t *telling) Read(p []byte) (int, error) {
	n, err := t.r.Read(p)
	if n > 0 {
		t.e.Moved += int64(n)
		t.e.State = Moving
		t.o.tell(t.e)
	}
	return n, err
}
