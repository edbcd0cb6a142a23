package run

import (
	"cmp"
	"errors"
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// DefaultPriority is that of a plugin in a plugin directory whose name says none.
const DefaultPriority = 50

// resolvePluginDir finds all plugins below dir: .wasm files, and directories
// with a Go main package, in the order of their priority and then of their
// names. A plugin that can't be told from another is left out, see source.broken.
func resolvePluginDir(dir, routes string) (source, error) {
	info, err := os.Stat(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return source{}, fmt.Errorf("there is no plugin directory %s", dir)
	case err != nil:
		return source{}, err
	case !info.IsDir():
		return source{}, fmt.Errorf("%s is a file; a plugin directory holds plugins", dir)
	}
	s := source{dir: dir, routes: routes}
	if err := s.walk(dir); err != nil {
		return source{}, err
	}
	s.sort()
	if routes == "" {
		s.routes, err = oneOf(filepath.Join(dir, "routes"))
	}
	return s, err
}

func (s *source) walk(dir string) error {
	return filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		switch {
		case errors.Is(err, fs.ErrNotExist), errors.Is(err, fs.ErrPermission):
			return nil // gone again, or not ours
		case err != nil:
			return err
		case !d.IsDir():
			if filepath.Ext(path) == ".wasm" && !strings.HasPrefix(d.Name(), ".") {
				s.addModule(dir, path)
			}
			return nil
		case path != dir && skipDir(d.Name()):
			return filepath.SkipDir
		case path != dir && isMain(path):
			s.addGo(path)
			return filepath.SkipDir // what lies below is the plugin's own
		}
		return nil
	})
}

func (s *source) addModule(root, path string) {
	base, in := stem(path), filepath.Dir(path)
	config, err := oneOf(strings.TrimSuffix(path, ".wasm"))
	if base == "main" && in != root { // what builds call it
		base = filepath.Base(in)
		if err == nil && config == "" {
			config, err = oneOf(filepath.Join(in, "config"))
		}
	}
	m := module{file: path, config: config}
	m.name, m.priority = nameAndPriority(base)
	s.add(m, path, err)
}

func (s *source) addGo(path string) {
	config, err := oneOf(filepath.Join(path, "config"))
	m := module{goDir: path, config: config}
	m.name, m.priority = nameAndPriority(filepath.Base(path))
	s.add(m, path, err)
}

// add adds a plugin, or the reason why there is none.
func (s *source) add(m module, path string, err error) {
	for _, other := range s.modules {
		if other.name == m.name && err == nil {
			err = fmt.Errorf("%s and %s both make a plugin named %q; rename one", other.path(), path, m.name)
		}
	}
	if err != nil {
		s.broken = append(s.broken, err)
		return
	}
	s.modules = append(s.modules, m)
}

// path is where a plugin of a plugin directory comes from.
func (m module) path() string {
	if m.goDir != "" {
		return m.goDir
	}
	return m.file
}

func (s *source) sort() {
	slices.SortStableFunc(s.modules, func(a, b module) int {
		return cmp.Or(cmp.Compare(a.priority, b.priority), cmp.Compare(a.name, b.name))
	})
}

// numbered is a name that begins with a priority: 10-auth.
var numbered = regexp.MustCompile(`^([0-9]{1,9})[-_.](.+)$`)

func nameAndPriority(base string) (name string, priority int) {
	if m := numbered.FindStringSubmatch(base); m != nil {
		n, _ := strconv.Atoi(m[1]) // at most nine digits
		return pluginName(m[2]), n
	}
	return pluginName(base), DefaultPriority
}

// isMain reports whether a directory holds a Go program.
func isMain(dir string) bool {
	files, _ := filepath.Glob(filepath.Join(globEscape(dir), "*.go"))
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.PackageClauseOnly)
		if err == nil && f.Name.Name == "main" {
			return true
		}
	}
	return false
}
