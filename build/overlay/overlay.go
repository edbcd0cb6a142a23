// Package overlay keeps large packages of the standard library out of plugins
// that use little of them. It puts small ones in their place, with the go
// command's -overlay, which changes nothing on the disk. And it trims Go's runtime
// of what no plugin can reach, or only somebody who looks for a fault in the
// runtime itself: see parts.
//
// What is in place of a package does the same for the names that it has, and has
// no others: a plugin that needs more does not compile with it, and is to be
// compiled without.
package overlay

import (
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/sluiceproxy/sluice/build/internal/gotool"
)

//go:embed json/json.go
var jsonSource string

//go:embed http/header.go
var headerSource string

//go:embed godebug/godebug.go.txt
var godebugSource string

// small is a package that can take another one's place.
type small struct {
	path   string
	file   string   // of source in the package's directory
	source string   // what is there instead
	keep   []string // files of the package that stay
	// unless is a package so large that nothing is won where it stays.
	unless string
	// may reports whether all that a package takes of it is there.
	may func(importer string, names []string) bool
}

var replaceable = []small{
	{path: "encoding/json", file: "decode.go", source: jsonSource, may: func(importer string, names []string) bool {
		return importer == "github.com/tidwall/pretty" && slices.Equal(names, []string{"Unmarshal"})
	}},
	{path: "net/http", file: "header.go", source: headerSource, keep: []string{"status.go", "method.go"}, may: func(_ string, names []string) bool {
		return !slices.ContainsFunc(names, func(name string) bool {
			return name != "Header" && name != "CanonicalHeaderKey" && !strings.HasPrefix(name, "Status") && !strings.HasPrefix(name, "Method")
		})
	}},
	{path: "internal/godebug", file: "godebug.go", source: godebugSource, unless: "net/http"},
}

// pkg is what the go command says of a package.
type pkg struct {
	ImportPath, Dir string
	Standard        bool
	GoFiles         []string
	Imports         []string
}

// Overlay is what a plugin's build has in place of the standard library's source.
type Overlay struct {
	// Flags are for "go build"; none where all stays.
	Flags []string
	// Tool is the one that takes them.
	Tool *gotool.Tool
	// Replaced are the packages that small ones stand in for, and which they are.
	Replaced []string
	// Trimmed are the parts that Go's runtime does without.
	Trimmed []string
}

// Flags returns what the plugin in the tool's directory can do with less of. Files
// are written to dir, which has to stay as long as the go command runs; messages of
// the compiler about them have "overlay" in their names. env and flags are those
// of the build. With whole, all packages stay and only the runtime is trimmed.
func Flags(ctx context.Context, tool *gotool.Tool, env, flags []string, dir string, whole bool) (*Overlay, error) {
	none := &Overlay{Tool: tool}
	out, err := tool.Run(ctx, env, "env", "-json", "GOARCH", "GOFLAGS", "GOROOT", "GOMODCACHE")
	if err != nil {
		return none, err
	}
	var set struct{ GOARCH, GOFLAGS, GOROOT, GOMODCACHE string }
	if err := json.Unmarshal(out, &set); err != nil {
		return none, fmt.Errorf("go env -json: unexpected answer: %w", err)
	}
	if strings.Contains(set.GOFLAGS, "-overlay") {
		return none, nil // the user has one: there can be only one
	}
	tool = outside(tool, set.GOROOT, set.GOMODCACHE, dir)
	list := append([]string{"list"}, flags...)
	out, err = tool.Run(ctx, env, append(list, "-deps", "-json=ImportPath,Dir,Standard,GoFiles,Imports", ".")...)
	var failed *gotool.Failed
	if errors.As(err, &failed) {
		return none, nil // the compiler says it better
	}
	if err != nil {
		return none, err
	}
	packages, err := decode(string(out))
	if err != nil {
		return none, err
	}
	o, files := &Overlay{Tool: tool}, map[string]string{}
	if !whole {
		if o.Replaced, err = replace(packages, dir, files); err != nil {
			return none, err
		}
	}
	if set.GOARCH == "wasm" {
		if o.Trimmed, err = trim(packages, dir, files); err != nil {
			return none, err
		}
	}
	if len(files) == 0 {
		return none, nil
	}
	text, err := json.Marshal(map[string]any{"Replace": files})
	if err != nil {
		return none, err
	}
	name := filepath.Join(dir, "overlay.json")
	o.Flags = []string{"-overlay=" + name}
	return o, os.WriteFile(name, text, 0o600)
}

// replace writes the small packages that fit to dir, adds them to files, and
// returns the paths of those in whose place they are.
func replace(packages []pkg, dir string, files map[string]string) (replaced []string, err error) {
	for i, s := range replaceable {
		at := slices.IndexFunc(packages, func(p pkg) bool { return p.ImportPath == s.path && p.Standard })
		if at < 0 || !s.fits(packages) || stays(s.unless, packages, replaced) {
			continue
		}
		name := filepath.Join(dir, fmt.Sprintf("overlay%d.go", i))
		if err := os.WriteFile(name, []byte(s.source), 0o600); err != nil {
			return nil, err
		}
		if err := s.cover(packages[at].Dir, name, files); err != nil {
			return nil, err
		}
		replaced = append(replaced, s.path)
	}
	return replaced, nil
}

func decode(text string) (packages []pkg, err error) {
	d := json.NewDecoder(strings.NewReader(text))
	for {
		var p pkg
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			return packages, nil
		} else if err != nil {
			return nil, fmt.Errorf("go list -json: unexpected answer: %w", err)
		}
		packages = append(packages, p)
	}
}

// stays reports whether the plugin has a package that is not replaced.
func stays(path string, packages []pkg, replaced []string) bool {
	return path != "" && !slices.Contains(replaced, path) &&
		slices.ContainsFunc(packages, func(p pkg) bool { return p.ImportPath == path })
}

// cover adds the files of the package's directory: one is replaced, those that
// stay are left out, and all others are taken away.
func (s *small) cover(dir, source string, files map[string]string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if name := e.Name(); !e.IsDir() && strings.HasSuffix(name, ".go") && !slices.Contains(s.keep, name) {
			files[filepath.Join(dir, name)] = ""
		}
	}
	files[filepath.Join(dir, s.file)] = source
	return nil
}

// fits reports whether the small package is enough for all that import the other.
func (s *small) fits(packages []pkg) bool {
	if s.may == nil {
		return true
	}
	for _, p := range packages {
		if !slices.Contains(p.Imports, s.path) {
			continue
		}
		names, ok := p.uses(s.path)
		if p.Standard || !ok || !s.may(p.ImportPath, names) {
			return false
		}
	}
	return true
}

// uses are the names that a package takes of another one, sorted. It is not ok
// where they can't be told.
func (p *pkg) uses(path string) (names []string, ok bool) {
	for _, name := range p.GoFiles {
		file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(p.Dir, name), nil, parser.SkipObjectResolution)
		if err != nil {
			return nil, false
		}
		as := ""
		for _, spec := range file.Imports {
			if full, err := strconv.Unquote(spec.Path.Value); err == nil && full == path {
				as = path[strings.LastIndexByte(path, '/')+1:]
				if spec.Name != nil {
					as = spec.Name.Name
				}
			}
		}
		if as == "." {
			return nil, false
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if sel, isSel := n.(*ast.SelectorExpr); isSel && as != "" {
				if id, isID := sel.X.(*ast.Ident); isID && id.Name == as {
					names = append(names, sel.Sel.Name)
				}
			}
			return true
		})
	}
	slices.Sort(names)
	return slices.Compact(names), true
}
