package build

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/sluiceproxy/sluice/build/wasm"
)

// ErrNotReproducible is in the error about two builds of the same source that
// differ.
var ErrNotReproducible = errors.New("the build is not reproducible")

// verify builds the plugin a second time, as somebody else would: from another
// directory, with nothing in the build cache, and with another user's settings.
// An error that wraps ErrNotReproducible says where the two modules differ.
func (b *builder) verify(ctx context.Context, code []byte) (err error) {
	if !b.Verify {
		return nil
	}
	b.progress("building it again, from another directory and without a cache, to compare the bytes")
	tmp, err := os.MkdirTemp("", "sluice-verify-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(tmp)) }()
	again, err := b.elsewhere(tmp)
	if err != nil {
		return err
	}
	other, err := again.make(ctx)
	if err != nil {
		return fmt.Errorf("the second build, for --verify: %w", err)
	}
	if !bytes.Equal(code, other) {
		return fmt.Errorf("%w: %s", ErrNotReproducible, difference(code, other))
	}
	return nil
}

// elsewhere is a builder for the same source under another name: a link to the
// file system's root lies in front of its path, so that what it says of
// neighbouring directories holds.
func (b *builder) elsewhere(tmp string) (*builder, error) {
	dir, err := filepath.Abs(b.Dir)
	if err != nil {
		return nil, err
	}
	volume := filepath.VolumeName(dir)
	link := filepath.Join(tmp, "another place")
	if err := os.Symlink(volume+string(filepath.Separator), link); err != nil {
		return nil, fmt.Errorf("a second name for %s: %w", dir, err)
	}
	o := b.Options
	o.Dir = filepath.Join(link, dir[len(volume):])
	o.Env = append(slices.Clone(o.Env), "PWD="+o.Dir, "GOCACHE="+filepath.Join(tmp, "cache"),
		"USER=somebody", "LOGNAME=somebody", "TZ=Pacific/Chatham", "LANG=tr_TR.UTF-8", "LC_ALL=tr_TR.UTF-8", "GOMAXPROCS=1")
	return &builder{Options: o, output: b.output}, nil
}

// difference says in which section two modules differ: in the code and in which
// function, or in the first that does.
func difference(a, b []byte) string {
	one, err := wasm.Decode(a)
	other, err2 := wasm.Decode(b)
	if err := errors.Join(err, err2); err != nil {
		return "one of the two is no module: " + err.Error()
	}
	found := ""
	for i := range max(len(one.Sections), len(other.Sections)) {
		switch {
		case i >= len(one.Sections):
			return "only the second has a section " + sectionName(other.Sections[i])
		case i >= len(other.Sections):
			return "only the first has a section " + sectionName(one.Sections[i])
		}
		x, y := one.Sections[i], other.Sections[i]
		if sectionName(x) != sectionName(y) {
			return fmt.Sprintf("section %d is %s in the first and %s in the second", i, sectionName(x), sectionName(y))
		}
		if (found == "" || x.ID == wasm.SectionCode) && !bytes.Equal(x.Content, y.Content) {
			found = fmt.Sprintf("the %s section differs from byte %d on%s", sectionName(x), common(x.Content, y.Content), differentFunction(one, other, x.ID))
		}
	}
	if found == "" {
		return "only the lengths of sections are written otherwise"
	}
	return found
}

// differentFunction names the first function that is not the same in both.
func differentFunction(one, other *wasm.Module, id wasm.SectionID) string {
	if id != wasm.SectionCode {
		return ""
	}
	f, ok := one.FirstDifference(other)
	switch {
	case !ok:
		return ""
	case f.Name == "":
		return fmt.Sprintf(", in function %d", f.Index)
	}
	return ", in " + f.Name
}

// common is how many bytes two texts begin with alike.
func common(a, b []byte) int {
	n := 0
	for n < min(len(a), len(b)) && a[n] == b[n] {
		n++
	}
	return n
}
