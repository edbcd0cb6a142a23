package image_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sluiceproxy/sluice/build/oci"
	"github.com/sluiceproxy/sluice/deploy/envoy/envoytest"
	"github.com/sluiceproxy/sluice/plugintest"
	"github.com/sluiceproxy/sluice/plugintest/image"
)

// packed makes an OCI layout with a plugin of some hundred bytes and returns the
// image's name.
func packed(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	file := filepath.Join(dir, "plugin.wasm")
	if err := os.WriteFile(file, envoytest.Probe("image"), 0o600); err != nil {
		t.Fatal(err)
	}
	name := "oci:" + filepath.Join(dir, "layout") + ":1.0.0"
	place, err := oci.ParsePlace(name)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := oci.Package(context.Background(), file, place, []string{"1.0.0"}, oci.PackageOptions{}, oci.Options{}); err != nil {
		t.Fatal(err)
	}
	return name
}

func TestLayout(t *testing.T) {
	p := plugintest.Plugin{Module: image.Ref(packed(t)), Config: "c"}
	plugintest.Run(t, p, func(t *testing.T, gw *plugintest.Gateway) {
		gw.Get("/").WantStatus(200).WantHeader("x-code", "image").WantHeader("x-config", "c")
		gw.WantLog(plugintest.Info, "probe image saw a request")
	})
}

func TestBadNames(t *testing.T) {
	for _, name := range []string{"", "no image", "oci:" + t.TempDir() + ":1"} {
		if code, err := image.Ref(name).Load(context.Background()); err == nil {
			t.Errorf("%q: %d bytes", name, len(code))
		}
	}
	if _, err := image.Plain("127.0.0.1:1/none:1").Load(context.Background()); err == nil || !strings.Contains(err.Error(), "127.0.0.1:1") {
		t.Errorf("a registry that is not there: %v", err)
	}
}
