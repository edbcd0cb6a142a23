package image

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"io"
	"testing"
	"time"

	"github.com/opencontainers/go-digest"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"
)

// specs are all the forms that Pack makes.
func specs() map[string]Spec {
	readme := []Metadata{{"spec.yaml", SpecLayer, []byte("a: b\n")}, {"README.md", DocLayer, []byte("# x\n")}}
	return map[string]Spec{
		"oci":             {},
		"docker":          {Format: Docker},
		"artifact":        {Format: Artifact},
		"higress":         {Metadata: readme},
		"index":           {Index: true},
		"index, artifact": {Index: true, Format: Artifact},
		"all":             {Index: true, Metadata: readme, Created: time.Unix(1700000000, 5), Annotations: map[string]string{ocispec.AnnotationVersion: "1.2.3"}},
	}
}

// TestPack: the module comes out as it went in, what is named is there, and a
// second run gives the same image.
func TestPack(t *testing.T) {
	for name, spec := range specs() {
		t.Run(name, func(t *testing.T) {
			m, err := Pack(module, spec)
			if err != nil {
				t.Fatal(err)
			}
			again, _ := Pack(bytes.Clone(module), spec)
			if m.Root.Digest != again.Root.Digest {
				t.Errorf("two runs: %s and %s", m.Root.Digest, again.Root.Digest)
			}
			root, err := Read(context.Background(), m, m.Root)
			if err != nil {
				t.Fatal(err)
			}
			root.Walk(func(n *Node) {
				for _, d := range n.Successors() {
					if _, err := Fetch(context.Background(), m, d, 1<<20); err != nil {
						t.Errorf("%s: %v", d.MediaType, err)
					}
				}
			})
			n, err := Pick(root)
			if err != nil {
				t.Fatal(err)
			}
			var out bytes.Buffer
			if _, err := Extract(context.Background(), m, n, &out); err != nil || !bytes.Equal(out.Bytes(), module) {
				t.Errorf("got %q, %v", out.Bytes(), err)
			}
		})
	}
}

func manifestOf(t *testing.T, spec Spec) (*Memory, *ocispec.Manifest) {
	t.Helper()
	m, err := Pack(module, spec)
	if err != nil {
		t.Fatal(err)
	}
	n, err := Read(context.Background(), m, m.Root)
	if err != nil {
		t.Fatal(err)
	}
	if n, err = Pick(n); err != nil {
		t.Fatal(err)
	}
	return m, n.Manifest
}

// TestCompat: config, diff_ids and annotations are those of an image.
func TestCompat(t *testing.T) {
	for _, name := range []string{"oci", "docker", "higress", "all"} {
		spec := specs()[name]
		m, manifest := manifestOf(t, spec)
		var config ocispec.Image
		if err := json.Unmarshal(m.blobs[manifest.Config.Digest], &config); err != nil {
			t.Fatal(err)
		}
		if config.Architecture != "wasm" || config.OS != "wasip1" || len(config.RootFS.DiffIDs) != len(manifest.Layers) {
			t.Errorf("%s: config %+v", name, config)
		}
		last := len(manifest.Layers) - 1
		z, err := gzip.NewReader(m.files[manifest.Layers[last].Digest])
		if err != nil {
			t.Fatal(err)
		}
		plain, _ := io.ReadAll(z)
		if got := digest.FromBytes(plain); got != config.RootFS.DiffIDs[last] {
			t.Errorf("%s: diff_id %s, the layer is %s", name, config.RootFS.DiffIDs[last], got)
		}
		if !z.ModTime.IsZero() || z.Name != "" {
			t.Errorf("%s: the gzip header has a time or a name", name)
		}
		labels := config.Config.Labels
		if labels[VariantAnnotation] != "compat" || labels[ocispec.AnnotationCreated] != config.Created.Format(time.RFC3339) {
			t.Errorf("%s: labels %v", name, labels)
		}
		if docker := spec.Format == Docker; docker != (manifest.Annotations == nil) {
			t.Errorf("%s: annotations %v", name, manifest.Annotations)
		}
	}
	_, manifest := manifestOf(t, specs()["all"])
	if a := manifest.Annotations; a[ocispec.AnnotationVersion] != "1.2.3" || a[ocispec.AnnotationCreated] != "2023-11-14T22:13:20Z" {
		t.Errorf("annotations %v", a)
	}
	if manifest.Layers[0].MediaType != SpecLayer || manifest.Layers[2].MediaType != ocispec.MediaTypeImageLayerGzip {
		t.Errorf("layers %v", manifest.Layers)
	}
}

// TestIndexOrder: gateways take the first child that has no platform.
func TestIndexOrder(t *testing.T) {
	m, _ := manifestOf(t, specs()["index"])
	var index ocispec.Index
	if err := json.Unmarshal(m.blobs[m.Root.Digest], &index); err != nil {
		t.Fatal(err)
	}
	for i, d := range index.Manifests {
		if (i == 0) != (d.Platform == nil) {
			t.Errorf("child %d has the platform %v", i, d.Platform)
		}
	}
}

func TestPackRefuses(t *testing.T) {
	metadata := []Metadata{{"README.md", DocLayer, nil}}
	for _, spec := range []Spec{
		{Format: "zip"}, {Format: Docker, Index: true}, {Format: Docker, Metadata: metadata}, {Format: Artifact, Metadata: metadata},
	} {
		if _, err := Pack(module, spec); !errors.Is(err, ErrSpec) {
			t.Errorf("%+v: got %v", spec, err)
		}
	}
}
