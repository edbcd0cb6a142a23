package migrate

import (
	"os"
	"path/filepath"
	"testing"
)

// TestNothingHalfWritten has a file that can't be replaced behind one that can.
func TestNothingHalfWritten(t *testing.T) {
	dir := write(t, map[string]string{"a.go": "old a", "b.go": "old b"})
	r := newResult()
	r.Sources["a.go"], r.Sources["b.go"] = []byte("new a"), []byte("new b")
	if err := os.Mkdir(filepath.Join(dir, "b.go"+suffix), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := r.write(dir); err == nil {
		t.Fatal("no error")
	}
	for name, want := range map[string]string{"a.go": "old a", "b.go": "old b"} {
		if b, err := os.ReadFile(filepath.Join(dir, name)); err != nil || string(b) != want {
			t.Errorf("%s is %q, %v", name, b, err)
		}
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "a.go?*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
	if err := r.write(dir); err != nil { // what was in the way is gone
		t.Fatal(err)
	}
	if b, err := os.ReadFile(filepath.Join(dir, "b.go")); err != nil || string(b) != "new b" {
		t.Errorf("b.go is %q, %v", b, err)
	}
}
