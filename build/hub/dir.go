package hub

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// maxFile bounds a README.md and a spec.yaml, in bytes.
const maxFile = 4 << 20

// ReadDir makes the catalogue of a directory: of each directory in it that holds a
// Go plugin, in a Go module of its own or not. One without a spec.yaml is for
// teaching; one without Go files is left out. broken says which plugins can't be
// listed, and why.
func ReadDir(dir string) (c *Catalogue, broken []error, err error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, nil, err
	}
	c = &Catalogue{SchemaVersion: SchemaVersion}
	for _, e := range entries {
		path := filepath.Join(dir, e.Name())
		if e.Name() == "internal" || !hasMain(path) {
			continue
		}
		p, err := readPlugin(path)
		if err != nil {
			broken = append(broken, fmt.Errorf("%s: %w", path, err))
			continue
		}
		c.Plugins = append(c.Plugins, *p)
	}
	c.sort()
	if len(c.Plugins) == 0 {
		return nil, nil, errors.Join(append([]error{fmt.Errorf("%s holds no plugins; want a directory of them, such as plugins in a clone of the repository", dir)}, broken...)...)
	}
	return c, broken, nil
}

// hasMain reports whether a directory holds Go files besides tests.
func hasMain(dir string) bool {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return false
	}
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), ".go") && !strings.HasSuffix(e.Name(), "_test.go") {
			return true
		}
	}
	return false
}

// readPlugin describes the plugin in a directory.
func readPlugin(dir string) (*Plugin, error) {
	p := &Plugin{Name: filepath.Base(dir), Dir: dir}
	if err := checkName(p.Name); err != nil {
		return nil, err
	}
	text, err := readSome(filepath.Join(dir, "spec.yaml"), maxFile)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return p, p.fromReadme()
	case err != nil:
		return nil, err
	}
	if err := p.fromSpec(text); err != nil {
		return nil, err
	}
	config, err := readSome(filepath.Join(dir, "config.yaml"), maxConfig)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	p.Versions[0].Config = string(config)
	return p, nil
}

// fromReadme takes the first paragraph of a README.md as description.
func (p *Plugin) fromReadme() error {
	text, err := readSome(filepath.Join(p.Dir, "README.md"), maxFile)
	if errors.Is(err, fs.ErrNotExist) {
		return errors.New("there is neither a spec.yaml nor a README.md that says what the plugin does")
	}
	if err != nil {
		return err
	}
	p.Title, p.Teaching = p.Name, true
	p.Versions = []Version{{Version: unversioned}}
	for _, paragraph := range strings.Split(string(text), "\n\n") {
		paragraph = strings.TrimSpace(paragraph)
		if paragraph != "" && !strings.HasPrefix(paragraph, "#") && !strings.HasPrefix(paragraph, "<!--") {
			p.Description = strings.Join(strings.Fields(paragraph), " ")
			return nil
		}
	}
	return errors.New("README.md has no paragraph that says what the plugin does")
}

// readSome reads a file of at most limit bytes.
func readSome(path string, limit int64) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err == nil && int64(len(text)) > limit {
		err = fmt.Errorf("%s has more than %d bytes", path, limit)
	}
	return text, err
}

// unversioned is the version of a teaching plugin.
const unversioned = "unversioned"
