package serve

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/sluiceproxy/sluice/build/atomicfile"
	"github.com/sluiceproxy/sluice/deploy/wasmplugin"
)

// directory reads resources, and keeps what a file held before it was broken: in a
// copy too, so that it is there after a restart.
type directory struct {
	path   string
	copies string
	files  map[string][]wasmplugin.Plugin // by path, as they were good last
	since  map[string]time.Time           // of problems, by file and text
	first  bool                           // read for the first time
}

func newDirectory(path, copies string) *directory {
	return &directory{path: path, copies: copies, files: map[string][]wasmplugin.Plugin{}, since: map[string]time.Time{}, first: true}
}

// contents is what a directory says at one time.
type contents struct {
	plugins  []wasmplugin.Plugin
	gone     []wasmplugin.Plugin // that were there before and are not any more
	problems []Problem
	warnings []string
}

// read reads all files. A directory that can't be read leaves all as it was.
func (d *directory) read() (*contents, error) {
	if _, err := os.ReadDir(d.path); err != nil {
		return nil, err
	}
	c, err := wasmplugin.Load(d.path)
	if c == nil {
		c = &wasmplugin.Contents{}
	}
	if d.first {
		d.first = false
		d.remember()
	}
	broken := wasmplugin.Broken(err)
	files := map[string][]wasmplugin.Plugin{}
	for _, p := range c.Plugins {
		files[fileOf(p)] = append(files[fileOf(p)], p)
	}
	for _, name := range broken {
		if old, ok := d.files[name]; ok {
			files[name] = old
		}
	}
	out := &contents{problems: d.problems(err)}
	for _, w := range c.Warnings {
		out.warnings = append(out.warnings, w.String())
	}
	for _, name := range sortedKeys(files) {
		out.plugins = append(out.plugins, files[name]...)
		if !slices.Contains(broken, name) {
			d.copy(name)
		}
	}
	out.gone = d.gone(out.plugins)
	d.files = files
	d.tidy()
	return out, nil
}

// fileOf is the file that a plugin was read from.
func fileOf(p wasmplugin.Plugin) string {
	if i := strings.LastIndexByte(p.Source, ':'); i > 0 {
		return p.Source[:i]
	}
	return p.Source
}

// gone lists plugins that were there and are not among those that are there now.
func (d *directory) gone(now []wasmplugin.Plugin) (out []wasmplugin.Plugin) {
	there := map[string]bool{}
	for i := range now {
		there[nameOf(&now[i])] = true
	}
	for _, plugins := range d.files {
		for _, p := range plugins {
			if !there[nameOf(&p)] {
				out = append(out, p)
			}
		}
	}
	return out
}

// problems makes a list of an error, with the time since which each is there.
func (d *directory) problems(err error) []Problem {
	since := map[string]time.Time{}
	var out []Problem
	add := func(file, text string) {
		key := file + "\x00" + text
		if since[key] = d.since[key]; since[key].IsZero() {
			since[key] = time.Now()
		}
		out = append(out, Problem{File: file, Text: text, Since: since[key]})
	}
	list := wasmplugin.Problems(err)
	for _, p := range list {
		add(p.File, p.Error())
	}
	if err != nil && len(list) == 0 {
		add(d.path, err.Error())
	}
	d.since = since
	return out
}

// copy keeps a file that is good.
func (d *directory) copy(path string) {
	text, err := os.ReadFile(path)
	if err != nil {
		return // gone meanwhile: the next event is about that
	}
	to := filepath.Join(d.copies, filepath.Base(path))
	if old, err := os.ReadFile(to); err == nil && bytes.Equal(old, text) {
		return
	}
	if _, err := wasmplugin.Parse(path, text); err != nil {
		return // it was broken after it was read: the next event is about that
	}
	_ = os.MkdirAll(d.copies, 0o700)
	_ = atomicfile.WriteFile(to, text, 0o600) // without it a restart knows less, no more than that
}

// remember reads the copies of an earlier process.
func (d *directory) remember() {
	entries, err := os.ReadDir(d.copies)
	if err != nil {
		return
	}
	for _, e := range entries {
		name := filepath.Join(d.path, e.Name())
		text, err := os.ReadFile(filepath.Join(d.copies, e.Name()))
		if err != nil {
			continue
		}
		if plugins, err := wasmplugin.Parse(name, text); err == nil {
			d.files[name] = plugins
		}
	}
}

// tidy removes copies of files that are gone.
func (d *directory) tidy() {
	entries, err := os.ReadDir(d.copies)
	if err != nil {
		return
	}
	for _, e := range entries {
		if _, err := os.Stat(filepath.Join(d.path, e.Name())); errors.Is(err, fs.ErrNotExist) {
			_ = os.Remove(filepath.Join(d.copies, e.Name())) // it would only be read again
		}
	}
}
