package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"time"

	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	"github.com/sluiceproxy/sluice/build/oci/image"
)

// Image is an image in a store.
type Image struct {
	// Repository is where it was pulled from, Tags are the names that it had
	// there, each when it was pulled by it.
	Repository string   `json:"repository"`
	Tags       []string `json:"tags"`
	// Digest is that of the image, Manifest that of the manifest in it that
	// gateways take.
	Digest   string `json:"digest"`
	Manifest string `json:"manifest"`
	// Size counts its bytes in the store. What several images have in common
	// counts for each.
	Size int64 `json:"size"`
	// Pulled is when it came, Used when it was read last.
	Pulled time.Time `json:"pulled"`
	Used   time.Time `json:"used"`

	file string
	tags []string // their files
}

// List returns the images of the store, by repository, the last used first.
// Records that make no sense are left out; Check names them.
func (s *Store) List() ([]Image, error) {
	root, err := s.open()
	if err != nil || root == nil {
		return []Image{}, err
	}
	defer root.Close()
	images, _, err := list(root)
	return images, err
}

// list reads all records. broken are those that make no sense.
func list(root *os.Root) (images []Image, broken []Fault, err error) {
	files, err := names(root, imagesDir)
	if err != nil {
		return nil, nil, err
	}
	images = []Image{}
	index := map[string]int{} // by the file
	for _, name := range files {
		r, err := readImage(root, name)
		if errors.Is(err, os.ErrNotExist) {
			continue // pruned meanwhile
		}
		if err != nil {
			broken = append(broken, Fault{File: name, Reason: err.Error()})
			continue
		}
		index[name] = len(images)
		images = append(images, describe(root, name, r))
	}
	tags, err := names(root, tagsDir)
	if err != nil {
		return nil, nil, err
	}
	for _, name := range tags {
		t, err := readTag(root, name)
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			broken = append(broken, Fault{File: name, Reason: err.Error()})
		}
		if err != nil {
			continue
		}
		if i, ok := index[imageFile(t.Repository, t.Digest)]; ok {
			images[i].Tags, images[i].tags = append(images[i].Tags, t.Tag), append(images[i].tags, name)
		}
	}
	for i := range images {
		slices.Sort(images[i].Tags)
	}
	slices.SortFunc(images, func(a, b Image) int {
		return cmp.Or(cmp.Compare(a.Repository, b.Repository), b.Used.Compare(a.Used), cmp.Compare(a.Digest, b.Digest))
	})
	return images, broken, nil
}

func describe(root *os.Root, name string, r *Record) Image {
	i := Image{
		Repository: r.Repository, Tags: []string{}, Digest: r.Root.Digest.String(), Manifest: r.Manifest.Digest.String(),
		Pulled: r.Pulled, Used: r.Pulled, file: name,
	}
	if info, err := root.Stat(name); err == nil {
		i.Used = info.ModTime().UTC()
	}
	for _, d := range r.all() {
		i.Size += d.Size
	}
	return i
}

// Fault is something in a store that is not as it should be.
type Fault struct {
	// Image is what it is part of, empty for a record that can't be read.
	Image string `json:"image,omitempty"`
	// File is the file's name in the store.
	File string `json:"file"`
	// Reason says what is wrong.
	Reason string `json:"reason"`
}

// Check reads everything in the store and compares it with its digest. The
// faults are no error: what is at fault is pulled again when it is used.
func (s *Store) Check(ctx context.Context) (checked int, faults []Fault, err error) {
	faults = []Fault{}
	root, err := s.open()
	if err != nil || root == nil {
		return 0, faults, err
	}
	defer root.Close()
	images, broken, err := list(root)
	if err != nil {
		return 0, faults, err
	}
	faults = append(faults, broken...)
	for _, i := range images {
		r, err := readImage(root, i.file)
		if err != nil {
			continue // pruned meanwhile
		}
		for _, d := range r.all() {
			if ctx.Err() != nil {
				return checked, faults, ctx.Err()
			}
			if err := checkBlob(root, d); err != nil {
				faults = append(faults, Fault{Image: i.Repository + "@" + i.Digest, File: blobName(d.Digest), Reason: err.Error()})
			}
		}
		checked++
	}
	return checked, faults, nil
}

func checkBlob(root *os.Root, d ocispec.Descriptor) error {
	f, err := openBlob(root, d.Digest)
	if err != nil {
		return err
	}
	content, err := image.Verify(f, d)
	if err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, content)
	if e := content.Close(); err == nil && e != nil {
		err = fmt.Errorf("close: %w", e)
	}
	return err
}
