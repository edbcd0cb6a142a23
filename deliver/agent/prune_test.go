package agent

import (
	"path/filepath"
	"testing"
	"time"
)

// TestPrune: modules that no version needs any more go, those that serve stay.
func TestPrune(t *testing.T) {
	l := newLab(t)
	l.o.Prune, l.o.Prepare.Grace = 20*time.Millisecond, 300*time.Millisecond
	l.agent()
	url, sum := l.probe("one")
	l.plane.push("probe", url, sum, "x", "")
	l.run("GRPC")
	l.serves("one", "x")
	for _, mark := range []string{"two", "three"} {
		url, sum = l.probe(mark)
		l.plane.push("probe", url, sum, "x", "")
		l.serves(mark, "x")
	}
	eventually(t, "one file is left", func() bool {
		files, err := filepath.Glob(filepath.Join(l.o.Prepare.Dir, "*.wasm"))
		return err == nil && len(files) == 1 && filepath.Base(files[0]) == sum+".wasm"
	})
	l.envoy.Stop()
	l.run("GRPC")
	l.serves("three", "x")
}
