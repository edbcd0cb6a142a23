package gateway

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/sluiceproxy/sluice/host"
	"github.com/sluiceproxy/sluice/host/filter"
)

// set is one generation of plugins: a worker with its VMs for each thread of
// the gateway. It is closed once it was replaced and its last request ended.
type set struct {
	g       *Gateway
	modules []*module
	workers []*worker
	refs    atomic.Int64 // requests, and one for being the current set
}

// worker has one VM for each plugin.
type worker struct {
	*host.Worker
	slots []*slot
	chain []filter.Plugin
}

// LoadError says which plugin of a set did not load, and why.
type LoadError struct {
	// Plugin is the plugin's name, Index its place in the chain.
	Plugin string
	Index  int
	// Stage is "compile", "start" or "configure".
	Stage string
	Err   error
}

// Error names the plugin, the stage and the reason.
func (e *LoadError) Error() string {
	name := fmt.Sprintf("plugin %q: ", e.Plugin)
	return name + e.Stage + ": " + strings.TrimPrefix(e.Err.Error(), name)
}

// Unwrap returns the reason.
func (e *LoadError) Unwrap() error { return e.Err }

// newSet compiles, starts and configures a whole generation. On an error
// nothing is left of it.
func (g *Gateway) newSet(ctx context.Context, plugins []Plugin) (*set, error) {
	s := &set{g: g}
	s.refs.Store(1)
	for i := range plugins {
		m, err := g.modules.of(ctx, g.runtime, &plugins[i])
		if err != nil {
			s.close()
			return nil, &LoadError{plugins[i].Name, i, "compile", err}
		}
		s.modules = append(s.modules, m)
	}
	s.workers = make([]*worker, g.concurrency)
	for i := range s.workers {
		s.workers[i] = &worker{Worker: host.NewWorker()}
	}
	if err := s.start(ctx, plugins); err != nil {
		s.close()
		return nil, err
	}
	return s, nil
}

// start starts the first worker, and the others together if that went well:
// a broken plugin says so once.
func (s *set) start(ctx context.Context, plugins []Plugin) error {
	if err := s.workers[0].start(ctx, s, plugins); err != nil {
		return err
	}
	errs := make([]error, len(s.workers))
	var wg sync.WaitGroup
	for i, w := range s.workers[1:] {
		wg.Add(1)
		go func() {
			defer wg.Done()
			errs[i] = w.start(ctx, s, plugins)
		}()
	}
	wg.Wait()
	return errors.Join(errs...)
}

func (w *worker) start(ctx context.Context, s *set, plugins []Plugin) error {
	for i := range plugins {
		sl := &slot{g: s.g, worker: w.Worker, module: s.modules[i], def: &plugins[i]}
		w.slots = append(w.slots, sl)
		var stage string
		var err error
		w.Do(func() { stage, err = sl.start(ctx) })
		if err != nil {
			return &LoadError{plugins[i].Name, i, stage, err}
		}
		w.chain = append(w.chain, sl.filter())
	}
	return nil
}

// release gives up one reference; the last one closes the set.
func (s *set) release() {
	if s.refs.Add(-1) == 0 {
		go func() {
			defer s.g.closing.Done()
			s.close()
		}()
	}
}

// closeTimeout bounds how long a plugin may put off its end.
const closeTimeout = 10 * time.Second

func (s *set) close() {
	ctx, cancel := context.WithTimeout(context.Background(), closeTimeout)
	defer cancel()
	for _, w := range s.workers {
		for _, sl := range w.slots {
			sl.close(ctx, s.g)
		}
	}
	for _, m := range s.modules {
		s.g.modules.put(ctx, m)
	}
}
