package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

func (b *sdkBreak) path(root string) string {
	return filepath.Join(root, "sdk", filepath.FromSlash(b.file))
}

// apply returns the source with the break in it.
func (b *sdkBreak) apply(root string) (string, error) {
	text, err := os.ReadFile(b.path(root))
	if err != nil {
		return "", fmt.Errorf("break %q: %w", b.name, err)
	}
	if n := strings.Count(string(text), b.old); n != 1 {
		return "", fmt.Errorf("break %q: sdk/%s has the text %q %d times, want once: fit the table to the source", b.name, b.file, b.old, n)
	}
	return strings.Replace(string(text), b.old, b.new, 1), nil
}
