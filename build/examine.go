package build

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"

	"github.com/sluiceproxy/sluice/build/wasm"
)

// Examine is Inspect for a module that is not in memory: it reads the file of
// size bytes twice and holds only the parts that are judged, so that it needs
// the same memory for a module of any size. The report has no compressed sizes,
// which take longer than all the rest.
func Examine(code io.ReaderAt, size int64) (*Report, error) {
	if size > maxModule {
		return nil, fmt.Errorf("a module of %d bytes; no gateway takes one beyond 1 GiB", size)
	}
	kind, err := wasm.KindAt(code, size)
	if err != nil {
		return nil, err
	}
	f := &facts{kind: kind}
	if kind == wasm.KindModule {
		f.module, f.broken = wasm.Skim(code, size)
		f.read()
	}
	r := f.report()
	sum := sha256.New()
	if _, err := io.Copy(sum, io.NewSectionReader(code, 0, size)); err != nil {
		return nil, err
	}
	r.SHA256, r.Size = hex.EncodeToString(sum.Sum(nil)), int(size)
	r.Sections = []Section{}
	if f.module != nil {
		for _, s := range f.module.Sections {
			r.Sections = append(r.Sections, Section{Name: sectionName(s), Size: s.Size})
		}
	}
	return r, nil
}
