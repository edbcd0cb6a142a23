package store

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/opencontainers/go-digest"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"
)

// Record is what the store knows of an image.
type Record struct {
	// Repository is the registry and the repository that it was pulled from.
	Repository string `json:"repository"`
	// Root is its manifest or index.
	Root ocispec.Descriptor `json:"root"`
	// Manifest is the one in it that gateways take.
	Manifest ocispec.Descriptor `json:"manifest"`
	// Parts are all contents of it that are kept, the manifests with them.
	Parts []ocispec.Descriptor `json:"parts"`
	// Attached are its signatures, and the lists of them, by tag.
	Attached map[string]ocispec.Descriptor `json:"attached,omitempty"`
	// Pulled is when it was put into the store.
	Pulled time.Time `json:"pulled"`
}

// tagRecord says which image a tag was.
type tagRecord struct {
	Repository string        `json:"repository"`
	Tag        string        `json:"tag"`
	Digest     digest.Digest `json:"digest"`
}

// maxRecord bounds a record, and maxRecords how many are read.
const (
	maxRecord  = 1 << 20
	maxRecords = 100000
)

// ErrBroken is in the error about a record that makes no sense.
var ErrBroken = errors.New("broken record")

// key is the name of a record's file: what it is about may have any characters.
func key(parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return hex.EncodeToString(sum[:]) + ".json"
}

func imageFile(repository string, d digest.Digest) string {
	return filepath.Join(imagesDir, key(repository, d.String()))
}

func tagFile(repository, tag string) string { return filepath.Join(tagsDir, key(repository, tag)) }

// readRecord reads a record's file; v is a *Record or a *tagRecord.
func readRecord(root *os.Root, name string, v any) error {
	f, err := root.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	raw, err := io.ReadAll(io.LimitReader(f, maxRecord+1))
	if err != nil {
		return err
	}
	if len(raw) > maxRecord {
		return fmt.Errorf("%w: %s is larger than %d bytes", ErrBroken, name, maxRecord)
	}
	if err := json.Unmarshal(raw, v); err != nil {
		return fmt.Errorf("%w: %s: %w", ErrBroken, name, err)
	}
	return nil
}

// image reads the record of an image, and checks that it is that of this one.
func readImage(root *os.Root, name string) (*Record, error) {
	var r Record
	if err := readRecord(root, name, &r); err != nil {
		return nil, err
	}
	if err := r.check(); err != nil {
		return nil, fmt.Errorf("%w: %s: %w", ErrBroken, name, err)
	}
	if imageFile(r.Repository, r.Root.Digest) != name {
		return nil, fmt.Errorf("%w: %s is that of %s@%s", ErrBroken, name, r.Repository, r.Root.Digest)
	}
	return &r, nil
}

func readTag(root *os.Root, name string) (*tagRecord, error) {
	var t tagRecord
	if err := readRecord(root, name, &t); err != nil {
		return nil, err
	}
	if t.Digest.Validate() != nil || tagFile(t.Repository, t.Tag) != name {
		return nil, fmt.Errorf("%w: %s is that of %s:%s", ErrBroken, name, t.Repository, t.Tag)
	}
	return &t, nil
}

// all are the descriptors of everything that the image needs, each once.
func (r *Record) all() []ocispec.Descriptor {
	var all []ocispec.Descriptor
	seen := map[digest.Digest]bool{}
	add := func(d ocispec.Descriptor) {
		if !seen[d.Digest] {
			seen[d.Digest], all = true, append(all, d)
		}
	}
	add(r.Root)
	add(r.Manifest)
	for _, d := range r.Parts {
		add(d)
	}
	for _, d := range r.Attached {
		add(d)
	}
	return all
}

func (r *Record) check() error {
	for _, d := range r.all() {
		if err := d.Digest.Validate(); err != nil {
			return fmt.Errorf("%.80q: %w", string(d.Digest), err)
		}
		if d.Size < 0 {
			return fmt.Errorf("%s has the size %d", d.Digest, d.Size)
		}
	}
	return nil
}

// names are the files of a directory of records, without what a crash left.
func names(root *os.Root, dir string) ([]string, error) {
	entries, err := fs.ReadDir(root.FS(), dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if len(entries) > maxRecords {
		return nil, fmt.Errorf("%s holds more than %d records", filepath.Join(root.Name(), dir), maxRecords)
	}
	var found []string
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), ".json") {
			found = append(found, filepath.Join(dir, e.Name()))
		}
	}
	return found, nil
}

// blobName is the name of a content's file. The digest was validated.
func blobName(d digest.Digest) string {
	return filepath.Join(blobsDir, d.Algorithm().String(), d.Encoded())
}
