package oci

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sluiceproxy/sluice/build/oci/image"
	"github.com/sluiceproxy/sluice/build/oci/policy"
	"github.com/sluiceproxy/sluice/build/oci/registry"
)

// TestLayoutPolicyNames: a rule for a layout's path holds however the path is
// written.
func TestLayoutPolicyNames(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	place := layoutOf(t, filepath.Join(dir, "images"))
	o := Options{Policy: &policy.Policy{Default: policy.Accept, Rules: []policy.Rule{
		{Images: []string{"oci:" + filepath.ToSlash(dir) + "/**"}, Action: policy.Reject},
	}}}
	for _, text := range []string{place, "images", "./images", "oci:images", "oci:../" + filepath.Base(dir) + "/images"} {
		p, err := ParsePlace(text)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Verify(ctx, p, o); !errors.Is(err, policy.ErrRejected) {
			t.Errorf("%s: %v", text, err)
		}
	}
}

// layoutOf packs the smallest plugin as a layout.
func layoutOf(t *testing.T, dir string) string {
	t.Helper()
	p, err := ParseLayout(dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Package(ctx, pluginFile(t, "x"), p, []string{"1.0"}, PackageOptions{}, Options{}); err != nil {
		t.Fatal(err)
	}
	return "oci:" + dir
}

// TestOtherDigest: a registry that answers a digest with another image is found
// out before anything of it is used.
func TestOtherDigest(t *testing.T) {
	asked, given := "sha256:"+strings.Repeat("a", 64), "sha256:"+strings.Repeat("b", 64)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Docker-Content-Digest", given)
		w.Header().Set("Content-Type", "application/vnd.oci.image.manifest.v1+json")
		w.Header().Set("Content-Length", "2")
	}))
	defer server.Close()
	p, err := ParsePlace(strings.TrimPrefix(server.URL, "http://") + "/p@" + asked)
	if err != nil {
		t.Fatal(err)
	}
	_, err = Verify(ctx, p, Options{Registry: registry.Options{PlainHTTP: true, Attempts: 1}})
	if err == nil || !strings.Contains(err.Error(), given) || errors.Is(err, image.ErrLimit) {
		t.Errorf("got %v", err)
	}
}
