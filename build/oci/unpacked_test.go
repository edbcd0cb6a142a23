package oci

import (
	"bytes"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/sluiceproxy/sluice/build"
)

// TestInspectOfMuch: an image of some kilobytes that unpacks to a large module,
// which no gateway takes, is described without holding that in memory.
func TestInspectOfMuch(t *testing.T) {
	const size = 48 << 20
	file := filepath.Join(t.TempDir(), "main.wasm")
	// A module of one custom section full of zeros.
	head := []byte("\x00asm\x01\x00\x00\x00\x00\x80\x80\x80\x18\x01x")
	if err := os.WriteFile(file, append(head, make([]byte, size-2)...), 0o644); err != nil {
		t.Fatal(err)
	}
	p, err := ParseLayout(filepath.Join(t.TempDir(), "images"))
	if err != nil {
		t.Fatal(err)
	}
	packed, _, err := pack(ctx, file, PackageOptions{}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer packed.close()
	if _, err := packed.to(ctx, p, []string{"1"}, Options{}); err != nil { // unchecked
		t.Fatal(err)
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	d, err := Describe(ctx, "oci:"+p.String(), Options{})
	runtime.ReadMemStats(&after)
	if err != nil {
		t.Fatal(err)
	}
	if d.Plugin == nil || d.Plugin.Size != size+len(head)-2 || d.Plugin.Refusal(build.Envoy) == nil {
		t.Errorf("got %+v", d.Plugin)
	}
	if used := after.TotalAlloc - before.TotalAlloc; used > size/4 {
		t.Errorf("%d bytes were allocated for a module of %d", used, size)
	}
}

// TestUnpackedBytes: the file is read whole, and reading less is an error.
func TestUnpackedBytes(t *testing.T) {
	f, err := newScratch()
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.WriteString("module"); err != nil {
		t.Fatal(err)
	}
	if got, err := (&unpacked{f, 6}).bytes(); !bytes.Equal(got, []byte("module")) || err != nil {
		t.Errorf("got %q, %v", got, err)
	}
	if got, err := (&unpacked{f, 7}).bytes(); err == nil {
		t.Errorf("got %q", got)
	}
}
