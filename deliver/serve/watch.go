package serve

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/fsnotify/fsnotify"
)

// quiet is how long files must rest before a change counts: editors touch a file
// several times. A change counts after patience even if they never rest.
const (
	quiet    = 80 * time.Millisecond
	patience = 2 * time.Second
)

// watcher tells when something changed that may matter. It watches directories,
// not files: editors rename others over them, and a ConfigMap is a directory in
// which a link is.
type watcher struct {
	C    chan time.Time // of the first event; holds at most one
	fs   *fsnotify.Watcher
	done chan struct{}

	mu    sync.Mutex
	names []string // watched files and directories, absolute
}

func newWatcher() (*watcher, error) {
	fs, err := fsnotify.NewWatcher()
	if err != nil {
		return nil, fmt.Errorf("watching files: %w", err)
	}
	w := &watcher{C: make(chan time.Time, 1), fs: fs, done: make(chan struct{})}
	go w.loop()
	return w, nil
}

// watch replaces what is watched: directories, and files. Both may be links, and
// may not be there yet.
func (w *watcher) watch(paths ...string) {
	var names []string
	dirs := map[string]bool{}
	for _, path := range paths {
		abs, err := filepath.Abs(path)
		if path == "" || err != nil {
			continue
		}
		names = append(names, abs)
		dirs[abs], dirs[filepath.Dir(abs)] = true, true
		if behind, err := filepath.EvalSymlinks(abs); err == nil && behind != abs {
			names = append(names, behind)
			dirs[behind], dirs[filepath.Dir(behind)] = true, true
		}
		for _, behind := range linksIn(abs) {
			names = append(names, behind)
			dirs[filepath.Dir(behind)] = true
		}
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.names = names
	for _, old := range w.fs.WatchList() {
		if !dirs[old] {
			_ = w.fs.Remove(old) // it may be gone
		}
	}
	for dir := range dirs {
		if !slices.Contains(w.fs.WatchList(), dir) {
			_ = w.fs.Add(dir) // a file, or not there yet; it is looked at from time to time anyway
		}
	}
}

// linksIn lists what the links in a directory lead to.
func linksIn(dir string) (out []string) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil
	}
	for _, e := range entries {
		path := filepath.Join(dir, e.Name())
		if behind, err := filepath.EvalSymlinks(path); err == nil && behind != path {
			out = append(out, behind)
		}
	}
	return out
}

// loop gathers events.
func (w *watcher) loop() {
	defer close(w.done)
	var first time.Time
	timer := time.NewTimer(time.Hour)
	timer.Stop()
	for {
		select {
		case e, ok := <-w.fs.Events:
			if !ok {
				return
			}
			if !w.matters(e) {
				continue
			}
			if first.IsZero() {
				first = time.Now()
			}
			timer.Reset(min(quiet, max(0, patience-time.Since(first))))
		case _, ok := <-w.fs.Errors:
			if !ok {
				return
			}
			first = time.Now() // events were lost: look at everything
			timer.Reset(quiet)
		case <-timer.C:
			w.send(first)
			first = time.Time{}
		}
	}
}

// send hands a change over, joined with one that still waits.
func (w *watcher) send(at time.Time) {
	select {
	case at = <-w.C:
	default:
	}
	w.C <- at
}

// matters reports whether an event is about something that is watched, or in it.
func (w *watcher) matters(e fsnotify.Event) bool {
	if e.Op == fsnotify.Chmod {
		return false
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.ContainsFunc(w.names, func(name string) bool { return e.Name == name || filepath.Dir(e.Name) == name })
}

// close ends the watching.
func (w *watcher) close() {
	w.fs.Close()
	<-w.done
}
