package run

import (
	"context"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sluiceproxy/sluice/build/oci"
	"github.com/sluiceproxy/sluice/build/oci/store"
	"github.com/sluiceproxy/sluice/deploy/envoy/envoytest"
)

// inLayout packs a plugin as an OCI layout, whose place is returned.
func inLayout(t *testing.T, dir string, code []byte) oci.Place {
	t.Helper()
	file := filepath.Join(t.TempDir(), "main.wasm")
	if err := os.WriteFile(file, code, 0o644); err != nil {
		t.Fatal(err)
	}
	p := mustPlace(t, "oci:"+dir)
	if _, err := oci.Package(context.Background(), file, p, []string{"1.0"}, oci.PackageOptions{}, oci.Options{}); err != nil {
		t.Fatal(err)
	}
	return p
}

func mustPlace(t *testing.T, text string) oci.Place {
	t.Helper()
	p, err := oci.ParsePlace(text)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// TestIsImage: what is there as a file or directory is one; the rest is an image
// only if it begins with a registry.
func TestIsImage(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	inLayout(t, "images", envoytest.Probe("x"))
	for _, f := range []string{"plugin/main.go", "reg.example/team/plugin/main.go", "x.tar", "page/index.json", "page/main.go"} {
		put(t, f, "")
	}
	for text, want := range map[string]bool{
		"reg.example/team/other:1": true, "reg.example/team/other": true, "localhost/p": true, "localhost:5000/p:1": true,
		"127.0.0.1:5000/p@sha256:" + strings.Repeat("0", 64): true, "oci://reg.example/team/plugin": true, "docker.io/me/plugin:1": true,
		"images": true, "images:1.0": true, "images/:1.0": true, "./images": true, "x.tar": true, "x.tar:1": true, "oci:anything": true, "oci-archive:x": true,
		"plugin": false, "./plugin": false, "reg.example/team/plugin": false, "page": false, "none": false, "./none": false, "../none": false, "/none/x.y": false,
		"plugins/none": false, "plugins.d/none.wasm": false, "plugins.d/main.go": false, "none.tar": false, "": false, "reg.example/UPPER": false, "$(id)/x:1": false,
	} {
		if got := IsImage(text); got != want {
			t.Errorf("%q: %t", text, got)
		}
	}
}

// TestRunImage: a layout's plugin serves, with the configuration that was named;
// the events tell which image it was.
func TestRunImage(t *testing.T) {
	place := inLayout(t, filepath.Join(t.TempDir(), "my-plugin"), envoytest.Probe("from an image"))
	config := file(t, "c.yaml", "a: 1\n")
	loaded := make(chan Loaded, 1)
	ready := make(chan Ready, 1)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() {
		done <- Run(ctx, Options{
			Image: &Image{Place: place}, Config: config, Engine: Embedded(), Listen: "127.0.0.1:0", HTTPBin: "127.0.0.1:0",
			OnEvent: func(e Event) {
				switch e := e.(type) {
				case Loaded:
					loaded <- e
				case Ready:
					ready <- e
				}
			},
		})
	}()
	select {
	case r := <-ready:
		if r.Plugins != "my-plugin" {
			t.Errorf("serving %q", r.Plugins)
		}
	case err := <-done:
		t.Fatal(err)
	}
	if l := <-loaded; l.Image != place.String() || !strings.HasPrefix(l.Digest, "sha256:") {
		t.Errorf("loaded %+v", l)
	}
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
}

// TestRunImageFails: what can't be loaded is an error before anything serves.
func TestRunImageFails(t *testing.T) {
	gone := httptest.NewServer(nil)
	at := strings.TrimPrefix(gone.URL, "http://")
	gone.Close()
	never := oci.LoadOptions{Store: store.New(t.TempDir()), Pull: oci.Never}
	for name, c := range map[string]struct {
		image Image
		want  string
	}{
		"no layout":    {Image{Place: mustPlace(t, "oci:"+t.TempDir())}, "not an OCI layout"},
		"not in store": {Image{Place: mustPlace(t, at+"/p:1"), Load: never}, "--pull missing"},
		"no registry":  {Image{Place: mustPlace(t, at+"/p:1")}, at},
	} {
		if strings.Contains(name, "registry") {
			c.image.Options.Registry.PlainHTTP, c.image.Options.Registry.Attempts = true, 1
		}
		err := Run(context.Background(), Options{Image: &c.image, Engine: Embedded(), Listen: "127.0.0.1:0", HTTPBin: "off"})
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v", name, err)
		}
	}
	if err := Run(context.Background(), Options{Image: &Image{}, Source: "x", Engine: Embedded()}); err == nil {
		t.Error("an image and a source")
	}
}
