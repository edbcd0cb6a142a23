package image

import (
	"github.com/opencontainers/go-digest"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"
)

// compat makes an image as "docker build" would of FROM scratch and COPY.
func (p *packer) compat(manifest, config, layer string) (ocispec.Descriptor, error) {
	packed, diffID, err := p.tarball(layer)
	if err != nil {
		return ocispec.Descriptor{}, err
	}
	var layers []ocispec.Descriptor
	var diffIDs []digest.Digest
	for _, m := range p.spec.Metadata {
		d := p.Add(m.MediaType, m.Content)
		layers, diffIDs = append(layers, titled(d, m.Name)), append(diffIDs, d.Digest)
	}
	// Gateways look at the last layer alone.
	layers, diffIDs = append(layers, packed), append(diffIDs, diffID)

	annotations := p.annotations(map[string]string{VariantAnnotation: "compat"})
	c, err := p.AddJSON(config, p.imageConfig(diffIDs, annotations))
	if err != nil {
		return ocispec.Descriptor{}, err
	}
	if manifest == DockerManifest {
		annotations = nil
	}
	return p.manifest(manifest, c, layers, annotations)
}

func (p *packer) imageConfig(diffIDs []digest.Digest, labels map[string]string) ocispec.Image {
	return ocispec.Image{
		Created:  &p.created,
		Platform: ocispec.Platform{Architecture: "wasm", OS: "wasip1"},
		Config:   ocispec.ImageConfig{Labels: labels},
		RootFS:   ocispec.RootFS{Type: "layers", DiffIDs: diffIDs},
	}
}

// artifact makes the two-layer form.
func (p *packer) artifact() (ocispec.Descriptor, error) {
	config, err := p.AddJSON(ArtifactConfig, struct {
		Type string `json:"type"`
	}{"envoy_proxy"})
	if err != nil {
		return ocispec.Descriptor{}, err
	}
	module, err := p.raw(ArtifactLayer)
	if err != nil {
		return ocispec.Descriptor{}, err
	}
	layers := []ocispec.Descriptor{titled(config, "runtime-config.json"), titled(module, PluginFile)}
	return p.manifest(ocispec.MediaTypeImageManifest, config, layers, p.annotations(nil))
}

// wasmConfig is the config of the CNCF Wasm artifact.
type wasmConfig struct {
	Created      string          `json:"created"`
	Architecture string          `json:"architecture"`
	OS           string          `json:"os"`
	LayerDigests []digest.Digest `json:"layerDigests"`
}

// cncf makes the CNCF Wasm artifact.
func (p *packer) cncf() (ocispec.Descriptor, error) {
	layer, err := p.raw(WasmLayer)
	if err != nil {
		return ocispec.Descriptor{}, err
	}
	config, err := p.AddJSON(WasmConfig, wasmConfig{
		Created:      p.created.Format("2006-01-02T15:04:05Z07:00"),
		Architecture: "wasm",
		OS:           "wasip1",
		LayerDigests: []digest.Digest{layer.Digest},
	})
	if err != nil {
		return ocispec.Descriptor{}, err
	}
	return p.manifest(ocispec.MediaTypeImageManifest, config, []ocispec.Descriptor{titled(layer, PluginFile)}, p.annotations(nil))
}
