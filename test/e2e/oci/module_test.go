package oci

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"

	"github.com/sluiceproxy/sluice/build/oci/check/checktest"
)

// moduleVariable makes the test's binary write a module and end.
const moduleVariable = "SLUICE_TEST_MODULE"

// writeModule writes a module that compresses to about half, of as many MiB as
// the file's name says.
func writeModule(file string) {
	size := 0
	_, err := fmt.Sscanf(filepath.Base(file), "%d.wasm", &size)
	b := make([]byte, size<<20)
	rand.NewChaCha8([32]byte{}).Read(b)
	for i := range b {
		if i%4 != 0 {
			b[i] &= 7
		}
	}
	if err == nil {
		err = os.WriteFile(file, checktest.Plugin(string(b)), 0o644)
	}
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
}
