package check

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/opencontainers/go-digest"

	"github.com/sluiceproxy/sluice/build"
	"github.com/sluiceproxy/sluice/build/oci/check/checktest"
	"github.com/sluiceproxy/sluice/build/oci/image"
)

// read makes what Judge takes.
func read(t *testing.T, m *image.Memory) Image {
	t.Helper()
	n, err := image.Read(context.Background(), m, m.Root)
	if err != nil {
		t.Fatal(err)
	}
	img := Image{Root: n, Configs: map[digest.Digest][]byte{}}
	n.Walk(func(n *image.Node) {
		if n.Manifest != nil {
			img.Configs[n.Manifest.Config.Digest], err = image.Fetch(context.Background(), m, n.Manifest.Config, 1<<20)
			if err != nil {
				t.Fatal(err)
			}
		}
	})
	return img
}

// layout finds one by its name.
func layout(t *testing.T, name string) Image {
	t.Helper()
	for _, l := range checktest.Layouts() {
		if l.Name == name {
			m, err := l.Make([]byte("wasm"))
			if err != nil {
				t.Fatal(err)
			}
			return read(t, m)
		}
	}
	t.Fatalf("no layout %s", name)
	return Image{}
}

var letters = map[Consumer]string{Istio: "G", Higress: "G", EnvoyGateway: "G", Wkg: "W", Kwctl: "K", Runwasi: "R"}

func TestLayouts(t *testing.T) {
	for _, c := range checktest.Layouts() {
		t.Run(c.Name, func(t *testing.T) {
			for _, v := range Judge(layout(t, c.Name), Consumers()) {
				if want := strings.Contains(c.Takes, letters[v.Consumer]); v.Accepted != want || want != (v.Cause == "") {
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
		for _, v := range Judge(read(t, m), Consumers()) {
			if want := strings.Contains(c.takes, letters[v.Consumer]); v.Accepted != want {
				t.Errorf("%s: %+v, want accepted=%t", name, v, want)
			}
		}
	}
}

// TestPins: gateways compare a pinned digest with that of the manifest.
func TestPins(t *testing.T) {
	single, index := layout(t, "compat"), layout(t, "index-compat-cncf-amd64")
	compat := single.Root.Descriptor.Digest
	for name, c := range map[string]struct {
		img Image
		pin digest.Digest
		ok  bool
	}{
		"manifest":               {single, compat, true},
		"manifest in an index":   {index, compat, true},
		"index":                  {index, index.Root.Descriptor.Digest, false},
		"the module":             {single, digest.FromString("wasm"), false},
		"another child of index": {index, index.Root.Children[1].Descriptor.Digest, false},
	} {
		c.img.Pin = c.pin
		for _, v := range Judge(c.img, Gateways()) {
			if v.Accepted != c.ok || v.Manifest != compat || !c.ok && !strings.Contains(v.Cure, compat.String()) {
				t.Errorf("%s: %+v", name, v)
			}
		}
	}
}

// TestNoLayers: nobody takes an image without layers.
func TestNoLayers(t *testing.T) {
	img := layout(t, "compat")
	img.Root.Manifest.Layers = nil
	for _, v := range Judge(img, Consumers()) {
		if v.Accepted {
			t.Errorf("%+v", v)
		}
	}
}

// TestRefusal: each cause is told once, with all that refuse for it.
func TestRefusal(t *testing.T) {
	err := Refusal(Judge(layout(t, "artifact-1"), Consumers()))
	if err == nil || !strings.Contains(err.Error(), "istio, higress, envoy-gateway would refuse") || strings.Count(err.Error(), "exactly 2 layers") != 1 {
		t.Errorf("got %v", err)
	}
	if err := Refusal(Judge(layout(t, "compat"), Gateways())); err != nil {
		t.Errorf("got %v", err)
	}
}

// TestPlugin: an image is no better than the plugin in it.
func TestPlugin(t *testing.T) {
	img := layout(t, "compat")
	img.PluginError = image.ErrNoModule
	for _, v := range Judge(img, Gateways()) {
		if v.Accepted || v.Cause == "" || v.Cure == "" {
			t.Errorf("%+v", v)
		}
	}
	report, err := build.Inspect([]byte("\x00asm\x01\x00\x00\x00"))
	if err != nil {
		t.Fatal(err)
	}
	img.PluginError, img.Plugin = nil, report
	for _, v := range Judge(img, Gateways()) {
		if v.Accepted || v.Cause == "" || v.Cure == "" {
			t.Errorf("%+v", v)
		}
	}
	img.Plugin.Problems = []build.Problem{{Cause: "x", Cure: "y", Targets: []build.Target{build.Istio}}}
	for _, v := range Judge(img, Gateways()) {
		if v.Accepted == (v.Consumer == Istio) {
			t.Errorf("%+v", v)
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
