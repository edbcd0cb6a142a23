package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/build/oci/internal/filelock"
)

// aged is a store of five images of about the same size, "0" used now, "1" an
// hour ago and so on.
func aged(t *testing.T) (*Store, int64) {
	t.Helper()
	s := New(t.TempDir())
	for i := range 5 {
		r := mustPut(t, s, repo, fmt.Sprint(i), "plugin "+fmt.Sprint(i))
		at := time.Now().Add(-time.Duration(i) * time.Hour)
		os.Chtimes(filepath.Join(s.Dir(), imageFile(repo, r.Root.Digest)), at, at)
	}
	images, _ := s.List()
	var most int64
	for _, i := range images {
		most = max(most, i.Size)
	}
	return s, most
}

func tagsOf(images []Image) string {
	var tags []string
	for _, i := range images {
		tags = append(tags, i.Tags...)
	}
	slices.Sort(tags)
	return strings.Join(tags, "")
}

// TestPrune: what goes is what was asked for, and what stays is whole.
func TestPrune(t *testing.T) {
	for name, c := range map[string]struct {
		o    func(size int64) PruneOptions
		gone string
	}{
		"nothing old":      {func(int64) PruneOptions { return PruneOptions{} }, ""},
		"default age":      {func(int64) PruneOptions { return PruneOptions{Now: time.Now().Add(DefaultAge - 150*time.Minute)} }, "34"},
		"age":              {func(int64) PruneOptions { return PruneOptions{Age: 90 * time.Minute} }, "234"},
		"count":            {func(int64) PruneOptions { return PruneOptions{Keep: 2} }, "234"},
		"size":             {func(n int64) PruneOptions { return PruneOptions{MaxSize: 3 * n} }, "34"},
		"age and count":    {func(int64) PruneOptions { return PruneOptions{Age: 150 * time.Minute, Keep: 4} }, "34"},
		"size for nothing": {func(int64) PruneOptions { return PruneOptions{MaxSize: 1} }, "01234"},
		"all":              {func(int64) PruneOptions { return PruneOptions{All: true} }, "01234"},
	} {
		t.Run(name, func(t *testing.T) {
			s, size := aged(t)
			o := c.o(size)
			o.DryRun = true
			before := files(t, s)
			dry, err := s.Prune(ctx, o)
			if err != nil || tagsOf(dry.Removed) != c.gone || !dry.DryRun {
				t.Fatalf("dry run: %+v, %v", dry, err)
			}
			if after := files(t, s); !slices.Equal(before, after) {
				t.Error("a dry run changed the store")
			}
			o.DryRun = false
			p, err := s.Prune(ctx, o)
			if err != nil || tagsOf(p.Removed) != c.gone || p.Kept != 5-len(c.gone) || p.Bytes != dry.Bytes || p.Files != dry.Files {
				t.Errorf("%+v, %v; the dry run said %+v", p, err, dry)
			}
			n, faults, err := s.Check(ctx)
			if n != 5-len(c.gone) || len(faults) > 0 || err != nil {
				t.Errorf("after it: %d, %v, %v", n, faults, err)
			}
			if (len(c.gone) > 0) != (p.Bytes > 0) {
				t.Errorf("%d images and %d bytes went", len(c.gone), p.Bytes)
			}
		})
	}
}

// TestPruneGarbage: what no image needs goes, also broken records.
func TestPruneGarbage(t *testing.T) {
	s := New(t.TempDir())
	mustPut(t, s, repo, "1", "one")
	whole := len(files(t, s))
	for _, name := range []string{
		blobsDir + "/sha256/" + strings.Repeat("0", 64), blobsDir + "/sha256/.sluice-1.tmp",
		imagesDir + "/x.json", imagesDir + "/.sluice-2.tmp", tagsDir + "/y.json",
	} {
		os.WriteFile(filepath.Join(s.Dir(), name), []byte("garbage"), 0o644)
	}
	if _, faults, err := s.Check(ctx); len(faults) != 2 || err != nil {
		t.Errorf("check: %v, %v", faults, err)
	}
	p, err := s.Prune(ctx, PruneOptions{})
	if err != nil || p.Kept != 1 || p.Files != 1 || p.Bytes != 3*7 {
		t.Errorf("%+v, %v", p, err)
	}
	if got := files(t, s); len(got) != whole {
		t.Errorf("left %q", got)
	}
	wantGet(t, s, repo, "1", "one")
}

// TestPruneWaits: it removes nothing while somebody pulls.
func TestPruneWaits(t *testing.T) {
	s := New(t.TempDir())
	mustPut(t, s, repo, "1", "one")
	w, err := s.Write(ctx)
	if err != nil {
		t.Fatal(err)
	}
	short, cancel := context.WithTimeout(ctx, 50*time.Millisecond)
	defer cancel()
	if _, err := s.Prune(short, PruneOptions{All: true}); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("beside a writer: %v", err)
	}
	wantGet(t, s, repo, "1", "one")
	w.Close()
	unlock, err := filelock.Try(filepath.Join(s.Dir(), lockFile), filelock.Exclusive)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Write(short); err == nil {
		t.Error("wrote beside a pruner")
	}
	unlock()
	if p, err := s.Prune(ctx, PruneOptions{All: true}); err != nil || len(p.Removed) != 1 {
		t.Errorf("%+v, %v", p, err)
	}
}

// TestDryRunWritesNothing: not even the directories of a store.
func TestDryRunWritesNothing(t *testing.T) {
	dir := t.TempDir()
	if _, err := New(dir).Prune(ctx, PruneOptions{All: true, DryRun: true}); err != nil {
		t.Fatal(err)
	}
	if entries, err := os.ReadDir(dir); len(entries) != 0 || err != nil {
		t.Errorf("%v, %v", entries, err)
	}
}
