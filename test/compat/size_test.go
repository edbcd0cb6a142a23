package compat

import (
	"path/filepath"
	"testing"

	plugins "github.com/sluiceproxy/sluice/build"
	"github.com/sluiceproxy/sluice/test/compat/documents"
)

// What gets linked costs each gateway load time and memory: V8 compiles a
// megabyte of code in about 1.5 seconds. The bounds are 5% over what is there.
const (
	maxGuideFile = 3_030_000
	maxGuideCode = 1_900_000
)

// TestGuideSize builds the guide's first program as it stands, with the imports of
// Higress' Go SDK, and sees that nothing large has come into it.
func TestGuideSize(t *testing.T) {
	dir := documents.Program(t, "mock", documents.GoMod)
	r, err := plugins.Build(t.Context(), plugins.Options{Dir: dir, Output: filepath.Join(t.TempDir(), "main.wasm")})
	if err != nil {
		t.Fatal(err)
	}
	sizes, err := plugins.Sizes(r.Code)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d bytes, %d of code, %d compressed", sizes.Size, sizes.Code, sizes.Gzip)
	if sizes.Size > maxGuideFile || sizes.Code > maxGuideCode {
		t.Errorf("the file has %d bytes, %d of code; want at most %d and %d. The largest packages:", sizes.Size, sizes.Code, maxGuideFile, maxGuideCode)
		for _, p := range sizes.Packages[:12] {
			t.Errorf("%8d %s, dragged in by %q", p.Size, p.Package, p.Chain)
		}
	}
	for _, p := range sizes.Packages {
		if p.Size < 20_000 {
			continue // what is in its place, or its initialisation
		}
		switch p.Package {
		case "net/http", "encoding/json", "fmt", "os", "internal/poll":
			t.Errorf("%s is linked, dragged in by %q", p.Package, p.Chain)
		}
	}
}
