// Package checktest holds the layouts of Wasm images that were tried against
// the consumers themselves, with who took them. Tests of several packages use
// them.
package checktest

import (
	"archive/tar"
	"bytes"
	"compress/gzip"

	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	"github.com/sluiceproxy/sluice/build/oci/image"
)

// Layout is a way to put a module into an image.
type Layout struct {
	// Name says what it is.
	Name string
	// Takes has a letter for each kind of consumer that takes it: G for the
	// gateways, W for wkg, K for kwctl, R for runwasi.
	Takes string
	make  func(*lab) ocispec.Descriptor
}

// Make returns the image of a module in this layout.
func (l Layout) Make(wasm []byte) (*image.Memory, error) {
	b := &lab{Memory: image.NewMemory(), wasm: wasm}
	b.Root = l.make(b)
	return b.Memory, b.err
}

// The media types and configs of the layouts.
const (
	tarLayer  = ocispec.MediaTypeImageLayerGzip
	ociConfig = ocispec.MediaTypeImageConfig
	wasmOS    = `{"architecture":"wasm","os":"wasip1"}`
	linux     = `{"architecture":"amd64","os":"linux"}`
)

// Layouts are all of them.
func Layouts() []Layout {
	return []Layout{
		{"docker-schema-2", "G", func(l *lab) ocispec.Descriptor {
			return l.manifest(image.DockerManifest, image.DockerConfig, linux, image.DockerLayer)
		}},
		{"compat", "G", (*lab).compat},
		{"compat-wasm", "G", func(l *lab) ocispec.Descriptor { return l.oci(ociConfig, wasmOS, tarLayer) }},
		{"higress-tar-last", "G", func(l *lab) ocispec.Descriptor {
			return l.oci(image.HigressConfig, "{}", image.SpecLayer, image.DocLayer, tarLayer)
		}},
		{"higress-tar-first", "", func(l *lab) ocispec.Descriptor {
			return l.oci(image.HigressConfig, "{}", tarLayer, image.SpecLayer, image.DocLayer)
		}},
		{"artifact-2", "G", func(l *lab) ocispec.Descriptor {
			return l.oci(image.ArtifactConfig, "{}", image.ArtifactConfig, image.ArtifactLayer)
		}},
		{"artifact-2-empty-config", "G", func(l *lab) ocispec.Descriptor {
			return l.oci(ocispec.MediaTypeEmptyJSON, "{}", image.ArtifactConfig, image.ArtifactLayer)
		}},
		{"artifact-1", "", func(l *lab) ocispec.Descriptor { return l.oci(image.ArtifactConfig, "{}", image.ArtifactLayer) }},
		{"artifact-3", "", func(l *lab) ocispec.Descriptor {
			return l.oci(image.ArtifactConfig, "{}", image.ArtifactConfig, image.ArtifactLayer, image.DocLayer)
		}},
		{"cncf", "WR", (*lab).cncf},
		{"kubewarden", "K", func(l *lab) ocispec.Descriptor { return l.oci(image.PolicyConfig, "{}", image.PolicyLayer) }},
		{"hybrid-image-config", "GR", func(l *lab) ocispec.Descriptor { return l.oci(ociConfig, wasmOS, image.WasmLayer, tarLayer) }},
		{"hybrid-cncf-config", "GR", func(l *lab) ocispec.Descriptor {
			return l.oci(image.WasmConfig, wasmOS, image.WasmLayer, tarLayer)
		}},
		{"index-compat-cncf", "GR", func(l *lab) ocispec.Descriptor { return l.index(l.compat(), on("wasip1", "wasm", l.cncf())) }},
		{"index-compat-amd64-cncf", "GR", func(l *lab) ocispec.Descriptor {
			return l.index(on("linux", "amd64", l.compat()), on("wasip1", "wasm", l.cncf()))
		}},
		{"index-cncf-amd64-compat", "WR", func(l *lab) ocispec.Descriptor { return l.index(on("linux", "amd64", l.cncf()), l.compat()) }},
		{"index-compat-cncf-amd64", "GWR", func(l *lab) ocispec.Descriptor { return l.index(l.compat(), on("linux", "amd64", l.cncf())) }},
		{"compat-zstd", "", func(l *lab) ocispec.Descriptor { return l.oci(ociConfig, linux, ocispec.MediaTypeImageLayerZstd) }},
		{"index-cncf-alone", "R", func(l *lab) ocispec.Descriptor { return l.index(on("wasip1", "wasm", l.cncf())) }},
		{"entrypoint", "GR", func(l *lab) ocispec.Descriptor {
			return l.oci(ociConfig, `{"config":{"Entrypoint":["/plugin.wasm"]}}`, tarLayer)
		}},
	}
}

// lab makes images of any layout.
type lab struct {
	*image.Memory
	wasm []byte
	err  error
}

func (l *lab) manifest(mediaType, configType, config string, layers ...string) ocispec.Descriptor {
	m := ocispec.Manifest{MediaType: mediaType, Config: l.Add(configType, []byte(config))}
	m.SchemaVersion = 2
	for _, layer := range layers {
		m.Layers = append(m.Layers, l.Add(layer, l.content(layer)))
	}
	return l.json(mediaType, m)
}

// content is what a layer of a type holds.
func (l *lab) content(layer string) []byte {
	switch {
	case layer == tarLayer || layer == image.DockerLayer:
		return tarball(l.wasm)
	case image.IsRaw(layer):
		return l.wasm
	default:
		return []byte("of type " + layer)
	}
}

func tarball(wasm []byte) []byte {
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	t := tar.NewWriter(z)
	// A buffer takes everything.
	_ = t.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: "./" + image.PluginFile, Size: int64(len(wasm)), Mode: 0o600})
	_, _ = t.Write(wasm)
	_ = t.Close()
	_ = z.Close()
	return out.Bytes()
}

func (l *lab) json(mediaType string, v any) ocispec.Descriptor {
	d, err := l.AddJSON(mediaType, v)
	if err != nil {
		l.err = err
	}
	return d
}

func (l *lab) oci(configType, config string, layers ...string) ocispec.Descriptor {
	return l.manifest(ocispec.MediaTypeImageManifest, configType, config, layers...)
}

func (l *lab) compat() ocispec.Descriptor { return l.oci(ociConfig, linux, tarLayer) }
func (l *lab) cncf() ocispec.Descriptor   { return l.oci(image.WasmConfig, wasmOS, image.WasmLayer) }

func (l *lab) index(children ...ocispec.Descriptor) ocispec.Descriptor {
	i := ocispec.Index{MediaType: ocispec.MediaTypeImageIndex, Manifests: children}
	i.SchemaVersion = 2
	return l.json(ocispec.MediaTypeImageIndex, i)
}

// on names the platform that a child of an index is for.
func on(os, arch string, d ocispec.Descriptor) ocispec.Descriptor {
	d.Platform = &ocispec.Platform{OS: os, Architecture: arch}
	return d
}
