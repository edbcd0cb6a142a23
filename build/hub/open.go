package hub

import (
	"context"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/sluiceproxy/sluice/build/oci"
	"github.com/sluiceproxy/sluice/build/oci/policy"
	"github.com/sluiceproxy/sluice/build/oci/store"
)

// Options say how a hub in a registry is read. The zero value keeps nothing.
type Options struct {
	// OCI says how registries are reached, and which catalogues and images are
	// trusted.
	OCI oci.Options
	// Store keeps the catalogue that was read last, for when the registry is down.
	Store *store.Store
	// Pull says when the registry is asked. Default: always, and the store stands
	// in for a registry that is down.
	Pull oci.When
}

// Hub is one that was read.
type Hub struct {
	Catalogue
	// Where is what was opened.
	Where string
	// Digest is that of the catalogue's artifact, empty for files and directories.
	Digest string
	// Warnings say what was not as it should be: a registry that is down, a plugin
	// of a directory that can't be read.
	Warnings []string
	// Verified says why the catalogue is used, where a policy was asked.
	Verified *policy.Verified
}

// Open reads the hub at a place: "oci://REGISTRY/PREFIX", a directory of plugins,
// or a file with a catalogue; that of Default for "".
//
// Errors: ErrNoHub; ErrCatalogue; those of oci.LoadArtifact.
func Open(ctx context.Context, where string, o Options) (*Hub, error) {
	if where == "" {
		var err error
		if where, err = Default(); err != nil {
			return nil, err
		}
	}
	if strings.HasPrefix(where, scheme) {
		return openRegistry(ctx, where, o)
	}
	info, err := os.Stat(where)
	switch {
	case err != nil:
		return nil, fmt.Errorf("hub %s: %w; want oci://REGISTRY/PREFIX, a catalogue's file, or a directory of plugins", where, err)
	case info.IsDir():
		return openDir(where)
	default:
		return openFile(where)
	}
}

// A registry that is down is asked for the catalogue so often, with pauses of at
// most this.
const (
	catalogueAttempts = 3
	catalogueWait     = time.Second
)

func openDir(dir string) (*Hub, error) {
	c, broken, err := ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("hub %s: %w", dir, err)
	}
	h := &Hub{Catalogue: *c, Where: dir}
	for _, b := range broken {
		h.Warnings = append(h.Warnings, "left out: "+b.Error())
	}
	return h, nil
}

func openFile(file string) (*Hub, error) {
	text, err := readSome(file, maxCatalogue)
	if err != nil {
		return nil, fmt.Errorf("hub %s: %w", file, err)
	}
	c, err := Decode(text)
	if err != nil {
		return nil, fmt.Errorf("hub %s: %w", file, err)
	}
	return &Hub{Catalogue: *c, Where: file}, nil
}

func openRegistry(ctx context.Context, where string, o Options) (*Hub, error) {
	place, err := repository(where)
	if err != nil {
		return nil, fmt.Errorf("hub %w", err)
	}
	if o.OCI.Registry.Attempts == 0 && o.Store != nil { // people wait, and the store may stand in
		o.OCI.Registry.Attempts, o.OCI.Registry.MaxWait = catalogueAttempts, catalogueWait
	}
	a, err := oci.LoadArtifact(ctx, place, MediaType, oci.LoadOptions{Store: o.Store, Pull: o.Pull}, o.OCI)
	if err != nil {
		return nil, fmt.Errorf("hub %s: %w", where, err)
	}
	c, err := Decode(a.Content)
	if err != nil {
		return nil, fmt.Errorf("hub %s: %s: %w", where, a.Digest, err)
	}
	c.Base = strings.TrimPrefix(where, scheme) // the images are beside the catalogue, also in a copy
	return &Hub{Catalogue: *c, Where: where, Digest: a.Digest, Warnings: a.Warnings, Verified: a.Verified}, nil
}
