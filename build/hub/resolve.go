package hub

import (
	"fmt"
	"strings"
)

// refScheme begins the name of a hub's plugin.
const refScheme = "hub:"

// IsRef reports whether a name is that of a hub's plugin: hub:NAME or
// hub:NAME@VERSION.
func IsRef(text string) bool { return strings.HasPrefix(text, refScheme) }

// ParseRef reads hub:NAME and hub:NAME@VERSION.
func ParseRef(text string) (name, version string, err error) {
	rest, ok := strings.CutPrefix(text, refScheme)
	name, version, pinned := strings.Cut(rest, "@")
	switch {
	case !ok:
		err = fmt.Errorf("%q: want hub:NAME or hub:NAME@VERSION", text)
	case name == "":
		err = fmt.Errorf("%q names no plugin; want hub:NAME, such as hub:key-auth", text)
	case len(name) > maxName || !nameForm.MatchString(name):
		err = fmt.Errorf("%q: the name of a plugin has small letters and digits, with single . _ or - between them", text)
	case pinned && !versionForm.MatchString(version):
		err = fmt.Errorf("%q: want a version after @, such as hub:%s@1.0.0", text, name)
	}
	return name, version, err
}

// Found is what a hub has under a name.
type Found struct {
	// Ref is the name, Hub where it was looked up.
	Ref, Hub string
	// Plugin and Version are what it stands for.
	Plugin  Plugin
	Version Version
	// Dir is the directory with the source; else Image is the image, by its
	// digest, with oci:// before it.
	Dir, Image string
}

// Source is what all commands take in place of the name: the directory or the
// image.
func (f *Found) Source() string {
	if f.Dir != "" {
		return f.Dir
	}
	return f.Image
}

// Resolve says what a name stands for.
//
// Errors: ErrUnknown, with the nearest names.
func (h *Hub) Resolve(ref string) (*Found, error) {
	name, version, err := ParseRef(ref)
	if err != nil {
		return nil, err
	}
	p, err := h.Find(name)
	if err != nil {
		return nil, fmt.Errorf("%s: %w %s", ref, err, h.named())
	}
	v, err := p.version(version)
	if err != nil {
		return nil, fmt.Errorf("%s: %w %s", ref, err, h.named())
	}
	f := &Found{Ref: ref, Hub: h.Where, Plugin: *p, Version: v, Dir: p.Dir}
	if f.Dir != "" {
		return f, nil
	}
	if h.Base == "" {
		return nil, fmt.Errorf("%s: %w: %s has no \"base\" that says in which registry its images are", ref, ErrCatalogue, h.Where)
	}
	f.Image = scheme + h.Base + "/" + p.Name + "@" + v.Digest
	return f, nil
}

func (h *Hub) named() string { return "(hub " + h.Where + ")" }
