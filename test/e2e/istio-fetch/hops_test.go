package fetch

import (
	"context"
	"crypto/sha256"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sluiceproxy/sluice/build/oci"
	"github.com/sluiceproxy/sluice/build/oci/check/checktest"
)

// TestHops moves every layout through go-containerregistry's registry on all
// ways: pushed, copied, saved as a tar file and a directory, loaded. Its digest
// stays, and where gateways take it the plugin comes out as it went in.
func TestHops(t *testing.T) {
	host, other := startRegistry(t), startRegistry(t)
	for _, l := range checktest.Layouts() {
		t.Run(l.Name, func(t *testing.T) {
			m, err := l.Make(module)
			if err != nil {
				t.Fatal(err)
			}
			dir := t.TempDir()
			stops := []string{host + "/" + l.Name + ":1", other + "/" + l.Name + ":1", filepath.Join(dir, "x.tar"), "oci:" + filepath.Join(dir, "images"), other + "/loaded/" + l.Name + ":1"}
			push(t, m, stops[0])
			for i := range stops[1:] {
				got, err := oci.Copy(context.Background(), place(t, stops[i]), place(t, stops[i+1]), nil, options())
				if err != nil || got.Digest != m.Root.Digest.String() {
					t.Fatalf("%s to %s: %+v, %v", stops[i], stops[i+1], got, err)
				}
			}
			if !strings.Contains(l.Takes, "G") {
				return
			}
			pulled, err := oci.Pull(context.Background(), place(t, stops[len(stops)-1]), dir, options())
			if want := fmt.Sprintf("%x", sha256.Sum256(module)); err != nil || pulled.SHA256 != want {
				t.Errorf("pulled %+v, %v, want %s", pulled, err, want)
			}
		})
	}
}

func place(t *testing.T, text string) oci.Place {
	t.Helper()
	p, err := oci.ParsePlace(text)
	if err != nil {
		t.Fatal(err)
	}
	return p
}
