package oci

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/sluiceproxy/sluice/build"
	"github.com/sluiceproxy/sluice/build/oci/check"
	"github.com/sluiceproxy/sluice/build/oci/image"
)

// PackageOptions say what image is made of a plugin. The zero value makes the
// form that every gateway takes.
type PackageOptions struct {
	// Format is the form. Default image.OCI.
	Format image.Format
	// Index adds an index with a CNCF Wasm artifact.
	Index bool
	// Metadata adds spec.yaml, README.md, README_LANG.md and icon.png from the
	// plugin's directory, for Higress' console.
	Metadata bool
	// Annotations are further ones.
	Annotations map[string]string
	// Created is the time that the image bears. Default: that of SourceTime.
	Created time.Time
	// For are the consumers that must take the image. Default: all gateways.
	For []check.Consumer
}

// Packaged says what an image was made of.
type Packaged struct {
	Transfer
	// File is the module, SHA256 its digest in hexadecimal.
	File   string `json:"file"`
	SHA256 string `json:"sha256"`
	// Created is the time that the image bears, CreatedBy where it is from.
	Created   time.Time `json:"created"`
	CreatedBy string    `json:"createdBy"`
	// Verdicts are those of the consumers that were asked.
	Verdicts []check.Verdict `json:"verdicts"`
}

// ErrNotBuilt is in the error about a plugin's directory without a module.
var ErrNotBuilt = errors.New("the plugin is not built")

// IsPlugin reports whether a name is that of a file or a built plugin's
// directory, which the verbs take in place of an image of that name.
func IsPlugin(name string) bool {
	if isLayout(name) {
		return false
	}
	_, err := findModule(name)
	return err == nil
}

// findModule finds the module that a file or a plugin's directory stands for.
func findModule(path string) (string, error) {
	info, err := os.Stat(path)
	if err != nil {
		return "", err
	}
	if !info.IsDir() {
		return path, nil
	}
	for _, name := range []string{build.DefaultOutput, image.PluginFile} {
		if file := filepath.Join(path, name); isFile(file) {
			return file, nil
		}
	}
	return "", fmt.Errorf("%w: %s has no %s; run \"sluice build %s\" first", ErrNotBuilt, path, build.DefaultOutput, path)
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}

// pack makes the image of the module in path. The module stays where it is, and
// the layer waits in a file: neither is held in memory.
func pack(ctx context.Context, path string, po PackageOptions, o Options) (*source, *Packaged, error) {
	file, err := findModule(path)
	if err != nil {
		return nil, nil, err
	}
	code, size, err := openModule(file)
	if err != nil {
		return nil, nil, err
	}
	scratch, err := newScratch()
	if err != nil {
		return nil, nil, errors.Join(err, code.Close())
	}
	s, p, err := packFrom(ctx, file, code, size, scratch, po, o)
	if err != nil {
		return nil, nil, errors.Join(err, code.Close(), scratch.Close())
	}
	s.close = func() { _, _ = code.Close(), scratch.Close() }
	return s, p, nil
}

// openModule opens a module to be read where it lies.
func openModule(path string) (*os.File, int64, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, 0, err
	}
	info, err := f.Stat()
	switch {
	case err != nil:
	case !info.Mode().IsRegular():
		err = fmt.Errorf("%s is no regular file", path)
	case info.Size() > image.MaxModule:
		err = fmt.Errorf("%s has %d bytes; gateways take no module of more than %d", path, info.Size(), image.MaxModule)
	}
	if err != nil {
		return nil, 0, errors.Join(err, f.Close())
	}
	return f, info.Size(), nil
}

func packFrom(ctx context.Context, file string, code io.ReaderAt, size int64, scratch image.Scratch, po PackageOptions, o Options) (*source, *Packaged, error) {
	dir := filepath.Dir(file)
	created := sourceTimeSoon(ctx, dir, po.Created)
	report, err := build.Examine(code, size)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", file, err)
	}
	p := &Packaged{File: file, SHA256: report.SHA256}
	if p.Created, p.CreatedBy, err = created(); err != nil {
		return nil, nil, err
	}
	spec := image.Spec{Format: po.Format, Index: po.Index, Annotations: po.Annotations, Created: p.Created, SHA256: report.SHA256}
	if po.Metadata {
		if spec.Metadata, err = readMetadata(dir); err != nil {
			return nil, nil, err
		}
	}
	m, err := image.PackFrom(code, size, spec, scratch)
	if err != nil {
		return nil, nil, err
	}
	s, err := newSource(ctx, m, Place{text: p.File}, o)
	if err == nil {
		s.report = report
	}
	return s, p, err
}

// maxMetadata bounds a metadata file, in bytes.
const maxMetadata = 4 << 20

// readme finds the languages of READMEs.
var readme = regexp.MustCompile(`^README_([A-Za-z]{2,8})\.md$`)

// readMetadata reads what Higress' console shows.
func readMetadata(dir string) ([]image.Metadata, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var all []image.Metadata
	for _, e := range entries {
		mediaType := metadataType(e.Name())
		if mediaType == "" || !isFile(filepath.Join(dir, e.Name())) {
			continue
		}
		content, err := readBounded(filepath.Join(dir, e.Name()))
		if err != nil {
			return nil, err
		}
		all = append(all, image.Metadata{Name: e.Name(), MediaType: mediaType, Content: content})
	}
	if !slices.ContainsFunc(all, func(m image.Metadata) bool { return m.MediaType == image.SpecLayer }) {
		return nil, fmt.Errorf("%s has no spec.yaml, which Higress' metadata needs", dir)
	}
	// The specification first, and the rest in the order of the names.
	slices.SortStableFunc(all, func(a, b image.Metadata) int { return rank(a) - rank(b) })
	return all, nil
}

func rank(m image.Metadata) int {
	if m.MediaType == image.SpecLayer {
		return 0
	}
	return 1
}

func metadataType(name string) string {
	switch lang := readme.FindStringSubmatch(name); {
	case name == "spec.yaml":
		return image.SpecLayer
	case name == "README.md":
		return image.DocLayer
	case name == "icon.png":
		return image.IconLayer
	case lang != nil:
		return strings.Replace(image.DocLayer, "+", "."+strings.ToLower(lang[1])+"+", 1)
	default:
		return ""
	}
}

func readBounded(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if info.Size() > maxMetadata {
		return nil, fmt.Errorf("%s has %d bytes; a metadata file may have %d", path, info.Size(), maxMetadata)
	}
	return os.ReadFile(path)
}
