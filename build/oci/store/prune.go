package store

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/opencontainers/go-digest"

	"github.com/sluiceproxy/sluice/build/atomicfile"
	"github.com/sluiceproxy/sluice/build/oci/internal/filelock"
)

// DefaultAge is how long an image stays unused before Prune removes it, where
// nothing else is asked for.
const DefaultAge = 30 * 24 * time.Hour

// PruneOptions say what goes. Each bound that is set is kept; with none, it is
// DefaultAge. What belongs to no image goes in any case.
type PruneOptions struct {
	// All removes every image.
	All bool
	// Age removes images that were not used for so long.
	Age time.Duration
	// Keep is how many images may stay, those that were used last.
	Keep int
	// MaxSize is how many bytes may stay.
	MaxSize int64
	// DryRun removes nothing and says what would go.
	DryRun bool
	// Now is the time. Default: the clock's.
	Now time.Time
}

// Pruned says what went.
type Pruned struct {
	// Removed are the images, Kept how many stayed.
	Removed []Image `json:"removed"`
	Kept    int     `json:"kept"`
	// Files counts the files of content that went, Bytes their bytes.
	Files int   `json:"files"`
	Bytes int64 `json:"bytes"`
	// DryRun says that all of it is still there.
	DryRun bool `json:"dryRun"`
}

// Prune removes images. It waits until no process pulls into the store. Killed
// in the middle, it leaves no image that isn't whole.
func (s *Store) Prune(ctx context.Context, o PruneOptions) (*Pruned, error) {
	p := &Pruned{Removed: []Image{}, DryRun: o.DryRun}
	root, err := s.open()
	if err != nil || root == nil {
		return p, err
	}
	defer root.Close()
	if !o.DryRun {
		if err := prepare(root); err != nil {
			return nil, err // no store, which nothing is removed from
		}
		unlock, err := filelock.Acquire(ctx, filepath.Join(s.dir, lockFile), filelock.Exclusive)
		if err != nil {
			return nil, err
		}
		defer unlock()
	}
	images, broken, err := list(root)
	if err != nil {
		return nil, err
	}
	gone, stay := o.choose(images)
	p.Removed, p.Kept = append(p.Removed, gone...), len(stay)
	if err := p.records(root, broken); err != nil {
		return nil, err
	}
	return p, p.blobs(root, stay)
}

// choose divides images into those that go and those that stay.
func (o PruneOptions) choose(images []Image) (gone, stay []Image) {
	if !o.All && o.Age == 0 && o.Keep == 0 && o.MaxSize == 0 {
		o.Age = DefaultAge
	}
	if o.Now.IsZero() {
		o.Now = time.Now()
	}
	images = slices.Clone(images)
	slices.SortStableFunc(images, func(a, b Image) int { return b.Used.Compare(a.Used) })
	var size int64
	for _, i := range images {
		switch {
		case o.All, o.Age > 0 && o.Now.Sub(i.Used) > o.Age, o.Keep > 0 && len(stay) >= o.Keep, o.MaxSize > 0 && size+i.Size > o.MaxSize:
			gone = append(gone, i)
		default:
			stay, size = append(stay, i), size+i.Size
		}
	}
	return gone, stay
}

// records removes the records of the images that go, tags first, and those that
// make no sense.
func (p *Pruned) records(root *os.Root, broken []Fault) error {
	if p.DryRun {
		return nil
	}
	var files []string
	for _, i := range p.Removed {
		files = append(append(files, i.tags...), i.file)
	}
	for _, f := range broken {
		files = append(files, f.File)
	}
	for _, name := range files {
		if err := root.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

// blobs removes the contents that none of the images that stay has.
func (p *Pruned) blobs(root *os.Root, stay []Image) error {
	used := map[string]bool{}
	for _, i := range stay {
		r, err := readImage(root, i.file)
		if err != nil {
			return err
		}
		for _, d := range r.all() {
			used[blobName(d.Digest)] = true
		}
	}
	for _, algorithm := range []digest.Algorithm{digest.SHA256, digest.SHA512} {
		dir := filepath.Join(blobsDir, algorithm.String())
		entries, err := fs.ReadDir(root.FS(), filepath.ToSlash(dir))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		for _, e := range entries {
			name := filepath.Join(dir, e.Name())
			if used[name] || atomicfile.IsTemporary(e.Name()) {
				continue
			}
			if err := p.remove(root, name, e); err != nil {
				return err
			}
		}
	}
	bytes, err := removeTemporary(root, p.DryRun)
	p.Bytes += bytes
	return err
}

func (p *Pruned) remove(root *os.Root, name string, e fs.DirEntry) error {
	if info, err := e.Info(); err == nil {
		p.Files, p.Bytes = p.Files+1, p.Bytes+info.Size()
	}
	if p.DryRun {
		return nil
	}
	if err := root.Remove(name); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// removeTemporary removes the files that crashes left, and counts their bytes.
// Nobody may be writing.
func removeTemporary(root *os.Root, dry bool) (bytes int64, err error) {
	err = fs.WalkDir(root.FS(), ".", func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || !atomicfile.IsTemporary(e.Name()) {
			return err
		}
		if info, err := e.Info(); err == nil {
			bytes += info.Size()
		}
		if dry {
			return nil
		}
		return root.Remove(filepath.FromSlash(name))
	})
	return bytes, err
}
