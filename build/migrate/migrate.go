package migrate

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/sluiceproxy/sluice/build/internal/gotool"
	"github.com/sluiceproxy/sluice/build/origin"
)

// ErrNoFiles is in the error about a directory without Go files.
var ErrNoFiles = errors.New("no Go files to rewrite")

// Options say what to rewrite.
type Options struct {
	// SDK is what go.mod is to require. Default origin.Find.
	SDK origin.SDK
	// Go is the go command, which edits go.mod. Default "go", from the PATH.
	Go string
	// Env are further variables for the go command, each as "KEY=value".
	Env []string
	// Dir is the plugin's directory; those below it are rewritten as well, but
	// not vendor, testdata, hidden ones and other modules. Default ".".
	Dir string
	// DryRun only says what would change.
	DryRun bool
}

// Change is something that was changed, or that is left to the user.
type Change struct {
	// File is relative to Options.Dir, with slashes.
	File string `json:"file"`
	// Line is that of the file as it was before.
	Line int `json:"line"`
	// What says it in a sentence.
	What string `json:"what"`
}

// String is "file:line: what".
func (c Change) String() string { return fmt.Sprintf("%s:%d: %s", c.File, c.Line, c.What) }

// Result is what Run has done.
type Result struct {
	// Changes are those made, or to be made in a dry run, in their order.
	Changes []Change `json:"changes"`
	// Manual are places that the user has to look at.
	Manual []Change `json:"manual"`
	// Sources are the new contents of the files that change, by Change.File.
	Sources map[string][]byte `json:"-"`

	before map[string][]byte   // their old contents
	after  map[string]struct{} // what the plugin's files then import
	files  int                 // how many were read
}

// Run rewrites the plugin in a directory: its Go files, and its go.mod file where
// that lies in the directory. All files are worked out, and written beside the old
// ones, before the first one is replaced; a file that can't be parsed is an error
// that names its place, and nothing is written then.
//
// Where another SDK was required, go.mod requires this one; its checksums are left
// to "go mod tidy".
//
// Errors: ErrNoFiles, those of the file system, of the parser, of the toolchain, and ctx's.
func Run(ctx context.Context, o Options) (*Result, error) {
	if o.Dir == "" {
		o.Dir = "."
	}
	if err := gotool.CheckDir(o.Dir); err != nil {
		return nil, err
	}
	var err error
	if o.Dir, err = filepath.EvalSymlinks(o.Dir); err != nil { // a link is not walked into
		return nil, fmt.Errorf("plugin directory: %w", err)
	}
	dirs, err := packages(o.Dir)
	if err != nil {
		return nil, err
	}
	r := newResult()
	for _, dir := range dirs {
		if err := r.rewrite(o.Dir, dir); err != nil {
			return nil, err
		}
	}
	if r.files == 0 {
		return nil, fmt.Errorf("%w: %s, and what is below it", ErrNoFiles, o.Dir)
	}
	if err := r.rewriteModule(ctx, o); err != nil {
		return nil, err
	}
	if o.DryRun {
		return r, nil
	}
	return r, r.write(o.Dir)
}

func newResult() *Result {
	return &Result{
		Changes: []Change{}, Manual: []Change{},
		Sources: map[string][]byte{}, before: map[string][]byte{}, after: map[string]struct{}{},
	}
}

// packages returns the directories to rewrite, in order.
func packages(root string) (dirs []string, err error) {
	err = filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.IsDir() {
			return err
		}
		if path != root && skipped(path) {
			return fs.SkipDir
		}
		dirs = append(dirs, path)
		return nil
	})
	return dirs, err
}

func skipped(dir string) bool {
	name := filepath.Base(dir)
	if name == "vendor" || name == "testdata" || strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_") {
		return true
	}
	_, err := os.Stat(filepath.Join(dir, "go.mod"))
	return err == nil
}

// rewrite works out the changes of one directory's files.
func (r *Result) rewrite(root, dir string) error {
	files, err := parseDir(root, dir)
	if err != nil {
		return err
	}
	r.files += len(files)
	if !slices.ContainsFunc(files, (*file).usesSDK) {
		return r.keep(files)
	}
	pauses, bodies := findHeaderFuncs(files), hasBodies(files)
	for _, f := range files {
		f.rewriteImports()
		f.rewriteNames()
		f.rewriteMain()
		f.rewritePauses(pauses, bodies)
		if err := r.collect(f); err != nil {
			return err
		}
	}
	return nil
}

// keep notes what files that don't change import.
func (r *Result) keep(files []*file) error {
	for _, f := range files {
		if err := r.collect(f); err != nil {
			return err
		}
	}
	return nil
}

func (r *Result) collect(f *file) error {
	slices.SortStableFunc(f.changes, byLine)
	slices.SortStableFunc(f.manual, byLine)
	r.Changes = append(r.Changes, f.changes...)
	r.Manual = append(r.Manual, f.manual...)
	out, tree, err := f.apply()
	if err != nil {
		return fmt.Errorf("%s: the rewritten file would not parse: %w", f.name, err)
	}
	for _, spec := range tree.Imports {
		r.after[importPath(spec)] = struct{}{}
	}
	if len(f.edits) > 0 {
		r.before[f.name], r.Sources[f.name] = f.src, out
	}
	return nil
}

func byLine(a, b Change) int { return a.Line - b.Line }

// Files are the files that change, relative to Options.Dir, with slashes, in order.
func (r *Result) Files() []string { return sortedKeys(r.Sources) }

func sortedKeys(m map[string][]byte) []string {
	keys := make([]string, 0, len(m))
	for key := range m {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}
