package bundle

import (
	"bytes"
	"errors"
	"fmt"
	"go/version"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/sluiceproxy/sluice/build/compat"
	"github.com/sluiceproxy/sluice/build/origin"
)

// ErrModules is in the error about plugins whose go.mod files can't be joined.
var ErrModules = errors.New("the plugins' modules disagree")

// need is a module that a plugin is built with.
type need struct {
	by      string // a plugin's name
	version string
	replace string // what stands in for it, as in a go.mod file
}

// writeModule writes the go.mod file: of each module the highest version that a
// plugin is built with, and what they agree to replace.
func (b *bundler) writeModule() error {
	needs, err := b.needs()
	if err != nil {
		return err
	}
	var mod strings.Builder
	fmt.Fprintf(&mod, "module %s\n\ngo %s\n\n", mainModule, b.language())
	for _, s := range b.sources {
		fmt.Fprintf(&mod, "require %s v0.0.0\nreplace %s => ./plugins/%s\n", s.module(), s.module(), s.Name)
	}
	fmt.Fprintf(&mod, "require %s %s\n", origin.Module, b.sdkVersion())
	if b.sdk.Dir != "" {
		fmt.Fprintf(&mod, "replace %s => %s\n", origin.Module, quotedPath(b.sdk.Dir))
	}
	for _, path := range []string{compat.WrapperModule, compat.RawModule} {
		if b.uses(path) {
			fmt.Fprintf(&mod, "require %s v0.0.0\n", path)
		}
	}
	for path, n := range sorted(needs) {
		fmt.Fprintf(&mod, "require %s %s\n", path, n.version)
		if n.replace != "" {
			fmt.Fprintf(&mod, "replace %s => %s\n", path, n.replace)
		}
	}
	sums, err := b.sums()
	if err != nil {
		return err
	}
	return writeAll(b.dir, map[string]string{"go.mod": mod.String(), "go.sum": string(sums)})
}

// sorted yields the entries of a map in the order of their keys.
func sorted(m map[string]need) func(func(string, need) bool) {
	return func(yield func(string, need) bool) {
		keys := make([]string, 0, len(m))
		for k := range m {
			keys = append(keys, k)
		}
		slices.Sort(keys)
		for _, k := range keys {
			if !yield(k, m[k]) {
				return
			}
		}
	}
}

func (b *bundler) sdkVersion() string {
	if b.sdk.Version != "" {
		return b.sdk.Version
	}
	return "v0.0.0"
}

// needs are the modules of all plugins, but for the SDK's, which is that of this
// program.
func (b *bundler) needs() (map[string]need, error) {
	needs := map[string]need{}
	for _, s := range b.sources {
		for _, p := range s.others {
			m := p.Module
			if m == nil || isSDK(p) || m.Path == origin.Module {
				continue
			}
			n := need{by: s.Name, version: m.Version, replace: replacement(m)}
			if n.version == "" {
				n.version = "v0.0.0"
			}
			old, there := needs[m.Path]
			if there && old.replace != n.replace {
				return nil, fmt.Errorf("%w on %s: %s is built with %s, %s with %s; replace it alike in both go.mod files, or in neither",
					ErrModules, m.Path, old.by, old.words(), n.by, n.words())
			}
			if !there || compareVersions(old.version, n.version) < 0 {
				needs[m.Path] = n
			}
		}
	}
	return needs, nil
}

// words say what a module is built from.
func (n need) words() string {
	if n.replace == "" {
		return n.version
	}
	return "its replacement " + n.replace
}

// replacement is what stands in for a module, with an absolute path for a
// directory; empty for nothing.
func replacement(m *goModule) string {
	switch r := m.Replace; {
	case r == nil:
		return ""
	case r.Version == "":
		return quotedPath(r.Dir)
	default:
		return r.Path + " " + r.Version
	}
}

// quotedPath is a directory as a go.mod file has it.
func quotedPath(dir string) string {
	if strings.ContainsAny(dir, " \t\"'`()[]{},") {
		return fmt.Sprintf("%q", dir)
	}
	return dir
}

// uses reports whether a plugin imports a module.
func (b *bundler) uses(module string) bool {
	for _, s := range b.sources {
		for _, p := range s.others {
			if p.ImportPath == module || strings.HasPrefix(p.ImportPath, module+"/") {
				return true
			}
		}
	}
	return false
}

// language is the highest go line of the plugins, at least the SDK's. Each plugin's
// own module keeps its own.
func (b *bundler) language() string {
	highest := compat.OldestGo
	for _, s := range b.sources {
		if version.Compare("go"+s.language, "go"+highest) > 0 {
			highest = s.language
		}
	}
	return highest
}

// sums are the checksums of all plugins and of the SDK.
func (b *bundler) sums() ([]byte, error) {
	var all [][]byte
	for _, s := range b.sources {
		all = append(all, s.sums...)
	}
	if b.sdk.Dir != "" {
		sums, err := os.ReadFile(filepath.Join(b.sdk.Dir, "go.sum"))
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			return nil, err
		}
		all = append(all, sums)
	}
	var lines []string
	for _, line := range strings.Split(string(bytes.Join(all, []byte("\n"))), "\n") {
		if line = strings.TrimSpace(line); line != "" {
			lines = append(lines, line)
		}
	}
	slices.Sort(lines)
	return []byte(strings.Join(slices.Compact(lines), "\n") + "\n"), nil
}

// shared are the packages of other modules that more than one plugin links.
func (b *bundler) shared() []string {
	users, found := map[string]int{}, []string{}
	for _, s := range b.sources {
		for _, p := range s.others {
			if users[p.ImportPath]++; users[p.ImportPath] == 2 && !isSDK(p) && p.Module != nil && !b.ofSDK(p.Module.Path) {
				found = append(found, p.ImportPath)
			}
		}
	}
	slices.Sort(found)
	return found
}

// ofSDK reports whether the SDK itself uses a module: which of its packages are
// linked is no plugin's doing.
func (b *bundler) ofSDK(path string) bool { return strings.HasPrefix(path, "github.com/tidwall/") }

// writeMain writes the main package.
func (b *bundler) writeMain() error {
	var code strings.Builder
	fmt.Fprintf(&code, "package main\n\nimport (\n\t%q\n\n", runtime)
	for _, s := range b.sources {
		fmt.Fprintf(&code, "\t_ %q\n", s.newPath(s.main))
	}
	fmt.Fprintf(&code, ")\n\nfunc main() {}\n\nfunc init() {\n\tbundle.Start(")
	for i, s := range b.sources {
		if i > 0 {
			code.WriteString(", ")
		}
		fmt.Fprintf(&code, "%q", s.Name)
	}
	code.WriteString(")\n}\n")
	return writeAll(b.dir, map[string]string{"main.go": code.String()})
}
