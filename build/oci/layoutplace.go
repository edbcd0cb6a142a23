package oci

import (
	"fmt"
	"path/filepath"
	"strings"
)

// ParseLayout reads the name of an OCI layout, with or without "oci:" or
// "oci-archive:". A path that ends in .tar is a tar file, any other a
// directory.
func ParseLayout(text string) (Place, error) {
	if strings.HasPrefix(text, webScheme) {
		return Place{}, fmt.Errorf("%w: %q is in a registry; want a tar file or a directory", ErrPlace, text)
	}
	if strings.HasPrefix(text, dirScheme) || strings.HasPrefix(text, tarScheme) {
		return ParsePlace(text)
	}
	path, _, _ := splitLayout(text)
	if path == "" {
		return Place{}, fmt.Errorf("%w: %q names no file", ErrPlace, text)
	}
	return Place{text: text}.inLayout(text, filepath.Ext(path) == ".tar")
}

// Named gives a layout's image the tag that it has at from, unless it has one.
func (p Place) Named(from Place) Place {
	if p.tag == "" && p.digest == "" {
		p.tag = from.tag
	}
	return p
}

// IsLayout reports whether a name is that of an OCI layout that is there: by its
// scheme, or by its path, with or without a tag.
func IsLayout(text string) bool { return isLayout(text) }
