package xds

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	discoveryv3 "github.com/envoyproxy/go-control-plane/envoy/service/discovery/v3"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/types/known/durationpb"

	"github.com/sluiceproxy/sluice/deploy/xds/remote"
)

// Files is a directory from which an Envoy reads what it shall have, with
// path_config_source: lds.json, cds.json and ecds/NAME.json. Each is replaced by
// renaming another over it, which is what Envoy watches for.
type Files struct {
	// Dir is an absolute path.
	Dir string
}

// FromFile is the source of a filter's configuration.
func (f Files) FromFile(name string) *corev3.ConfigSource {
	return &corev3.ConfigSource{
		ConfigSourceSpecifier: &corev3.ConfigSource_PathConfigSource{PathConfigSource: &corev3.PathConfigSource{Path: f.extension(name)}},
		ResourceApiVersion:    corev3.ApiVersion_V3,
		InitialFetchTimeout:   durationpb.New(0),
	}
}

func (f Files) extension(name string) string { return filepath.Join(f.Dir, "ecds", name+".json") }

// Write writes what differs, what is needed first, first: extensions, clusters,
// listeners. Files of extensions that are not wanted any more are removed last.
// An extension without a body stays as it is; one that has no file yet denies
// requests. It returns the names of files that it has replaced.
func (f Files) Write(w Wanted) (changed []string, err error) {
	if err := os.MkdirAll(filepath.Join(f.Dir, "ecds"), 0o755); err != nil {
		return nil, err
	}
	for _, r := range w[Extensions] {
		r, err := f.orDeny(r)
		if err != nil {
			return changed, err
		}
		if r.Body == nil {
			continue
		}
		if err := f.replace(f.extension(r.Name), []Resource{r}, &changed); err != nil {
			return changed, err
		}
	}
	for _, t := range [...]Type{Clusters, Listeners} {
		if w[t] == nil {
			continue
		}
		name := map[Type]string{Clusters: "cds.json", Listeners: "lds.json"}[t]
		if err := f.replace(filepath.Join(f.Dir, name), w[t], &changed); err != nil {
			return changed, err
		}
	}
	return changed, f.tidy(w)
}

// orDeny is what stands in for an extension without a body and without a file.
func (f Files) orDeny(r Resource) (Resource, error) {
	if r.Body != nil {
		return r, nil
	}
	if _, err := os.Stat(f.extension(r.Name)); err == nil {
		return r, nil
	}
	return Deny(r.Name)
}

// HasPlugin reports whether the file of an extension has a plugin, not what stands in
// for one.
func (f Files) HasPlugin(name string) bool {
	text, err := os.ReadFile(f.extension(name))
	return err == nil && bytes.Contains(text, []byte(remote.WasmType))
}

// modulePath finds a module's SHA-256 in its path.
var modulePath = regexp.MustCompile(`/([0-9a-f]{64})\.wasm"`)

// Modules are the SHA-256 of the modules that the files name.
func (f Files) Modules() (sums []string) {
	entries, err := os.ReadDir(filepath.Join(f.Dir, "ecds"))
	if err != nil {
		return nil // there are no files
	}
	for _, e := range entries {
		text, err := os.ReadFile(filepath.Join(f.Dir, "ecds", e.Name()))
		if err != nil {
			continue // it has gone meanwhile
		}
		for _, found := range modulePath.FindAllSubmatch(text, -1) {
			sums = append(sums, string(found[1]))
		}
	}
	return sums
}

// tidy removes files of extensions that nothing names.
func (f Files) tidy(w Wanted) error {
	entries, err := os.ReadDir(filepath.Join(f.Dir, "ecds"))
	if err != nil {
		return err
	}
	var errs []error
	for _, e := range entries {
		name, isOurs := strings.CutSuffix(e.Name(), ".json")
		if _, ok := w.find(Extensions, name); !ok && isOurs {
			errs = append(errs, os.Remove(filepath.Join(f.Dir, "ecds", e.Name())))
		}
	}
	return errors.Join(errs...)
}

// replace writes a file, unless it says the same already.
func (f Files) replace(path string, resources []Resource, changed *[]string) error {
	versions := map[string]string{}
	out := &discoveryv3.DiscoveryResponse{}
	for _, r := range resources {
		out.Resources = append(out.Resources, r.Body)
		versions[r.Name] = r.Version
	}
	out.VersionInfo = digest(versions)
	text, err := protojson.MarshalOptions{UseProtoNames: true}.Marshal(out)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	if old, err := os.ReadFile(path); err == nil && bytes.Contains(old, []byte(out.VersionInfo)) {
		return nil
	}
	*changed = append(*changed, filepath.Base(path))
	return rename(path, text)
}

// rename writes a file beside path and renames it.
func rename(path string, text []byte) error {
	tmp, err := os.CreateTemp(filepath.Dir(path), ".sluice-*")
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name())
	_, err = tmp.Write(text)
	if err := errors.Join(err, tmp.Chmod(0o644), tmp.Close()); err != nil {
		return err
	}
	return os.Rename(tmp.Name(), path)
}
