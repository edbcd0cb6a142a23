package scaffold

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/sluiceproxy/sluice/build/origin"
)

var (
	// ErrName is in the error about a name, a module path or an example that
	// can't be used.
	ErrName = errors.New("invalid")
	// ErrNotEmpty is in the error about a directory that holds something.
	ErrNotEmpty = errors.New("not empty")
)

// DefaultExample is the example that a new plugin follows if none is named.
const DefaultExample = "hello"

// Options say what New shall write.
type Options struct {
	// Name is the plugin's name: letters, digits, ".", "_" and "-", at most 64,
	// beginning with a letter.
	Name string
	// Module is the path of the new Go module. Default "example.com/" and Name.
	Module string
	// Dir is the directory to write, which must not exist or be empty; its
	// parent must exist. Default Name, in the current directory.
	Dir string
	// Example is the example to follow, one of Examples. Default "hello".
	Example string
	// SDK says where the plugin gets the SDK from; see origin.Find.
	SDK origin.SDK
	// Go is the go command. Default "go", from the PATH.
	Go string
	// Env are further variables for it, each as "KEY=value".
	Env []string
	// Progress gets a line for each step that takes time. Default: none.
	Progress io.Writer
}

// Example is a plugin that New can write.
type Example struct {
	// Name is what Options.Example takes.
	Name string
	// Summary is one line.
	Summary string
}

// Examples are the plugins that New can write, the simplest first.
func Examples() []Example {
	return []Example{
		{"hello", "add a request header from the configuration"},
		{"http-call", "ask another service before a request goes on"},
		{"response-body", "replace text in the body of responses"},
		{"typed", "refuse requests by method; the configuration is a struct with tags"},
		{"straight-line", "ask another service in one line, without a callback"},
		{"handler", "check a key, as a handler of *http.Request"},
		{"filter", "measure responses, with a filter object for each request"},
	}
}

var (
	nameRule   = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9._-]{0,63}$`)
	moduleRule = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._~-]*(/[A-Za-z0-9._~-]+)*$`)
)

// complete fills in the defaults and refuses what can't work.
func (o Options) complete() (Options, error) {
	if !nameRule.MatchString(o.Name) || strings.Contains(o.Name, "..") || strings.HasSuffix(o.Name, ".") {
		return o, fmt.Errorf("%w plugin name %q: use letters, digits, \".\", \"_\" and \"-\", begin with a letter, at most 64 in all", ErrName, o.Name)
	}
	if o.Module == "" {
		o.Module = "example.com/" + o.Name
	}
	if !validModule(o.Module) {
		return o, fmt.Errorf("%w module path %q: want something like github.com/you/%s", ErrName, o.Module, o.Name)
	}
	if o.Example == "" {
		o.Example = DefaultExample
	}
	if !slices.ContainsFunc(Examples(), func(e Example) bool { return e.Name == o.Example }) {
		return o, fmt.Errorf("%w example %q: want %s", ErrName, o.Example, exampleNames())
	}
	if o.Dir == "" {
		o.Dir = o.Name
	}
	if o.Progress == nil {
		o.Progress = io.Discard
	}
	return o, checkDir(o.Dir)
}

func validModule(path string) bool {
	if !moduleRule.MatchString(path) || path == origin.Module || strings.HasPrefix(path, origin.Module+"/sdk") {
		return false
	}
	for _, element := range strings.Split(path, "/") {
		if strings.HasPrefix(element, ".") || strings.HasSuffix(element, ".") {
			return false
		}
	}
	return true
}

func exampleNames() string {
	var names []string
	for _, e := range Examples() {
		names = append(names, e.Name)
	}
	return strings.Join(names, ", ")
}

// checkDir refuses a directory that holds something, or that can't be made.
func checkDir(dir string) error {
	entries, err := os.ReadDir(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if _, err := os.Stat(filepath.Dir(filepath.Clean(dir))); err != nil {
			return fmt.Errorf("make %s: %w", dir, err)
		}
		return nil
	case err != nil:
		return fmt.Errorf("make %s: %w", dir, err)
	case len(entries) > 0:
		return fmt.Errorf("directory %s is %w; name another or remove what it holds", dir, ErrNotEmpty)
	}
	return nil
}
