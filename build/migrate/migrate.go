package migrate

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Options say what to rewrite.
type Options struct {
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
}

// Run rewrites the plugin in a directory. All files are worked out before the
// first one is written; a file that can't be parsed is an error that names its
// place, and nothing is written then.
func Run(o Options) (*Result, error) {
	if o.Dir == "" {
		o.Dir = "."
	}
	dirs, err := packages(o.Dir)
	if err != nil {
		return nil, err
	}
	r := &Result{Sources: map[string][]byte{}}
	for _, dir := range dirs {
		if err := r.rewrite(o.Dir, dir); err != nil {
			return nil, err
		}
	}
	if o.DryRun {
		return r, nil
	}
	for _, name := range sortedKeys(r.Sources) {
		if err := replaceFile(filepath.Join(o.Dir, filepath.FromSlash(name)), r.Sources[name]); err != nil {
			return nil, err
		}
	}
	return r, nil
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
	if !slices.ContainsFunc(files, (*file).usesSDK) {
		return nil
	}
	pauses, bodies := findHeaderFuncs(files), hasBodies(files)
	for _, f := range files {
		f.rewriteImports()
		f.rewriteMain()
		f.rewritePauses(pauses, bodies)
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
	if len(f.edits) == 0 {
		return nil
	}
	out, err := f.apply()
	if err != nil {
		return fmt.Errorf("%s: the rewritten file would not parse: %w", f.name, err)
	}
	r.Sources[f.name] = out
	return nil
}

func byLine(a, b Change) int { return a.Line - b.Line }

func sortedKeys(m map[string][]byte) []string {
	keys := make([]string, 0, len(m))
	for key := range m {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

// replaceFile writes a file beside the old one, with its permissions, and puts
// it in its place.
func replaceFile(path string, content []byte) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	next := path + ".sluice-new"
	err = os.WriteFile(next, content, info.Mode().Perm())
	if err == nil {
		err = os.Rename(next, path)
	}
	if err != nil {
		err = errors.Join(err, removeIfThere(next))
	}
	return err
}

func removeIfThere(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}
