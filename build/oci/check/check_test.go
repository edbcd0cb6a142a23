package check

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/opencontainers/go-digest"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	"github.com/sluiceproxy/sluice/build/oci/image"
)

// lab makes images of any layout.
type lab struct {
	*image.Memory
	t       *testing.T
	configs map[digest.Digest][]byte
}

func newLab(t *testing.T) *lab {
	return &lab{image.NewMemory(), t, map[digest.Digest][]byte{}}
}

const (
	ociLayer   = ocispec.MediaTypeImageLayerGzip
	ociConfig  = ocispec.MediaTypeImageConfig
	wasmConfig = `{"architecture":"wasm","os":"wasip1"}`
	linux      = `{"architecture":"amd64","os":"linux"}`
)

// manifest makes one with the given layers, which all have different content.
func (l *lab) manifest(mediaType, configType, config string, layers ...string) ocispec.Descriptor {
	l.t.Helper()
	c := l.Add(configType, []byte(config))
	l.configs[c.Digest] = []byte(config)
	m := ocispec.Manifest{MediaType: mediaType, Config: c}
	m.SchemaVersion = 2
	for i, layer := range layers {
		m.Layers = append(m.Layers, l.Add(layer, fmt.Appendf(nil, "%d %s", i, layer)))
	}
	d, err := l.AddJSON(mediaType, m)
	if err != nil {
		l.t.Fatal(err)
	}
	return d
}

func (l *lab) oci(configType, config string, layers ...string) ocispec.Descriptor {
	return l.manifest(ocispec.MediaTypeImageManifest, configType, config, layers...)
}

// on names the platform that a child of an index is for.
func on(platform string, d ocispec.Descriptor) ocispec.Descriptor {
	if platform != "" {
		os, arch, _ := strings.Cut(platform, "/")
		d.Platform = &ocispec.Platform{OS: os, Architecture: arch}
	}
	return d
}

func (l *lab) index(children ...ocispec.Descriptor) ocispec.Descriptor {
	i := ocispec.Index{MediaType: ocispec.MediaTypeImageIndex, Manifests: children}
	i.SchemaVersion = 2
	d, err := l.AddJSON(ocispec.MediaTypeImageIndex, i)
	if err != nil {
		l.t.Fatal(err)
	}
	return d
}

func (l *lab) compat() ocispec.Descriptor { return l.oci(ociConfig, linux, ociLayer) }
func (l *lab) cncf() ocispec.Descriptor {
	return l.oci(image.WasmConfig, wasmConfig, image.WasmLayer)
}

// read makes what Judge takes.
func (l *lab) read(d ocispec.Descriptor) Image {
	l.t.Helper()
	n, err := image.Read(context.Background(), l, d)
	if err != nil {
		l.t.Fatal(err)
	}
	return Image{Root: n, Configs: l.configs}
}

// layouts are those that were tried against the consumers themselves: the
// letters say who took them (Gateways, Wkg, Kwctl, Runwasi).
var layouts = []struct {
	name, takes string
	make        func(*lab) ocispec.Descriptor
}{
	{"Docker schema 2", "G", func(l *lab) ocispec.Descriptor {
		return l.manifest(image.DockerManifest, image.DockerConfig, linux, image.DockerLayer)
	}},
	{"compat", "G", (*lab).compat},
	{"compat, platform wasm", "G", func(l *lab) ocispec.Descriptor { return l.oci(ociConfig, wasmConfig, ociLayer) }},
	{"Higress, tar last", "G", func(l *lab) ocispec.Descriptor {
		return l.oci(image.HigressConfig, "{}", image.SpecLayer, image.DocLayer, ociLayer)
	}},
	{"Higress, tar first", "", func(l *lab) ocispec.Descriptor {
		return l.oci(image.HigressConfig, "{}", ociLayer, image.SpecLayer, image.DocLayer)
	}},
	{"artifact of 2 layers", "G", func(l *lab) ocispec.Descriptor {
		return l.oci(image.ArtifactConfig, "{}", image.ArtifactConfig, image.ArtifactLayer)
	}},
	{"artifact of 2 layers, empty config", "G", func(l *lab) ocispec.Descriptor {
		return l.oci(ocispec.MediaTypeEmptyJSON, "{}", image.ArtifactConfig, image.ArtifactLayer)
	}},
	{"artifact of 1 layer", "", func(l *lab) ocispec.Descriptor {
		return l.oci(image.ArtifactConfig, "{}", image.ArtifactLayer)
	}},
	{"artifact of 3 layers", "", func(l *lab) ocispec.Descriptor {
		return l.oci(image.ArtifactConfig, "{}", image.ArtifactConfig, image.ArtifactLayer, image.DocLayer)
	}},
	{"CNCF artifact", "WR", (*lab).cncf},
	{"Kubewarden artifact", "K", func(l *lab) ocispec.Descriptor {
		return l.oci(image.PolicyConfig, "{}", image.PolicyLayer)
	}},
	{"raw and tar, image config", "GR", func(l *lab) ocispec.Descriptor {
		return l.oci(ociConfig, wasmConfig, image.WasmLayer, ociLayer)
	}},
	{"raw and tar, CNCF config", "GR", func(l *lab) ocispec.Descriptor {
		return l.oci(image.WasmConfig, wasmConfig, image.WasmLayer, ociLayer)
	}},
	{"index: compat, CNCF wasm", "GR", func(l *lab) ocispec.Descriptor {
		return l.index(l.compat(), on("wasip1/wasm", l.cncf()))
	}},
	{"index: compat amd64, CNCF wasm", "GR", func(l *lab) ocispec.Descriptor {
		return l.index(on("linux/amd64", l.compat()), on("wasip1/wasm", l.cncf()))
	}},
	{"index: CNCF amd64, compat", "WR", func(l *lab) ocispec.Descriptor {
		return l.index(on("linux/amd64", l.cncf()), l.compat())
	}},
	{"index: compat, CNCF amd64", "GWR", func(l *lab) ocispec.Descriptor {
		return l.index(l.compat(), on("linux/amd64", l.cncf()))
	}},
	{"compat in zstd", "", func(l *lab) ocispec.Descriptor {
		return l.oci(ociConfig, linux, ocispec.MediaTypeImageLayerZstd)
	}},
	{"index: CNCF wasm alone", "R", func(l *lab) ocispec.Descriptor {
		return l.index(on("wasip1/wasm", l.cncf()))
	}},
	{"no layers", "", func(l *lab) ocispec.Descriptor { return l.oci(ociConfig, linux) }},
	{"an image with a file to run", "GR", func(l *lab) ocispec.Descriptor {
		return l.oci(ociConfig, `{"config":{"Entrypoint":["/plugin.wasm"]}}`, ociLayer)
	}},
}

var letters = map[Consumer]string{Istio: "G", Higress: "G", EnvoyGateway: "G", Wkg: "W", Kwctl: "K", Runwasi: "R"}

func TestLayouts(t *testing.T) {
	for _, c := range layouts {
		t.Run(c.name, func(t *testing.T) {
			l := newLab(t)
			for _, v := range Judge(l.read(c.make(l)), Consumers()) {
				if want := strings.Contains(c.takes, letters[v.Consumer]); v.Accepted != want || want != (v.Cause == "") {
					t.Errorf("%s: got %+v, want accepted=%t", v.Consumer, v, want)
				}
			}
		})
	}
}

// TestOurForms: what Pack makes is taken by whom it is for.
func TestOurForms(t *testing.T) {
	for name, c := range map[string]struct {
		spec  image.Spec
		takes string
	}{
		"oci":      {image.Spec{}, "G"},
		"docker":   {image.Spec{Format: image.Docker}, "G"},
		"artifact": {image.Spec{Format: image.Artifact}, "G"},
		"higress":  {image.Spec{Metadata: []image.Metadata{{Name: "README.md", MediaType: image.DocLayer}}}, "G"},
		"index":    {image.Spec{Index: true}, "GWR"},
	} {
		m, err := image.Pack([]byte("x"), c.spec)
		if err != nil {
			t.Fatal(err)
		}
		l := newLab(t)
		l.Memory = m
		img := l.read(m.Root)
		img.Root.Walk(func(n *image.Node) {
			if n.Manifest != nil {
				img.Configs[n.Manifest.Config.Digest], _ = image.Fetch(context.Background(), m, n.Manifest.Config, 1<<20)
			}
		})
		for _, v := range Judge(img, Consumers()) {
			if want := strings.Contains(c.takes, letters[v.Consumer]); v.Accepted != want {
				t.Errorf("%s: %+v, want accepted=%t", name, v, want)
			}
		}
	}
}

// TestPins: gateways compare a pinned digest with that of the manifest.
func TestPins(t *testing.T) {
	l := newLab(t)
	compat := l.compat()
	index := l.index(compat, on("linux/amd64", l.cncf()))
	for name, c := range map[string]struct {
		root ocispec.Descriptor
		pin  digest.Digest
		ok   bool
	}{
		"manifest":               {compat, compat.Digest, true},
		"manifest in an index":   {index, compat.Digest, true},
		"index":                  {index, index.Digest, false},
		"the module":             {compat, digest.FromString("wasm"), false},
		"another child of index": {index, l.cncf().Digest, false},
	} {
		img := l.read(c.root)
		img.Pin = c.pin
		for _, v := range Judge(img, Gateways()) {
			if v.Accepted != c.ok || v.Manifest != compat.Digest || !c.ok && !strings.Contains(v.Cure, compat.Digest.String()) {
				t.Errorf("%s: %+v", name, v)
			}
		}
	}
}

// TestModule: an image is no better than the plugin in it.
func TestModule(t *testing.T) {
	l := newLab(t)
	img := l.read(l.compat())
	for name, change := range map[string]func(){
		"no module":    func() { img.ModuleError = image.ErrNoModule },
		"not wasm":     func() { img.ModuleError, img.Module = nil, []byte("hello") },
		"no ABI in it": func() { img.Module = []byte("\x00asm\x01\x00\x00\x00") },
	} {
		change()
		for _, v := range Judge(img, Gateways()) {
			if v.Accepted || v.Cause == "" || v.Cure == "" {
				t.Errorf("%s: %+v", name, v)
			}
		}
	}
}

func TestParse(t *testing.T) {
	got, err := Parse([]string{"istio", " wkg", "istio"})
	if err != nil || fmt.Sprint(got) != "[istio wkg]" {
		t.Errorf("got %v, %v", got, err)
	}
	if _, err := Parse([]string{"nginx"}); err == nil || !strings.Contains(err.Error(), "runwasi") {
		t.Errorf("got %v", err)
	}
	raw, _ := json.Marshal(Verdict{Consumer: Istio, Accepted: true})
	if string(raw) != `{"consumer":"istio","accepted":true}` {
		t.Errorf("got %s", raw)
	}
}
