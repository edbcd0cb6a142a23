package oci

import (
	"context"
	"errors"
	"fmt"
	"net"

	specs "github.com/opencontainers/image-spec/specs-go"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"
	"oras.land/oras-go/v2/content"
	"oras.land/oras-go/v2/errdef"

	"github.com/sluiceproxy/sluice/build/oci/image"
	"github.com/sluiceproxy/sluice/build/oci/policy"
	"github.com/sluiceproxy/sluice/build/oci/registry"
	local "github.com/sluiceproxy/sluice/build/oci/store"
)

// MaxArtifact bounds the file in an artifact, in bytes.
const MaxArtifact = image.MaxManifest

// Artifact is a file that lies in a registry beside the images of plugins: a
// manifest without a config and with one layer, as the OCI image specification
// has it for artifacts.
type Artifact struct {
	// Type is the manifest's artifact type, MediaType that of its layer.
	Type, MediaType string
	// Name is the file's, for people.
	Name string
	// Content is the file, at most MaxArtifact bytes.
	Content []byte
	// Annotations are the manifest's.
	Annotations map[string]string
}

// LoadedArtifact is a file that was read out of an artifact.
type LoadedArtifact struct {
	// Source is where from, Digest that of the artifact.
	Source, Digest string
	// FromStore says that no registry was asked, or that it could not be.
	FromStore bool
	// Warnings say why the store stands in for the registry.
	Warnings []string
	// Verified says why the artifact is used, where a policy was asked.
	Verified *policy.Verified
	// Content is the file.
	Content []byte
}

// ErrArtifact is in the error about an artifact of another kind than was asked
// for.
var ErrArtifact = errors.New("another kind of artifact")

// PushArtifact writes an artifact to a place, under the place's tag and more; to a
// place with the artifact's digest, under none.
//
// Errors: those of Copy.
func PushArtifact(ctx context.Context, a Artifact, dst Place, tags []string, o Options) (*Transfer, error) {
	if len(a.Content) > MaxArtifact {
		return nil, fmt.Errorf("%s has %d bytes; an artifact may have %d", a.Name, len(a.Content), MaxArtifact)
	}
	m, err := a.pack()
	if err != nil {
		return nil, err
	}
	o.Policy = nil // it is ours
	s, err := newSource(ctx, m, Place{text: a.Name}, o)
	if err != nil {
		return nil, err
	}
	return s.to(ctx, dst, tags, o)
}

// Digest is that of the artifact: the same for the same content.
func (a Artifact) Digest() (string, error) {
	m, err := a.pack()
	if err != nil {
		return "", err
	}
	return m.Root.Digest.String(), nil
}

func (a Artifact) pack() (*image.Memory, error) {
	m := image.NewMemory()
	layer := m.Add(a.MediaType, a.Content)
	layer.Annotations = map[string]string{ocispec.AnnotationTitle: a.Name}
	config := m.Add(ocispec.MediaTypeEmptyJSON, []byte("{}"))
	root, err := m.AddJSON(ocispec.MediaTypeImageManifest, ocispec.Manifest{
		Versioned: specs.Versioned{SchemaVersion: 2}, MediaType: ocispec.MediaTypeImageManifest, ArtifactType: a.Type,
		Config: config, Layers: []ocispec.Descriptor{layer}, Annotations: a.Annotations,
	})
	m.Root = root
	return m, err
}

// LoadArtifact reads the file of an artifact, whose layer has the media type. It
// goes by the rules of Load: the policy of o is asked in any case, and the store
// keeps what was read. Where the registry can't be reached, what the store has of
// it stands in, with a warning, unless lo says Always.
//
// Errors: *Error as for Copy, around ErrArtifact for another kind of artifact;
// *policy.UntrustedError.
func LoadArtifact(ctx context.Context, src Place, mediaType string, lo LoadOptions, o Options) (*LoadedArtifact, error) {
	if !src.IsRegistry() || lo.Store == nil {
		s, done, err := openSource(ctx, src, o)
		if err != nil {
			return nil, err
		}
		defer done()
		return s.artifact(ctx, mediaType, s)
	}
	when := lo.when(src)
	if when != Always {
		a, err := keptArtifact(ctx, src, mediaType, lo.Store, o)
		if err == nil || when == Never {
			return a, err
		}
	}
	a, err := keepArtifact(ctx, src, mediaType, lo.Store, o)
	var unkept *storeError
	switch {
	case err == nil || lo.Pull == Always || ctx.Err() != nil:
		return a, err
	case errors.As(err, &unkept):
		lo.Store = nil
		return LoadArtifact(ctx, src, mediaType, lo, o)
	case unreachable(err):
		return standIn(ctx, src, mediaType, lo.Store, o, err)
	}
	return nil, err
}

// standIn is what the store has of an artifact whose registry is down.
func standIn(ctx context.Context, src Place, mediaType string, st *local.Store, o Options, down error) (*LoadedArtifact, error) {
	a, err := keptArtifact(ctx, src, mediaType, st, o)
	if errors.As(err, new(*policy.UntrustedError)) {
		return nil, fmt.Errorf("%w; and what was read from it last is not used: %w", down, err)
	}
	if err != nil {
		return nil, down
	}
	a.Warnings = append(a.Warnings, fmt.Sprintf("the registry can't be asked, so this is what was read from it last: %v", down))
	return a, nil
}

// keptArtifact reads one from the store, and asks the policy again.
func keptArtifact(ctx context.Context, src Place, mediaType string, st *local.Store, o Options) (*LoadedArtifact, error) {
	s, err := newSource(ctx, st.Repository(src.Name()), src, o)
	if err == nil {
		s.verified, err = s.check(ctx, o)
	}
	var a *LoadedArtifact
	if err == nil {
		a, err = s.artifact(ctx, mediaType, s)
	}
	if err != nil {
		return nil, storeFailed(src, err)
	}
	a.FromStore = true
	return a, nil
}

// keepArtifact reads one from its registry and puts it into the store.
func keepArtifact(ctx context.Context, src Place, mediaType string, st *local.Store, o Options) (*LoadedArtifact, error) {
	k, s, err := openKeeper(ctx, src, st, o)
	if err != nil {
		return nil, err
	}
	defer k.w.Close()
	a, err := s.artifact(ctx, mediaType, k)
	if err != nil {
		return nil, err
	}
	return a, k.done(ctx, s, s.root)
}

// artifact reads the one layer of the media type.
func (s *source) artifact(ctx context.Context, mediaType string, from content.Fetcher) (*LoadedArtifact, error) {
	m := s.root.Manifest
	if m == nil || len(m.Layers) != 1 || m.Layers[0].MediaType != mediaType {
		return nil, failed("read", "source", s.place, fmt.Errorf("%w: it has no layer of type %s alone", ErrArtifact, mediaType))
	}
	a := &LoadedArtifact{Source: s.place.String(), Digest: s.root.Descriptor.Digest.String(), Verified: s.verified}
	err := again(ctx, Options{}, func() (err error) {
		a.Content, err = image.Fetch(ctx, from, m.Layers[0], MaxArtifact)
		return err
	})
	if err != nil {
		return nil, failed("read", "source", s.place, err)
	}
	return a, nil
}

// IsMissing reports whether an error says that a place holds nothing of that name.
func IsMissing(err error) bool { return errors.Is(err, errdef.ErrNotFound) }

// unreachable reports whether an error says that a registry can't be asked now,
// and nothing about what it has.
func unreachable(err error) bool {
	if errors.As(err, new(*policy.UntrustedError)) {
		return false
	}
	var op *net.OpError
	var name *net.DNSError
	return registry.Transient(err) || errors.Is(err, context.DeadlineExceeded) ||
		errors.As(err, &op) && op.Op == "dial" || errors.As(err, &name)
}
