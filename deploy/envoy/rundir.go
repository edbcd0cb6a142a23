package envoy

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// Names of the files in a run directory.
const (
	bootstrapFile = "bootstrap.json"
	ldsFile       = "lds.json"
	cdsFile       = "cds.json"
	rdsFile       = "rds.json"
	adminFile     = "admin-address"
	codeDir       = "code"
)

// ecdsFile names the file with a filter's configuration.
func ecdsFile(filter string) string { return "ecds-" + filter + ".json" }

// runDir is a private directory with the files of one Envoy process.
type runDir string

// newRunDir makes an empty run directory that only this user may read, as
// plugin configurations may hold secrets. An empty parent is the directory for
// temporary files.
func newRunDir(parent string) (runDir, error) {
	d, err := os.MkdirTemp(parent, "sluice-envoy-")
	if err != nil {
		return "", fmt.Errorf("making a run directory for envoy: %w", err)
	}
	if err := os.Mkdir(filepath.Join(d, codeDir), 0o700); err != nil {
		os.RemoveAll(d)
		return "", fmt.Errorf("making a run directory for envoy: %w", err)
	}
	return runDir(d), nil
}

func (d runDir) path(name string) string { return filepath.Join(string(d), name) }

// remove deletes the directory and all that is in it.
func (d runDir) remove() error { return os.RemoveAll(string(d)) }

// write replaces a file by a rename within the directory: Envoy sees either
// the old or the new contents, and its watcher notices.
func (d runDir) write(name string, data []byte) error {
	target := d.path(name)
	f, err := os.CreateTemp(filepath.Dir(target), ".new-")
	if err != nil {
		return fmt.Errorf("writing %s for envoy: %w", name, err)
	}
	_, err = f.Write(data)
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err == nil {
		err = os.Rename(f.Name(), target)
	}
	if err != nil {
		os.Remove(f.Name())
		return fmt.Errorf("writing %s for envoy: %w", name, err)
	}
	return nil
}

// code stores a module under its SHA-256 and returns its path.
func (d runDir) code(module []byte) (string, error) {
	name := codeName(module)
	if _, err := os.Stat(d.path(name)); err == nil {
		return d.path(name), nil
	}
	return d.path(name), d.write(name, module)
}

// keepCode deletes the modules that none of the plugins uses.
func (d runDir) keepCode(plugins []Plugin) {
	used := map[string]bool{}
	for _, p := range plugins {
		used[filepath.Base(codeName(p.Code))] = true
	}
	entries, _ := os.ReadDir(d.path(codeDir))
	for _, e := range entries {
		if !used[e.Name()] && strings.HasSuffix(e.Name(), ".wasm") {
			os.Remove(d.path(filepath.Join(codeDir, e.Name())))
		}
	}
}

func codeName(module []byte) string {
	sum := sha256.Sum256(module)
	return filepath.Join(codeDir, hex.EncodeToString(sum[:])+".wasm")
}

// drop deletes a file that is no longer needed.
func (d runDir) drop(name string) { os.Remove(d.path(name)) }
