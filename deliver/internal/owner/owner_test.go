//go:build unix

package owner

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestTake(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new")
	release, err := Take(dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Take(dir); !errors.Is(err, ErrOwned) || !strings.Contains(err.Error(), fmt.Sprint("process ", os.Getpid())) {
		t.Errorf("taken twice: %v", err)
	}
	release()
	release, err = Take(dir)
	if err != nil {
		t.Fatalf("after its release: %v", err)
	}
	release()
}

func TestTakeFails(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Take(file); err == nil || errors.Is(err, ErrOwned) {
		t.Errorf("a file: %v", err)
	}
}
