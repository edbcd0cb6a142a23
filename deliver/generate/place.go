package generate

import (
	"bytes"
	"errors"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/sluiceproxy/sluice/build/atomicfile"
	"github.com/sluiceproxy/sluice/deliver/prepare"
	"github.com/sluiceproxy/sluice/deploy/gen"
	"github.com/sluiceproxy/sluice/deploy/wasmplugin"
)

// preparer gets modules, into the directory "plugins" of the output.
func (o Options) preparer() (*prepare.Preparer, error) {
	p := o.Prepare
	p.NoTrial = true // a configuration may name clusters that are not here
	p.Dir = o.moduleDir()
	return prepare.New(p)
}

// moduleDir is where modules are written, "" for nowhere.
func (o Options) moduleDir() string {
	if o.Out == "" || o.What == EnvoyFilter {
		return ""
	}
	return filepath.Join(o.Out, "plugins")
}

// moduleFiles are the names of what is there already.
func (o Options) moduleFiles() map[string]bool {
	names := map[string]bool{}
	entries, _ := os.ReadDir(o.moduleDir()) // what can't be read is made, or fails later
	for _, e := range entries {
		names[e.Name()] = true
	}
	return names
}

// seen is the path under which Envoy finds a module, "" if it was not written.
func (o Options) seen(m *prepare.Module, s *wasmplugin.Plugin) string {
	file := m.File
	if local, ok := strings.CutPrefix(s.URL, "file://"); ok && file == "" {
		file = filepath.FromSlash(local)
	}
	switch {
	case file == "":
		return ""
	case o.Modules != "":
		return path.Join(o.Modules, filepath.Base(file))
	}
	return filepath.ToSlash(file)
}

// write puts a file where the options say.
func (o Options) write(f gen.File) (File, error) {
	if o.Out == "" {
		return File{Path: f.Name, Content: string(f.Content)}, nil
	}
	file := o.Out
	if o.What != EnvoyFilter && o.What != WasmPlugin {
		file = filepath.Join(o.Out, filepath.FromSlash(f.Name))
	}
	old, err := os.ReadFile(file)
	switch {
	case err == nil && bytes.Equal(old, f.Content):
		return File{Path: file, Change: "unchanged"}, nil
	case err != nil && !errors.Is(err, os.ErrNotExist):
		return File{}, err
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return File{}, err
	}
	change := "replaced"
	if err != nil {
		change = "wrote"
	}
	// A configuration may hold secrets, but Envoy may run as another user: the
	// directory's owner decides who reads it.
	return File{Path: file, Change: change}, atomicfile.WriteFile(file, f.Content, 0o644)
}
