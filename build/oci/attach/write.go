package attach

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/opencontainers/go-digest"
	specs "github.com/opencontainers/image-spec/specs-go"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"
	"oras.land/oras-go/v2/errdef"

	"github.com/sluiceproxy/sluice/build/oci/image"
)

// Destination is where something is attached to an image.
type Destination interface {
	Source
	Exists(ctx context.Context, d ocispec.Descriptor) (bool, error)
	// Push writes content. A manifest with a subject becomes one of the
	// subject's referrers.
	Push(ctx context.Context, d ocispec.Descriptor, r io.Reader) error
	// PushTagged writes a manifest under a tag.
	PushTagged(ctx context.Context, d ocispec.Descriptor, raw []byte, tag string) error
}

// Layer is one part of what is attached.
type Layer struct {
	MediaType   string
	Content     []byte
	Annotations map[string]string
}

// Artifact is what a manifest that refers to an image says.
type Artifact struct {
	// Type is the kind of thing, such as "application/spdx+json".
	Type string
	// Layers are its contents.
	Layers []Layer
	// Annotations are the manifest's.
	Annotations map[string]string
}

// Refer attaches an artifact by a manifest that refers to the subject. The same
// artifact gives the same manifest, which is attached once.
func Refer(ctx context.Context, dst Destination, subject ocispec.Descriptor, a Artifact) (ocispec.Descriptor, error) {
	m := ocispec.Manifest{
		Versioned:    specs.Versioned{SchemaVersion: 2},
		MediaType:    ocispec.MediaTypeImageManifest,
		ArtifactType: a.Type,
		Subject:      &ocispec.Descriptor{MediaType: subject.MediaType, Digest: subject.Digest, Size: subject.Size},
		Annotations:  a.Annotations,
	}
	var err error
	if m.Config, err = pushBlob(ctx, dst, ocispec.MediaTypeEmptyJSON, []byte("{}")); err != nil {
		return ocispec.Descriptor{}, err
	}
	for _, l := range a.Layers {
		d, err := pushBlob(ctx, dst, l.MediaType, l.Content)
		if err != nil {
			return ocispec.Descriptor{}, err
		}
		d.Annotations = l.Annotations
		m.Layers = append(m.Layers, d)
	}
	return pushManifest(ctx, dst, m)
}

// pushManifest writes one that refers to another, and makes sure that it is
// found: two writers at once can overwrite each other's list.
func pushManifest(ctx context.Context, dst Destination, m ocispec.Manifest) (ocispec.Descriptor, error) {
	raw, err := json.Marshal(m)
	if err != nil {
		return ocispec.Descriptor{}, err
	}
	d := ocispec.Descriptor{MediaType: m.MediaType, Digest: digest.FromBytes(raw), Size: int64(len(raw))}
	return d, listed(ctx, dst, *m.Subject, d, raw)
}

// refers reports whether a manifest is on the list of a subject.
func refers(ctx context.Context, src Source, subject, d ocispec.Descriptor) (bool, error) {
	all, err := Referrers(ctx, src, subject)
	return slices.ContainsFunc(all, func(r ocispec.Descriptor) bool { return r.Digest == d.Digest }), err
}

// rounds bounds how often something is written that somebody else overwrote.
const rounds = 5

// settle writes until what was written is there.
func settle(ctx context.Context, write func() error, there func() (bool, error)) error {
	for round := range rounds {
		if ok, err := there(); err != nil || ok {
			return err
		}
		if err := pause(ctx, time.Duration(round)*100*time.Millisecond); err != nil {
			return err
		}
		if err := write(); err != nil {
			return err
		}
	}
	if ok, err := there(); err != nil || ok {
		return err
	}
	return errors.New("what was written is not listed: others write at the same time, or the registry keeps no list")
}

func pause(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}

func pushBlob(ctx context.Context, dst Destination, mediaType string, content []byte) (ocispec.Descriptor, error) {
	d := ocispec.Descriptor{MediaType: mediaType, Digest: digest.FromBytes(content), Size: int64(len(content))}
	if ok, err := dst.Exists(ctx, d); err != nil || ok {
		return d, err
	}
	err := dst.Push(ctx, d, bytes.NewReader(content))
	if errors.Is(err, errdef.ErrAlreadyExists) {
		err = nil
	}
	return d, err
}

// AppendSignature attaches one more signature layer to an image, and
// AppendAttestation one more attestation: to the manifest under the tag that the
// digest has for it, as cosign does.
func AppendSignature(ctx context.Context, dst Destination, subject ocispec.Descriptor, l Layer) error {
	return appendTagged(ctx, dst, Tag(subject.Digest, signatureSuffix), l)
}

// AppendAttestation is described at AppendSignature.
func AppendAttestation(ctx context.Context, dst Destination, subject ocispec.Descriptor, l Layer) error {
	return appendTagged(ctx, dst, Tag(subject.Digest, attestationSuffix), l)
}

func appendTagged(ctx context.Context, dst Destination, tag string, l Layer) error {
	layer, err := pushBlob(ctx, dst, l.MediaType, l.Content)
	if err != nil {
		return err
	}
	layer.Annotations = l.Annotations
	var layers []ocispec.Descriptor
	there := func() (bool, error) {
		layers, err = layersOf(ctx, dst, tag)
		return slices.ContainsFunc(layers, func(d ocispec.Descriptor) bool { return same(d, layer) }), err
	}
	return settle(ctx, func() error { return pushTagged(ctx, dst, tag, append(layers, layer)) }, there)
}

// same reports whether two layers have the same content and signature.
func same(a, b ocispec.Descriptor) bool {
	if a.Digest != b.Digest || a.MediaType != b.MediaType || len(a.Annotations) < len(b.Annotations) {
		return false
	}
	for key, value := range b.Annotations {
		if a.Annotations[key] != value {
			return false
		}
	}
	return true
}

// layersOf are those of the manifest under a tag, none if there is none.
func layersOf(ctx context.Context, src Source, tag string) ([]ocispec.Descriptor, error) {
	d, err := src.Resolve(ctx, tag)
	if errors.Is(err, errdef.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	m, err := image.ReadManifest(ctx, src, d, Max)
	if err != nil {
		return nil, err
	}
	return m.Layers, nil
}

func pushTagged(ctx context.Context, dst Destination, tag string, layers []ocispec.Descriptor) error {
	if len(layers) > Max {
		return fmt.Errorf("%w: %s would have more than %d entries", image.ErrLimit, tag, Max)
	}
	config, err := pushConfig(ctx, dst, ocispec.MediaTypeImageConfig, layers)
	if err != nil {
		return err
	}
	raw, err := json.Marshal(ocispec.Manifest{
		Versioned: specs.Versioned{SchemaVersion: 2}, MediaType: ocispec.MediaTypeImageManifest, Config: config, Layers: layers,
	})
	if err != nil {
		return err
	}
	d := ocispec.Descriptor{MediaType: ocispec.MediaTypeImageManifest, Digest: digest.FromBytes(raw), Size: int64(len(raw))}
	return dst.PushTagged(ctx, d, raw, tag)
}

// pushConfig writes what cosign has as the config of its manifests: that of an
// image whose layers are the contents.
func pushConfig(ctx context.Context, dst Destination, mediaType string, layers []ocispec.Descriptor) (ocispec.Descriptor, error) {
	c := ocispec.Image{RootFS: ocispec.RootFS{Type: "layers", DiffIDs: []digest.Digest{}}}
	for _, l := range layers {
		c.RootFS.DiffIDs = append(c.RootFS.DiffIDs, l.Digest)
	}
	raw, err := json.Marshal(c)
	if err != nil {
		return ocispec.Descriptor{}, err
	}
	return pushBlob(ctx, dst, mediaType, raw)
}

// ReferSignature attaches one more signature layer by a manifest that refers to
// the image. Tools that read only the newest of these find in it all that there
// were before.
func ReferSignature(ctx context.Context, dst Destination, subject ocispec.Descriptor, l Layer) error {
	layer, err := pushBlob(ctx, dst, l.MediaType, l.Content)
	if err != nil {
		return err
	}
	layer.Annotations = l.Annotations
	layers, err := referredLayers(ctx, dst, subject)
	if err != nil {
		return err
	}
	if layers = append(layers, layer); len(layers) > Max {
		return fmt.Errorf("%w: more than %d signatures", image.ErrLimit, Max)
	}
	config, err := pushConfig(ctx, dst, SignatureType, layers)
	if err != nil {
		return err
	}
	_, err = pushManifest(ctx, dst, ocispec.Manifest{
		Versioned: specs.Versioned{SchemaVersion: 2}, MediaType: ocispec.MediaTypeImageManifest,
		Config: config, Layers: layers, Subject: &subject,
	})
	return err
}

// referredLayers are the signatures of all manifests that refer to an image,
// each once.
func referredLayers(ctx context.Context, src Source, subject ocispec.Descriptor) ([]ocispec.Descriptor, error) {
	referrers, err := Referrers(ctx, src, subject)
	if err != nil {
		return nil, err
	}
	var all []ocispec.Descriptor
	for _, r := range referrers {
		if r.ArtifactType != SignatureType {
			continue
		}
		m, err := image.ReadManifest(ctx, src, r, Max)
		if unreadable(err) {
			continue
		}
		if err != nil {
			return nil, err
		}
		for _, l := range m.Layers {
			if !slices.ContainsFunc(all, func(d ocispec.Descriptor) bool { return same(d, l) }) {
				all = append(all, l)
			}
		}
	}
	return all, nil
}
