package image

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"time"

	ocispec "github.com/opencontainers/image-spec/specs-go/v1"
)

// Format is the form of an image.
type Format string

// The forms that Pack makes. Istio, Higress and Envoy Gateway take all three.
const (
	// OCI is an OCI image whose last layer is a tar.gz file with plugin.wasm.
	OCI Format = "oci"
	// Docker is the same as Docker schema 2, for registries without OCI.
	Docker Format = "docker"
	// Artifact has the module as it is, in the second of exactly two layers.
	Artifact Format = "artifact"
)

// Formats are all of them, the default first.
func Formats() []Format { return []Format{OCI, Docker, Artifact} }

// Metadata is a file that Higress shows to users.
type Metadata struct {
	// Name is the file's name, such as "README.md".
	Name string
	// MediaType is SpecLayer, DocLayer, one of its languages, or IconLayer.
	MediaType string
	// Content is the file's.
	Content []byte
}

// Spec says what Pack shall make. The zero value is the OCI form, of 1970.
type Spec struct {
	// Format is the form. Default OCI.
	Format Format
	// Created is the time that the image bears. Default the first second of
	// 1970, so that the same module gives the same image.
	Created time.Time
	// Annotations are further ones, such as "org.opencontainers.image.version".
	// They are labels too.
	Annotations map[string]string
	// Metadata are layers for Higress. The OCI form alone has them.
	Metadata []Metadata
	// Index adds an index, which also carries the module as a CNCF Wasm
	// artifact.
	Index bool
	// SHA256 is the module's, in hexadecimal, where it is known already: it is not
	// computed again then. A wrong one fails when the image is pushed.
	SHA256 string
}

// ErrSpec is in the error about a Spec that contradicts itself.
var ErrSpec = errors.New("this image can't be made")

// VariantAnnotation tells the form of an OCI image.
const VariantAnnotation = "module.wasm.image/variant"

// Pack makes the image of a module. The same module and Spec give the same
// bytes.
func Pack(wasm []byte, s Spec) (*Memory, error) {
	return PackFrom(bytes.NewReader(wasm), int64(len(wasm)), s, &memoryScratch{})
}

// PackFrom is Pack for a module of size bytes that is not in memory. The image
// reads it, and what was written to scratch, when it is pushed; what changes
// meanwhile fails the comparison with its digest.
func PackFrom(code io.ReaderAt, size int64, s Spec, scratch Scratch) (*Memory, error) {
	p := &packer{Memory: NewMemory(), code: code, size: size, scratch: scratch, spec: s, created: s.Created.UTC().Truncate(time.Second)}
	if s.Created.IsZero() {
		p.created = time.Unix(0, 0).UTC()
	}
	root, err := p.root()
	if err == nil && s.Index {
		root, err = p.index(root)
	}
	p.Root = root
	return p.Memory, err
}

// packer is one run of Pack.
type packer struct {
	*Memory
	code    io.ReaderAt
	size    int64
	scratch Scratch
	spec    Spec
	created time.Time
}

func (p *packer) root() (ocispec.Descriptor, error) {
	format := p.spec.Format
	switch {
	case len(p.spec.Metadata) > 0 && format != OCI && format != "":
		return ocispec.Descriptor{}, fmt.Errorf("%w: metadata layers go with the %s form, not with %s", ErrSpec, OCI, format)
	case p.spec.Index && format == Docker:
		return ocispec.Descriptor{}, fmt.Errorf("%w: an index with a CNCF Wasm artifact is OCI's; it can't hold the %s form", ErrSpec, Docker)
	}
	switch format {
	case OCI, "":
		return p.compat(ocispec.MediaTypeImageManifest, ocispec.MediaTypeImageConfig, ocispec.MediaTypeImageLayerGzip)
	case Docker:
		return p.compat(DockerManifest, DockerConfig, DockerLayer)
	case Artifact:
		return p.artifact()
	default:
		return ocispec.Descriptor{}, fmt.Errorf("%w: unknown form %q; want %q", ErrSpec, format, Formats())
	}
}

// annotations are the user's and ours; the user's win.
func (p *packer) annotations(ours map[string]string) map[string]string {
	all := map[string]string{ocispec.AnnotationCreated: p.created.Format(time.RFC3339)}
	maps.Copy(all, ours)
	maps.Copy(all, p.spec.Annotations)
	return all
}

// manifest keeps one and returns its descriptor. Docker's has no annotations.
func (p *packer) manifest(mediaType string, config ocispec.Descriptor, layers []ocispec.Descriptor, annotations map[string]string) (ocispec.Descriptor, error) {
	m := ocispec.Manifest{MediaType: mediaType, Config: config, Layers: layers, Annotations: annotations}
	m.SchemaVersion = 2
	return p.AddJSON(mediaType, m)
}

// titled names the file that a layer was made of, as other tools do.
func titled(d ocispec.Descriptor, name string) ocispec.Descriptor {
	d.Annotations = map[string]string{ocispec.AnnotationTitle: name}
	return d
}

// index makes one that begins with image, without a platform: gateways take
// the first that has none or theirs. The artifact comes after it, once for each
// platform, since its clients look for their own.
func (p *packer) index(image ocispec.Descriptor) (ocispec.Descriptor, error) {
	artifact, err := p.cncf()
	if err != nil {
		return ocispec.Descriptor{}, err
	}
	index := ocispec.Index{
		MediaType:   ocispec.MediaTypeImageIndex,
		Manifests:   slices.Concat([]ocispec.Descriptor{image}, onPlatforms(artifact)),
		Annotations: p.annotations(nil),
	}
	index.SchemaVersion = 2
	return p.AddJSON(ocispec.MediaTypeImageIndex, index)
}

// onPlatforms repeats d for the platforms of its clients.
func onPlatforms(d ocispec.Descriptor) []ocispec.Descriptor {
	var all []ocispec.Descriptor
	for _, p := range []ocispec.Platform{
		{Architecture: "wasm", OS: "wasip1"},
		{Architecture: "amd64", OS: "linux"}, {Architecture: "arm64", OS: "linux"},
		{Architecture: "amd64", OS: "darwin"}, {Architecture: "arm64", OS: "darwin"},
		{Architecture: "amd64", OS: "windows"},
	} {
		d.Platform = &p
		all = append(all, d)
	}
	return all
}
