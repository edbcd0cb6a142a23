package run

import (
	"context"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/sluiceproxy/sluice/build"
	"github.com/sluiceproxy/sluice/build/oci"
)

// Image is a plugin's image, in a registry or in an OCI layout. It is read once,
// at the start: a tag that moves later changes nothing.
type Image struct {
	// Place is where it is.
	Place oci.Place
	// Load says what the store has to do with it.
	Load oci.LoadOptions
	// Options say how registries are reached, and which images are trusted.
	Options oci.Options
}

// IsImage reports whether what a user names as a source is an image, and not a
// file or directory: it has the scheme "oci://", "oci:" or "oci-archive:"; or it
// is an OCI layout or a tar file of one, with or without a tag; or it is nothing
// that exists, doesn't end like a file of a plugin, and begins with the name of a
// registry's host, which has a dot or a port or is "localhost".
func IsImage(text string) bool {
	if strings.HasPrefix(text, "oci://") || oci.IsLayout(text) {
		return true
	}
	if _, err := os.Stat(text); err == nil {
		return false
	}
	switch filepath.Ext(text) {
	case ".wasm", ".go", ".mod":
		return false // a file that isn't there
	}
	p, err := oci.ParsePlace(text)
	return err == nil && p.IsRegistry()
}

// name is what the plugin in the image is called: the last part of the
// repository's or the layout's name.
func (i *Image) name() string {
	base := path.Base(strings.TrimPrefix(i.Place.Name(), "oci:"))
	return pluginName(strings.TrimSuffix(base, ".tar"))
}

// source is that of an image: nothing beside it is looked for.
func (i *Image) source(config, routes string) source {
	return source{image: true, modules: []module{{name: i.name(), config: config}}, routes: routes}
}

// image reads the module of the image, which the engine must take.
func (l *loader) image(ctx context.Context) error {
	i := l.o.Image
	got, err := oci.Load(ctx, i.Place, i.Load, i.Options)
	if err != nil {
		return err
	}
	for _, w := range got.Warnings {
		l.o.OnEvent(Warning{w})
	}
	if err := build.Check(got.Code, l.target); err != nil {
		return fmt.Errorf("%s: %w", got.Source, err)
	}
	l.code = got.Code
	e := Loaded{Image: got.Source, Digest: got.Digest, FromStore: got.FromStore}
	if i.Options.Policy != nil && got.Verified != nil {
		e.Rule = got.Verified.Rule
		for _, s := range got.Verified.Signatures {
			e.Keys = append(e.Keys, s.Key)
		}
	}
	l.o.OnEvent(e)
	return nil
}
