package run

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/fsnotify/fsnotify"
)

// quiet is how long files must rest before a change counts: editors and
// formatters touch a file several times. A change counts after patience even
// if they never rest.
const (
	quiet    = 80 * time.Millisecond
	patience = 2 * time.Second
)

// change says what to look at again.
type change struct {
	at     time.Time // of the first event
	source bool      // Go source: build again
}

// watcher tells when something changed that can matter. It watches directories,
// not files, because editors replace files by renaming others over them.
type watcher struct {
	C         chan change // holds at most one change; closed by close
	fs        *fsnotify.Watcher
	src       source
	files     map[string]bool // configuration, routes and modules, by clean absolute path
	module    string          // root of the Go module, empty without one
	goDir     string          // of the plugin, absolute
	pluginDir bool            // goDir is a plugin directory
	done      chan struct{}
}

// newWatcher watches what the loader's options name.
func newWatcher(o Options) (*watcher, error) {
	src, err := o.source()
	if err != nil {
		return nil, err
	}
	fsw, err := fsnotify.NewWatcher()
	if err != nil {
		return nil, fmt.Errorf("watching files: %w", err)
	}
	w := &watcher{C: make(chan change, 1), fs: fsw, src: src, files: map[string]bool{}, done: make(chan struct{})}
	if err := w.addAll(o); err != nil {
		fsw.Close()
		return nil, err
	}
	go w.loop()
	return w, nil
}

// addAll watches every directory in which something can happen.
func (w *watcher) addAll(o Options) error {
	if o.PluginDir != "" {
		return w.addPluginDir(o)
	}
	if o.Image != nil {
		return errors.Join(w.addFile(o.Config), w.addFile(o.Routes))
	}
	dir := o.Source
	if info, err := os.Stat(dir); err == nil && !info.IsDir() {
		dir = filepath.Dir(dir)
	}
	paths := []string{o.Config, o.Routes, o.Source}
	for _, m := range w.src.modules {
		paths = append(paths, m.file, m.config)
	}
	for _, base := range []string{"config", "routes"} {
		for _, ext := range []string{".yaml", ".yml", ".json"} {
			paths = append(paths, filepath.Join(dir, base+ext))
		}
	}
	for _, p := range paths {
		if err := w.addFile(p); err != nil {
			return err
		}
	}
	if err := w.addDir(dir); err != nil || w.src.goDir == "" {
		return err
	}
	abs, err := filepath.Abs(w.src.goDir)
	if err != nil {
		return err
	}
	w.goDir, w.module = abs, moduleRoot(abs)
	return w.addTrees()
}

// addPluginDir watches a plugin directory and, where there are Go plugins in it,
// the module around it.
func (w *watcher) addPluginDir(o Options) error {
	abs, err := filepath.Abs(o.PluginDir)
	if err != nil {
		return err
	}
	w.pluginDir, w.goDir, w.module = true, abs, abs
	for _, m := range w.src.modules {
		if m.goDir != "" {
			w.module = moduleRoot(abs)
		}
	}
	for _, path := range []string{o.Routes, w.src.routes} {
		if err := w.addFile(path); err != nil {
			return err
		}
	}
	return w.addTrees()
}

// addTrees watches the plugin's directory and the module around it; the former
// may lie where no package of the module does, such as in testdata.
func (w *watcher) addTrees() error {
	if err := w.addTree(w.goDir); err != nil {
		return err
	}
	return w.addTree(w.module)
}

// addFile notes a file and watches its directory, and that of the file behind
// it if it is a symbolic link.
func (w *watcher) addFile(path string) error {
	if path == "" {
		return nil
	}
	abs, err := filepath.Abs(path)
	if err != nil {
		return err
	}
	targets := []string{abs}
	if behind, err := filepath.EvalSymlinks(abs); err == nil && behind != abs {
		targets = append(targets, behind)
	}
	for _, t := range targets {
		w.files[t] = true
		if err := w.addDir(filepath.Dir(t)); err != nil {
			return err
		}
	}
	return nil
}

func (w *watcher) addDir(dir string) error {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return err
	}
	if err := w.fs.Add(abs); err != nil {
		return fmt.Errorf("watching %s: %w (use --no-watch to go without)", dir, err)
	}
	return nil
}

// addTree watches a directory and all below it in which Go source can lie.
func (w *watcher) addTree(root string) error {
	return filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		switch {
		case errors.Is(err, fs.ErrNotExist), errors.Is(err, fs.ErrPermission):
			return nil // gone again, or not ours
		case err != nil:
			return err
		case !d.IsDir():
			return nil
		case path != root && skipDir(d.Name()):
			return filepath.SkipDir
		}
		return w.addDir(path)
	})
}

// skipDir recognises directories that the go command leaves out of packages.
func skipDir(name string) bool {
	return strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_") || name == "testdata" || name == "node_modules"
}

// moduleRoot is the closest directory above dir with a go.mod, or dir.
func moduleRoot(dir string) string {
	for d := dir; ; d = filepath.Dir(d) {
		if _, err := os.Stat(filepath.Join(d, "go.mod")); err == nil {
			return d
		}
		if d == filepath.Dir(d) {
			return dir
		}
	}
}

// loop gathers events into changes.
func (w *watcher) loop() {
	defer close(w.done)
	var pending change
	timer := time.NewTimer(time.Hour)
	timer.Stop()
	for {
		select {
		case e, ok := <-w.fs.Events:
			if !ok {
				return
			}
			source, matters := w.classify(e)
			if !matters {
				continue
			}
			if pending.at.IsZero() {
				pending.at = time.Now()
			}
			pending.source = pending.source || source
			timer.Reset(min(quiet, max(0, patience-time.Since(pending.at))))
		case _, ok := <-w.fs.Errors:
			if !ok {
				return
			}
			// Events were lost: look at everything.
			pending = change{at: time.Now(), source: true}
			timer.Reset(quiet)
		case <-timer.C:
			w.send(pending)
			pending = change{}
		}
	}
}

// send hands a change over, joined with one that still waits.
func (w *watcher) send(c change) {
	select {
	case old := <-w.C:
		c = change{at: old.at, source: c.source || old.source}
	default:
	}
	w.C <- c
}

// classify decides whether an event matters, and whether it is about source.
// A new directory is watched from now on.
func (w *watcher) classify(e fsnotify.Event) (source, matters bool) {
	if e.Op == fsnotify.Chmod {
		return false, false
	}
	if e.Has(fsnotify.Create) && w.module != "" && within(e.Name, w.module) && !skipDir(filepath.Base(e.Name)) {
		if info, err := os.Stat(e.Name); err == nil && info.IsDir() {
			_ = w.addTree(e.Name)
			return true, true // it may have come with files in it
		}
	}
	switch {
	case w.files[e.Name]:
		return false, true
	case w.pluginDir && within(e.Name, w.goDir) && e.Op&(fsnotify.Remove|fsnotify.Rename) != 0:
		return w.isSource(e.Name), true // it may have been a plugin's directory
	case w.pluginDir && within(e.Name, w.goDir) && isModuleOrConfig(e.Name):
		return false, true
	case w.src.goDir == "" && !w.pluginDir:
		return false, isModuleOrConfig(e.Name)
	default:
		return true, w.isSource(e.Name)
	}
}

func isModuleOrConfig(path string) bool {
	ext := filepath.Ext(path)
	return ext == ".wasm" || ext == ".yaml" || ext == ".yml" || ext == ".json"
}

// isSource reports whether the go command could read the file for this plugin:
// Go source and module files anywhere in the module, and in the plugin's own
// directories also files that it may embed.
func (w *watcher) isSource(path string) bool {
	base := filepath.Base(path)
	switch {
	case strings.HasPrefix(base, "."), strings.HasSuffix(base, "~"), strings.HasSuffix(base, "_test.go"):
		return false
	case base == "go.mod", base == "go.sum", base == "go.work", filepath.Ext(base) == ".go":
		return within(path, w.module)
	}
	switch filepath.Ext(base) {
	case "", ".wasm", ".md", ".swp", ".tmp":
		return false
	}
	return within(path, w.goDir)
}

// within reports whether path is dir or below it; both are absolute and clean.
func within(path, dir string) bool {
	return path == dir || strings.HasPrefix(path, strings.TrimSuffix(dir, string(filepath.Separator))+string(filepath.Separator))
}

// close ends the watching.
func (w *watcher) close() {
	w.fs.Close()
	<-w.done
}
