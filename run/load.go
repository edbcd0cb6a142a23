package run

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/sluiceproxy/sluice/build"
)

// loader makes the state that shall serve from what is on disk.
type loader struct {
	o       Options
	target  build.Target
	httpbin string // address of the built-in httpbin, empty if it is off
	tmp     string // directory for the module of a Go plugin
	code    []byte // what the Go plugin was built to last, or what the image holds
	warned  map[string]bool
	names   bool // modules of Go plugins keep the names of functions

	// Of a plugin directory:
	codes           map[string][]byte // what Go plugins were built to last, by directory
	good            map[string]Plugin // last good versions, by path
	refused, served map[string]Plugin // by the engine, by name
}

// load reads configuration, routes and modules, cheapest first, and builds a Go
// plugin unless an earlier build still holds.
func (l *loader) load(ctx context.Context, rebuild bool) (State, error) {
	src, err := l.o.source()
	if err != nil {
		return State{}, err
	}
	if src.dir != "" {
		return l.loadEach(ctx, src, rebuild)
	}
	s, err := l.files(src)
	if err != nil {
		return State{}, err
	}
	if src.image {
		if l.code == nil {
			if err := l.image(ctx); err != nil {
				return State{}, err
			}
		}
		s.Plugins[0].Code = l.code
	}
	if src.goDir != "" {
		if rebuild || l.code == nil {
			if err := l.build(ctx, src.goDir); err != nil {
				return State{}, err
			}
		}
		s.Plugins[0].Code = l.code
	}
	return s, nil
}

// files reads everything but what has to be built.
func (l *loader) files(src source) (State, error) {
	var s State
	var clusters []Cluster
	if src.routes != "" {
		var err error
		if s.Routes, clusters, err = ReadRoutes(src.routes); err != nil {
			return s, err
		}
	}
	s.Clusters = mergeClusters(httpbinClusters(l.httpbin), clusters, l.o.Clusters)
	if len(s.Routes) == 0 {
		s.Routes = defaultRoutes(s.Clusters)
	}
	for _, m := range src.modules {
		p := Plugin{Name: m.name}
		var err error
		if m.config != "" {
			if p.Config, err = ReadConfig(m.config); err != nil {
				return s, err
			}
		}
		if m.file != "" {
			if p.Code, err = l.module(m.file); err != nil {
				return s, err
			}
		}
		s.Plugins = append(s.Plugins, p)
	}
	return s, s.checkRoutes(src.routes)
}

// checkRoutes reports a route to nowhere.
func (s State) checkRoutes(file string) error {
	have := map[string]bool{}
	for _, c := range s.Clusters {
		have[c.Name] = true
	}
	for _, r := range s.Routes {
		if !have[r.Cluster] {
			return fmt.Errorf("%s: route %q leads to the cluster %q, which does not exist; add it under clusters or with --cluster %s=ADDRESS",
				file, r.Name, r.Cluster, r.Cluster)
		}
	}
	return nil
}

// module reads a .wasm file that the engine would take.
func (l *loader) module(file string) ([]byte, error) {
	code, err := build.ReadFile(file)
	if err != nil {
		return nil, err
	}
	if err := build.Check(code, l.target); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return code, nil
}

// build compiles the Go plugin and remembers the module.
func (l *loader) build(ctx context.Context, dir string) error {
	code, err := l.compile(ctx, dir, "main.wasm", l.code == nil)
	if err == nil {
		l.code = code
	}
	return err
}

// compile builds a Go plugin. first says to announce it: it can take long.
func (l *loader) compile(ctx context.Context, dir, output string, first bool) ([]byte, error) {
	if first {
		l.o.OnEvent(Building{dir})
	}
	r, err := build.Build(ctx, build.Options{Dir: dir, Output: filepath.Join(l.tmp, output), Target: l.target, KeepNames: l.names})
	if err != nil {
		return nil, err
	}
	for _, w := range r.Warnings {
		if !l.warned[w] {
			l.warned[w] = true
			l.o.OnEvent(Warning{w})
		}
	}
	return r.Code, nil
}

// newLoader makes a loader with a directory of its own, which close removes.
func newLoader(o Options, target build.Target) (*loader, error) {
	tmp, err := os.MkdirTemp("", "sluice-run-")
	if err != nil {
		return nil, fmt.Errorf("making a directory for builds: %w; set TMPDIR to a directory that can be written", err)
	}
	return &loader{o: o, target: target, tmp: tmp, warned: map[string]bool{},
		codes: map[string][]byte{}, good: map[string]Plugin{}, refused: map[string]Plugin{}, served: map[string]Plugin{}}, nil
}

func (l *loader) close() error {
	if err := os.RemoveAll(l.tmp); err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("removing the directory of builds: %w", err)
	}
	return nil
}
