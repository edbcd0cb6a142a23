package build

import (
	"os"
	"path/filepath"
	"testing"
)

// What gets linked costs each gateway load time and memory: V8 compiles a
// megabyte of code in about 1.5 seconds. The bounds are some 3% over what is there.
const (
	maxLeanFile  = 2_230_000 // by "sluice build"
	maxLeanCode  = 1_340_000
	maxPlainFile = 2_800_000 // by "go build", with names for debuggers
)

// TestLeanSize builds the smallest plugin of the wrapper both ways, and sees that
// nothing large has come into it.
func TestLeanSize(t *testing.T) {
	dir := filepath.Join("..", "test", "bench", "testdata", "hello", "callback")
	r, err := Build(testContext(t), Options{Dir: dir, Output: filepath.Join(t.TempDir(), DefaultOutput)})
	if err != nil {
		t.Fatal(err)
	}
	sizes, err := Sizes(r.Code)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d bytes, %d of code, %d compressed", sizes.Size, sizes.Code, sizes.Gzip)
	if sizes.Size > maxLeanFile || sizes.Code > maxLeanCode {
		t.Errorf("the file has %d bytes, %d of code; want at most %d and %d. The largest packages:", sizes.Size, sizes.Code, maxLeanFile, maxLeanCode)
		for _, p := range sizes.Packages[:12] {
			t.Errorf("%8d %s, dragged in by %q", p.Size, p.Package, p.Chain)
		}
	}
	for _, p := range sizes.Packages {
		if p.Size < 20_000 {
			continue // what is in its place, or its initialisation
		}
		switch p.Package {
		case "net/http", "encoding/json", "fmt", "os", "internal/poll", "reflect", "github.com/tidwall/gjson", "internal/bisect":
			t.Errorf("%s is linked, dragged in by %q", p.Package, p.Chain)
		}
	}
	b, err := newBuilder(Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	if err := b.findGo(testContext(t)); err != nil {
		t.Fatal(err)
	}
	plain := filepath.Join(t.TempDir(), "plain.wasm")
	if _, err := b.tool.Run(testContext(t), []string{"GOOS=wasip1", "GOARCH=wasm"}, "build", "-buildmode=c-shared", "-o", plain, "."); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(plain); err != nil || info.Size() > maxPlainFile {
		t.Errorf("go build makes %v, %v; want at most %d bytes", info.Size(), err, maxPlainFile)
	}
}
