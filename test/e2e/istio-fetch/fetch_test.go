package fetch

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-containerregistry/pkg/registry"
	"istio.io/istio/pkg/wasm"
	"oras.land/oras-go/v2"

	"github.com/sluiceproxy/sluice/build/oci"
	"github.com/sluiceproxy/sluice/build/oci/check"
	"github.com/sluiceproxy/sluice/build/oci/check/checktest"
	"github.com/sluiceproxy/sluice/build/oci/image"
	"github.com/sluiceproxy/sluice/build/oci/layout"
	ociregistry "github.com/sluiceproxy/sluice/build/oci/registry"
)

// module is what all images hold.
var module = checktest.Plugin("for Istio")

// startRegistry starts go-containerregistry's registry in this process.
func startRegistry(t *testing.T) string {
	t.Helper()
	server := httptest.NewServer(registry.New(registry.Logger(log.New(io.Discard, "", 0))))
	t.Cleanup(server.Close)
	return strings.TrimPrefix(server.URL, "http://")
}

func options() oci.Options { return oci.Options{Registry: ociregistry.Options{PlainHTTP: true}} }

// push sends an image to a registry through a layout.
func push(t *testing.T, m *image.Memory, at string) {
	t.Helper()
	dir := t.TempDir()
	w, err := layout.Create(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	if err := oras.CopyGraph(context.Background(), m, w, m.Root, oras.CopyGraphOptions{}); err != nil {
		t.Fatal(err)
	}
	if err := w.Tag(context.Background(), m.Root, "x"); err != nil {
		t.Fatal(err)
	}
	src, err := oci.ParsePlace("oci:" + dir)
	if err != nil {
		t.Fatal(err)
	}
	dst, err := oci.ParsePlace(at)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := oci.Copy(context.Background(), src, dst, nil, options()); err != nil {
		t.Fatal(err)
	}
}

// istio pulls an image as the proxy agent does.
func istio(t *testing.T, image, checksum string) ([]byte, error) {
	t.Helper()
	cache := wasm.NewLocalFileCache(t.TempDir(), wasm.Options{PurgeInterval: time.Hour, ModuleExpiry: time.Hour, HTTPRequestTimeout: 10 * time.Second, HTTPRequestMaxRetries: 1})
	defer cache.Cleanup()
	path, err := cache.Get("oci://"+image, wasm.GetOptions{Checksum: checksum, ResourceName: "x", RequestTimeout: 30 * time.Second})
	if err != nil {
		return nil, err
	}
	return os.ReadFile(path)
}

// verdict is that of "sluice check".
func verdict(t *testing.T, image, pin string) check.Verdict {
	t.Helper()
	r, err := oci.Check(context.Background(), image, oci.CheckOptions{For: []check.Consumer{check.Istio}, SHA256: pin}, options())
	if err != nil {
		t.Fatal(err)
	}
	return r.Verdicts[0]
}

// TestVerdicts: for every layout the fetcher and check agree, and where both
// take it the fetcher returns the module that went in.
func TestVerdicts(t *testing.T) {
	host := startRegistry(t)
	for _, l := range checktest.Layouts() {
		t.Run(l.Name, func(t *testing.T) {
			m, err := l.Make(module)
			if err != nil {
				t.Fatal(err)
			}
			at := host + "/" + l.Name + ":1"
			push(t, m, at)
			got, err := istio(t, at, "")
			v := verdict(t, at, "")
			if (err == nil) != v.Accepted || v.Accepted != strings.Contains(l.Takes, "G") {
				t.Errorf("the fetcher: %v; check: %+v; the table: %q", err, v, l.Takes)
			}
			if err == nil && !bytes.Equal(got, module) {
				t.Errorf("the fetcher returned %d other bytes", len(got))
			}
		})
	}
}

// TestForms: the fetcher takes every form that "sluice push" makes.
func TestForms(t *testing.T) {
	host := startRegistry(t)
	for i, spec := range []image.Spec{
		{}, {Format: image.Docker}, {Format: image.Artifact}, {Index: true}, {Index: true, Format: image.Artifact},
		{Metadata: []image.Metadata{{Name: "spec.yaml", MediaType: image.SpecLayer, Content: []byte("a: b")}, {Name: "README.md", MediaType: image.DocLayer, Content: []byte("x")}}},
	} {
		m, err := image.Pack(module, spec)
		if err != nil {
			t.Fatal(err)
		}
		at := fmt.Sprintf("%s/form%d:1", host, i)
		push(t, m, at)
		if got, err := istio(t, at, ""); err != nil || !bytes.Equal(got, module) {
			t.Errorf("%+v: %d bytes, %v", spec, len(got), err)
		}
	}
}

// TestPins: the fetcher compares the field sha256 with the digest of the
// image's manifest, as check says.
func TestPins(t *testing.T) {
	host := startRegistry(t)
	single, err := image.Pack(module, image.Spec{})
	if err != nil {
		t.Fatal(err)
	}
	index, err := image.Pack(module, image.Spec{Index: true})
	if err != nil {
		t.Fatal(err)
	}
	push(t, single, host+"/single:1")
	push(t, index, host+"/index:1")
	hex := single.Root.Digest.Encoded()
	for name, c := range map[string]struct{ image, pin string }{
		"manifest":             {host + "/single:1", hex},
		"manifest in an index": {host + "/index:1", hex},
		"index":                {host + "/index:1", index.Root.Digest.Encoded()},
		"another":              {host + "/single:1", strings.Repeat("0", 64)},
	} {
		_, err := istio(t, c.image, c.pin)
		v := verdict(t, c.image, c.pin)
		if want := c.pin == hex; (err == nil) != want || v.Accepted != want {
			t.Errorf("%s: the fetcher: %v; check: %+v", name, err, v)
		}
	}
}
