package overlay

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/sluiceproxy/sluice/build/internal/gotool"
)

// outside returns the tool under a path outside of the module cache, in dir: the go
// command refuses to have files in that cache replaced, and it puts toolchains there
// that it loads itself, as a go.mod file asks for. Where there can be no link, the
// tool stays, and the plugin is compiled without an overlay.
func outside(tool *gotool.Tool, goroot, modcache, dir string) *gotool.Tool {
	inside, err := filepath.Rel(modcache, goroot)
	if modcache == "" || goroot == "" || err != nil || inside == ".." || strings.HasPrefix(inside, ".."+string(filepath.Separator)) {
		return tool
	}
	link := filepath.Join(dir, "goroot")
	if err := os.Symlink(goroot, link); err != nil && !errors.Is(err, fs.ErrExist) {
		return tool
	}
	moved := *tool
	moved.Path = filepath.Join(link, "bin", "go")
	moved.Env = append(slices.Clone(tool.Env), "GOROOT="+link, "GOTOOLCHAIN=local")
	return &moved
}
