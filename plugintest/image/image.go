// Package image lets a test run a plugin from an OCI image: what a registry
// serves, and not what lies in the working directory. It is a package of its own
// so that other tests need no client for registries.
package image

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/sluiceproxy/sluice/build"
	"github.com/sluiceproxy/sluice/build/oci"
	"github.com/sluiceproxy/sluice/build/oci/registry"
	"github.com/sluiceproxy/sluice/plugintest"
)

// Ref names an image as "sluice pull" does: "registry.example/team/plugin:1.0.0",
// or "oci:DIR:1.0.0" for an OCI layout in a directory. It is pulled once in a
// test binary.
type Ref string

var _ plugintest.Module = Ref("")

// Load implements plugintest.Module.
func (r Ref) Load(ctx context.Context) ([]byte, error) { return pull(ctx, string(r), oci.Options{}) }

// Plain is a Ref of a registry that is reached over HTTP without TLS, such as
// one that a test has started.
type Plain string

var _ plugintest.Module = Plain("")

// Load implements plugintest.Module.
func (p Plain) Load(ctx context.Context) ([]byte, error) {
	return pull(ctx, string(p), oci.Options{Registry: registry.Options{PlainHTTP: true}})
}

// With is an image that is pulled with options of its own: other certificates, a
// policy about signatures.
func With(name string, o oci.Options) plugintest.Module { return &with{name, o} }

type with struct {
	name string
	o    oci.Options
}

// Load implements plugintest.Module.
func (w *with) Load(ctx context.Context) ([]byte, error) { return pull(ctx, w.name, w.o) }

func pull(ctx context.Context, name string, o oci.Options) ([]byte, error) {
	place, err := oci.ParsePlace(name)
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "sluice-plugintest-image-")
	if err != nil {
		return nil, fmt.Errorf("pull %s: %w", name, err)
	}
	defer os.RemoveAll(dir)
	file := filepath.Join(dir, "plugin.wasm")
	if _, err := oci.Pull(ctx, place, file, o); err != nil {
		return nil, err
	}
	return build.ReadFile(file)
}
