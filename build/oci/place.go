package oci

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"unicode/utf8"

	orasregistry "oras.land/oras-go/v2/registry"

	"github.com/sluiceproxy/sluice/build/oci/layout"
)

// ErrPlace is in the error about a name that is no place of an image.
var ErrPlace = errors.New("not the name of an image")

// Place is where an image is, or shall be.
type Place struct {
	text string
	// path is a layout's; empty for a registry.
	path string
	// tarred says that the layout is a tar file.
	tarred bool
	// tag and digest name the image there; both may be empty in a layout.
	tag, digest string
	repository  orasregistry.Reference
}

// The marks of places, as other tools write them.
const (
	dirScheme = "oci:"
	tarScheme = "oci-archive:"
	webScheme = "oci://"
)

// ParsePlace reads the name of an image:
//
//	registry.example/team/plugin:1.0.0    in a registry, also with "oci://" before it
//	registry.example/team/plugin@sha256:… by digest
//	oci:DIR or oci:DIR:1.0.0              in an OCI layout's directory
//	oci-archive:FILE.tar:1.0.0            in a tar file of one
//	FILE.tar, or a path that begins with . or /, as the last two
func ParsePlace(text string) (Place, error) {
	p := Place{text: text}
	switch rest := ""; {
	case text == "":
		return p, fmt.Errorf("%w: it is empty", ErrPlace)
	case strings.HasPrefix(text, webScheme):
		return p.inRegistry(strings.TrimPrefix(text, webScheme))
	case cut(text, tarScheme, &rest):
		return p.inLayout(rest, true)
	case cut(text, dirScheme, &rest):
		return p.inLayout(rest, false)
	case isPath(text):
		path, _, _ := splitLayout(text)
		return p.inLayout(text, filepath.Ext(path) == ".tar")
	default:
		return p.inRegistry(text)
	}
}

func cut(text, prefix string, rest *string) bool {
	after, ok := strings.CutPrefix(text, prefix)
	*rest = after
	return ok
}

// isPath reports whether a name without a scheme is that of a file.
func isPath(text string) bool {
	if filepath.IsAbs(text) || text == "." || text == ".." || strings.HasPrefix(text, "./") || strings.HasPrefix(text, "../") {
		return true
	}
	path, _, _ := splitLayout(text)
	return filepath.Ext(path) == ".tar" || layout.Is(path)
}

// splitLayout cuts the tag or digest off a path.
func splitLayout(text string) (path, tag, digest string) {
	path, digest, _ = strings.Cut(text, "@")
	if i := strings.LastIndexByte(path, ':'); i >= 0 && i != 1 && !strings.ContainsAny(path[i:], `/\`) {
		path, tag = path[:i], path[i+1:]
	}
	return path, tag, digest
}

func (p Place) inLayout(text string, tarred bool) (Place, error) {
	p.path, p.tag, p.digest = splitLayout(text)
	p.tarred = tarred
	if p.path == "" {
		return p, fmt.Errorf("%w: %q names no file", ErrPlace, p.text)
	}
	return p, nil
}

func (p Place) inRegistry(text string) (Place, error) {
	host, _, _ := strings.Cut(text, "/")
	if !strings.ContainsAny(host, ".:") && host != "localhost" || !strings.Contains(text, "/") {
		if _, err := os.Stat(text); err == nil {
			return p, fmt.Errorf("%w: %q is a file; write ./%s for an OCI layout", ErrPlace, text, text)
		}
		return p, fmt.Errorf("%w: %q; begin with the registry, as in docker.io/%s", ErrPlace, text, text)
	}
	name, digest, pinned := strings.Cut(text, "@")
	ref, err := orasregistry.ParseReference(name)
	if err == nil {
		err = plainName(name, ref.Registry)
	}
	if err != nil {
		return p, fmt.Errorf("%w: %w", ErrPlace, err)
	}
	p.tag, p.digest, p.repository = ref.Reference, digest, ref
	p.repository.Reference = ""
	if pinned {
		check := p.repository
		check.Reference = digest
		if err := check.ValidateReferenceAsDigest(); err != nil {
			return p, fmt.Errorf("%w: %w", ErrPlace, err)
		}
	}
	return p, nil
}

// plainName refuses names that read like another's: of a layout, or of a host
// that is written in letters which only look up to the same.
func plainName(name, host string) error {
	switch {
	case strings.HasSuffix(name, ":"):
		return errors.New("the tag is empty")
	case strings.HasPrefix(host, dirScheme):
		return fmt.Errorf("the host %q reads like an OCI layout; give it another name or its address", host)
	case strings.ContainsFunc(host, func(r rune) bool { return r >= utf8.RuneSelf }):
		return fmt.Errorf("the host %q is not in ASCII; write it as DNS does, with xn--", host)
	default:
		return nil
	}
}

// String is the place as it was written.
func (p Place) String() string { return p.text }

// IsRegistry reports whether the place is in a registry.
func (p Place) IsRegistry() bool { return p.path == "" }

// Pinned is the place with the digest in the tag's stead.
func (p Place) Pinned(digest string) Place {
	p.text = p.At(digest)
	p.tag, p.digest = "", digest
	return p
}

// Name is the registry and the repository, such as
// "registry.example/team/plugin", or "oci:" and the path of a layout.
func (p Place) Name() string {
	if p.IsRegistry() {
		return p.repository.Registry + "/" + p.repository.Repository
	}
	return dirScheme + filepath.ToSlash(filepath.Clean(p.path))
}

// reference is what resolves to the image: the digest if there is one.
func (p Place) reference() string {
	switch {
	case p.digest != "":
		return p.digest
	case p.tag == "" && p.IsRegistry():
		return "latest"
	default:
		return p.tag
	}
}

// At is the place's repository with a digest, as a WasmPlugin names it. For a
// layout it is the place with the digest.
func (p Place) At(digest string) string {
	if p.IsRegistry() {
		return fmt.Sprintf("%s/%s@%s", p.repository.Registry, p.repository.Repository, digest)
	}
	return p.path + "@" + digest
}
