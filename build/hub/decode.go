package hub

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"

	"github.com/sluiceproxy/sluice/build/oci"
)

// The bounds of a catalogue.
const (
	maxCatalogue = oci.MaxArtifact // bytes
	maxPlugins   = 1000
	maxVersions  = 1000 // of a plugin
	maxFields    = 2000 // of a plugin
	maxConfig    = 64 << 10
)

// ErrCatalogue is in the error about a catalogue that can't be read.
var ErrCatalogue = errors.New("broken catalogue")

// What names, versions and digests look like. A version is an image's tag, too.
var (
	nameForm    = regexp.MustCompile(`^[a-z0-9]+([._-][a-z0-9]+)*$`)
	versionForm = regexp.MustCompile(`^[0-9A-Za-z_][0-9A-Za-z._-]{0,127}$`)
	digestForm  = regexp.MustCompile(`^sha256:[0-9a-f]{64}$`)
)

// maxName bounds a plugin's name, in bytes.
const maxName = 100

// Decode reads a catalogue of a registry, or a file of one. What is missing or out
// of bounds in it is an error around ErrCatalogue; fields that it doesn't know
// stand for what later versions of the program know, and are left out.
func Decode(text []byte) (*Catalogue, error) {
	if len(text) > maxCatalogue {
		return nil, fmt.Errorf("%w: %d bytes; at most %d are read", ErrCatalogue, len(text), maxCatalogue)
	}
	var c Catalogue
	if err := json.Unmarshal(text, &c); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrCatalogue, err)
	}
	if c.SchemaVersion != SchemaVersion {
		return nil, fmt.Errorf("%w: schemaVersion is %d; this program reads %d", ErrCatalogue, c.SchemaVersion, SchemaVersion)
	}
	if err := c.check(); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrCatalogue, err)
	}
	c.sort()
	return &c, nil
}

func (c *Catalogue) check() error {
	if len(c.Plugins) > maxPlugins {
		return fmt.Errorf("%d plugins; at most %d are read", len(c.Plugins), maxPlugins)
	}
	if c.Base != "" {
		if _, err := repository(c.Base); err != nil {
			return fmt.Errorf("base: %w", err)
		}
	}
	seen := map[string]bool{}
	for i := range c.Plugins {
		p := &c.Plugins[i]
		if err := p.check(); err != nil {
			return fmt.Errorf("plugin %d, %.100q: %w", i+1, p.Name, err)
		}
		if seen[p.Name] {
			return fmt.Errorf("plugin %q is there twice", p.Name)
		}
		seen[p.Name] = true
	}
	return nil
}

func (p *Plugin) check() error {
	if err := checkName(p.Name); err != nil {
		return err
	}
	if p.Description == "" {
		return errors.New("no description")
	}
	if len(p.Versions) == 0 || len(p.Versions) > maxVersions || len(p.Fields) > maxFields {
		return fmt.Errorf("%d versions and %d fields; want 1 to %d, and at most %d", len(p.Versions), len(p.Fields), maxVersions, maxFields)
	}
	seen := map[string]bool{}
	for _, v := range p.Versions {
		if err := v.check(); err != nil {
			return fmt.Errorf("version %.100q: %w", v.Version, err)
		}
		if seen[v.Version] {
			return fmt.Errorf("version %q is there twice", v.Version)
		}
		seen[v.Version] = true
	}
	return nil
}

func (v Version) check() error {
	switch {
	case !versionForm.MatchString(v.Version):
		return errors.New("want the tag of an image, such as 1.0.0")
	case !digestForm.MatchString(v.Digest):
		return fmt.Errorf("digest %.100q; want sha256: and 64 hexadecimal digits", v.Digest)
	case v.Schema != "" && !digestForm.MatchString(v.Schema):
		return fmt.Errorf("schema %.100q; want sha256: and 64 hexadecimal digits", v.Schema)
	case len(v.Config) > maxConfig:
		return fmt.Errorf("a sample configuration of %d bytes; at most %d are read", len(v.Config), maxConfig)
	default:
		return nil
	}
}

func checkName(name string) error {
	switch {
	case len(name) > maxName || !nameForm.MatchString(name):
		return errors.New("the name wants small letters and digits, with single . _ or - between them")
	case name == Repository:
		return fmt.Errorf("the name %q is the catalogue's own", name)
	default:
		return nil
	}
}
