package cases

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/deploy/envoy"
	"github.com/sluiceproxy/sluice/plugintest"
)

// ErrFailed is in the error about cases that failed.
var ErrFailed = errors.New("cases failed")

// Options say what to run.
type Options struct {
	// Files are the files of cases.
	Files []string
	// Module is the plugin. Default plugintest.Dir of Dir.
	Module plugintest.Module
	// Dir is the plugin's directory, of which the native engine compiles the test.
	// Empty: there is none, and that engine is skipped.
	Dir string
	// Engines to run on. Default: those that a case names, else all; then an engine
	// that is not there is skipped, and one that is named here must be there.
	Engines []plugintest.Engine
	// Update writes golden files.
	Update bool
	// Coverage is plugintest.Plugin.Coverage. Default: none.
	Coverage func(counters []byte)
	// Match chooses cases by their name. Default: all.
	Match func(name string) bool

	inTest bool // the plugin is compiled into this process
}

// Run runs the cases of files. Problems in a file are an error and no case runs.
// The error is ErrFailed, wrapped, where a case failed.
func Run(ctx context.Context, o Options) (*Report, error) {
	o.setDefaults()
	var files []*File
	var wrong []error
	for _, path := range o.Files {
		f, err := Load(path)
		files, wrong = append(files, f), append(wrong, err)
	}
	if err := errors.Join(wrong...); err != nil {
		return nil, err
	}
	if slices.Contains(o.Engines, plugintest.Envoy) {
		if _, err := envoy.Find(ctx, ""); err != nil {
			return nil, err
		}
	}
	report := &Report{}
	golden := &goldens{update: o.Update}
	for _, f := range files {
		report.Results = append(report.Results, o.file(ctx, f, golden)...)
	}
	if err := ctx.Err(); err != nil {
		return report, err
	}
	return report, report.Err()
}

func (o *Options) setDefaults() {
	if o.Module == nil {
		dir := o.Dir
		if dir == "" {
			dir = "."
		}
		o.Module = plugintest.Dir(dir)
	}
	if o.Match == nil {
		o.Match = func(string) bool { return true }
	}
}

// engines are those that a case runs on.
func (o *Options) engines(c *Case) (list []plugintest.Engine) {
	for _, e := range plugintest.Engines() {
		named := slices.Contains(c.Engines, Engine(e))
		if (named || c.Engines == nil) && (o.Engines == nil || slices.Contains(o.Engines, e)) {
			list = append(list, e)
		}
	}
	return list
}

// file runs the cases of a file: those of one engine one after another, the
// engines at the same time, unless golden files are written.
func (o *Options) file(ctx context.Context, f *File, golden *goldens) []Result {
	var mu sync.Mutex
	var all []Result
	var running sync.WaitGroup
	for _, e := range plugintest.Engines() {
		run := func() {
			list := o.onEngine(ctx, f, e, golden)
			mu.Lock()
			defer mu.Unlock()
			all = append(all, list...)
		}
		if o.Update {
			run()
			continue
		}
		running.Add(1)
		go func() {
			defer running.Done()
			run()
		}()
	}
	running.Wait()
	order := map[string]int{}
	for i, c := range f.Cases {
		order[c.Name] = i
	}
	slices.SortStableFunc(all, func(a, b Result) int {
		if d := order[a.Case] - order[b.Case]; d != 0 {
			return d
		}
		return slices.Index(plugintest.Engines(), a.Engine) - slices.Index(plugintest.Engines(), b.Engine)
	})
	return all
}

// onEngine runs the cases of a file on one engine.
func (o *Options) onEngine(ctx context.Context, f *File, e plugintest.Engine, golden *goldens) (list []Result) {
	var chosen []*Case
	for i := range f.Cases {
		if c := &f.Cases[i]; o.Match(c.Name) && slices.Contains(o.engines(c), e) {
			chosen = append(chosen, c)
		}
	}
	if e == plugintest.Native && !o.inTest && len(chosen) > 0 {
		return o.natively(ctx, f, chosen)
	}
	for _, c := range chosen {
		if ctx.Err() != nil {
			return list
		}
		list = append(list, o.one(ctx, f, c, e, golden))
	}
	return list
}

// one runs a case on an engine.
func (o *Options) one(ctx context.Context, f *File, c *Case, e plugintest.Engine, golden *goldens) Result {
	began := time.Now()
	name := fmt.Sprintf("%s/%s/%s", f.Path, c.Name, e)
	t := record(ctx, name, func(t testing.TB) {
		r := runner{t: t, c: c, dir: filepath.Dir(f.Path), module: o.Module, golden: golden, cover: o.Coverage}
		r.run(e)
	})
	result := Result{File: f.Path, Line: c.line, Case: c.Name, Engine: e, Status: Passed, Took: time.Since(began), Messages: t.said}
	switch {
	case t.Failed():
		result.Status = Failed
	case t.Skipped():
		result.Status = Skipped
	}
	return result
}
