package oci

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/opencontainers/go-digest"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	"github.com/sluiceproxy/sluice/build/oci/attach"
	"github.com/sluiceproxy/sluice/build/oci/image"
	"github.com/sluiceproxy/sluice/build/oci/registry"
	local "github.com/sluiceproxy/sluice/build/oci/store"
)

// storeError is a failure of the store, not of the image.
type storeError struct{ err error }

// Error says that the image is used all the same.
func (e *storeError) Error() string {
	return fmt.Sprintf("the image is not kept in the store: %v", e.err)
}

// Unwrap gives the cause.
func (e *storeError) Unwrap() error { return e.err }

// loadAndKeep reads an image from its registry and puts it into the store.
func loadAndKeep(ctx context.Context, src Place, st *local.Store, o Options) (*Loaded, error) {
	k, s, err := openKeeper(ctx, src, st, o)
	if err != nil {
		return nil, err
	}
	defer k.w.Close()
	n, err := image.Pick(s.root)
	if err != nil {
		return nil, failed("read", "source", src, err)
	}
	if err := k.plugin(ctx, s, n, o); err != nil {
		return nil, failed("read", "source", src, err)
	}
	if err := k.done(ctx, s, n); err != nil {
		return nil, err
	}
	o.Progress = nil // all of it is here by now
	l, err := s.load(ctx, n, o)
	if err != nil {
		return nil, err
	}
	l.FromStore, l.Kept = !k.moved, true
	return l, nil
}

// keeper is a repository of which everything that is read is kept.
type keeper struct {
	remoteStore
	kept *local.Repository
	w    *local.Writer

	parts    []ocispec.Descriptor
	attached map[string]ocispec.Descriptor
	moved    bool // something came from the registry
}

// openKeeper opens a place in a registry, of which the store keeps what is read, and
// asks the policy. The caller closes w.
func openKeeper(ctx context.Context, src Place, st *local.Store, o Options) (*keeper, *source, error) {
	repo, err := registry.Open(src.repository, o.Registry)
	if err != nil {
		return nil, nil, failed("open", "source", src, err)
	}
	w, err := st.Write(ctx)
	if err != nil {
		return nil, nil, &storeError{err}
	}
	k := &keeper{remoteStore: remoteStore{repo}, kept: st.Repository(src.Name()), w: w, attached: map[string]ocispec.Descriptor{}}
	s, err := newSource(ctx, k, src, o)
	if err == nil {
		s.verified, err = s.check(ctx, o)
	}
	if err != nil {
		w.Close()
		return nil, nil, err
	}
	return k, s, nil
}

// done has the store know what was kept: under the tag, where one was asked for.
func (k *keeper) done(ctx context.Context, s *source, n *image.Node) error {
	tag := ""
	if s.place.digest == "" {
		tag = s.place.reference()
	}
	if err := k.w.Keep(ctx, k.record(s, n), tag); err != nil {
		return &storeError{err}
	}
	return nil
}

// Resolve asks the registry, and notes the tags of signatures.
func (k *keeper) Resolve(ctx context.Context, reference string) (ocispec.Descriptor, error) {
	d, err := k.remoteStore.Resolve(ctx, reference)
	if err == nil && attach.IsTag(reference) {
		k.attached[reference] = plain(d)
	}
	return d, err
}

// Referrers asks the registry, and notes the answer as the list under the tag
// that stands for it where registries know no better.
func (k *keeper) Referrers(ctx context.Context, d ocispec.Descriptor, artifactType string, fn func([]ocispec.Descriptor) error) error {
	list := ocispec.Index{MediaType: ocispec.MediaTypeImageIndex, Manifests: []ocispec.Descriptor{}}
	list.SchemaVersion = 2
	err := k.remoteStore.Referrers(ctx, d, artifactType, func(page []ocispec.Descriptor) error {
		list.Manifests = append(list.Manifests, page...)
		return fn(page)
	})
	if err != nil || artifactType != "" || len(list.Manifests) == 0 || len(list.Manifests) > attach.Max {
		return err
	}
	raw, err := json.Marshal(list)
	if err != nil {
		return err
	}
	index := ocispec.Descriptor{MediaType: list.MediaType, Digest: digest.FromBytes(raw), Size: int64(len(raw))}
	if err := k.keep(ctx, index, bytes.NewReader(raw)); err != nil {
		return err
	}
	k.attached[attach.Tag(d.Digest, "")] = index
	return nil
}

// Fetch gives what the store has, or else what the registry has, of which
// manifests and signatures are kept at once.
func (k *keeper) Fetch(ctx context.Context, d ocispec.Descriptor) (io.ReadCloser, error) {
	if ok, err := k.good(ctx, d); err != nil || ok {
		if err == nil {
			k.parts = append(k.parts, plain(d))
			return k.kept.Fetch(ctx, d)
		}
		return nil, err
	}
	k.moved = true
	if d.Size > image.MaxManifest {
		return k.remoteStore.Fetch(ctx, d)
	}
	raw, err := image.Fetch(ctx, k.remoteStore, d, image.MaxManifest)
	if err != nil {
		return nil, err
	}
	return io.NopCloser(bytes.NewReader(raw)), k.keep(ctx, d, bytes.NewReader(raw))
}

// good reports whether the store has d, undamaged.
func (k *keeper) good(ctx context.Context, d ocispec.Descriptor) (bool, error) {
	ok, err := k.w.Exists(ctx, d)
	if err != nil || !ok {
		return false, asStoreError(err)
	}
	rc, err := k.kept.Fetch(ctx, d)
	if err == nil {
		_, err = io.Copy(io.Discard, rc)
		err = errors.Join(err, rc.Close())
	}
	return err == nil, ctx.Err() // what can't be read is pulled again
}

func (k *keeper) keep(ctx context.Context, d ocispec.Descriptor, r io.Reader) error {
	k.parts = append(k.parts, plain(d))
	return asStoreError(k.w.Push(ctx, d, r))
}

func asStoreError(err error) error {
	if err == nil {
		return nil
	}
	return &storeError{err}
}

// plugin keeps the config, the schema and the layer with the plugin.
func (k *keeper) plugin(ctx context.Context, s *source, n *image.Node, o Options) error {
	layer, _, err := image.Module(n)
	if err != nil {
		return err
	}
	if layer.Size > image.MaxModule {
		return fmt.Errorf("%w: a layer of %d bytes; at most %d are read", image.ErrLimit, layer.Size, image.MaxModule)
	}
	if _, err := image.Fetch(ctx, k, n.Manifest.Config, image.MaxConfig); err != nil {
		return err
	}
	for _, l := range n.Manifest.Layers {
		if l.MediaType == image.SpecLayer {
			_, _ = image.Fetch(ctx, k, l, maxMetadata) // the plugin is fine without; load says so
		}
	}
	if ok, err := k.good(ctx, layer); err != nil || ok {
		k.parts = append(k.parts, plain(layer))
		return err
	}
	k.moved = true
	return again(ctx, o, func() error { return k.layer(ctx, s, layer, o) })
}

// layer moves the plugin's layer from the registry to the store.
func (k *keeper) layer(ctx context.Context, s *source, d ocispec.Descriptor, o Options) error {
	rc, err := k.remoteStore.Fetch(ctx, d)
	if err != nil {
		return err
	}
	defer rc.Close()
	e := Event{State: Started, Digest: d.Digest.String(), MediaType: d.MediaType, Size: d.Size}
	o.tell(e)
	from := &reading{r: &telling{r: &resuming{ReadCloser: rc, ctx: ctx, size: d.Size, left: s.retries}, e: e, o: o}}
	err = k.keep(ctx, d, from)
	if from.err != nil || errors.Is(err, image.ErrMismatch) {
		return errors.Unwrap(err) // it is the registry's, not the store's
	}
	if err == nil {
		e.State, e.Moved = Done, d.Size
		o.tell(e)
	}
	return err
}

// reading remembers the error of what it reads from.
type reading struct {
	r   io.Reader
	err error
}

// Read reads on.
func (r *reading) Read(p []byte) (int, error) {
	n, err := r.r.Read(p)
	if err != nil && err != io.EOF {
		r.err = err
	}
	return n, err
}

// record is what the store shall know of the image.
func (k *keeper) record(s *source, n *image.Node) local.Record {
	r := local.Record{
		Repository: s.place.Name(), Root: plain(s.root.Descriptor), Manifest: plain(n.Descriptor),
		Attached: k.attached, Pulled: time.Now().UTC().Truncate(time.Second),
	}
	seen := map[digest.Digest]bool{}
	for _, d := range k.parts {
		if !seen[d.Digest] {
			seen[d.Digest], r.Parts = true, append(r.Parts, d)
		}
	}
	return r
}
