package serve

import (
	"context"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/sluiceproxy/sluice/build"
	"github.com/sluiceproxy/sluice/deliver/internal/slots"
	"github.com/sluiceproxy/sluice/deliver/prepare"
	"github.com/sluiceproxy/sluice/deploy/wasmplugin"
	"github.com/sluiceproxy/sluice/deploy/xds"
)

// fetchAtOnce and tryAtOnce bound how many modules are fetched, and how many plugins
// are compiled and started with their configuration, at once: both take memory.
const (
	fetchAtOnce = 32
	tryAtOnce   = 4
)

// server is the state of the loop.
type server struct {
	o       Options
	began   time.Time
	prep    *prepare.Preparer
	memory  *memory
	xds     *xds.Server
	workers sync.WaitGroup
	telling sync.Mutex
	writing sync.Mutex // before mu

	fetching, trying slots.Slots

	metrics metrics

	mu       sync.Mutex
	dir      *directory
	gateway  *gatewayFile // nil without one
	entries  map[string]*entry
	sorted   []*entry // in the order in which they run
	problems []Problem
	read     bool // the directory was read once
}

func newServer(o Options) (*server, error) {
	for _, dir := range []*string{&o.State, &o.Out, &o.Dir} {
		if *dir == "" {
			continue
		}
		abs, err := filepath.Abs(*dir)
		if err != nil {
			return nil, err
		}
		*dir = abs
	}
	switch {
	case o.Prepare.Dir != "":
	case o.Out != "":
		o.Prepare.Dir = filepath.Join(o.Out, "modules")
	default:
		o.Prepare.Dir = filepath.Join(o.State, "modules")
	}
	if o.Prepare.Target == build.Any {
		o.Prepare.Target = build.Envoy
	}
	prep, err := prepare.New(o.Prepare)
	if err != nil {
		return nil, err
	}
	s := &server{o: o, began: time.Now(), prep: prep, entries: map[string]*entry{}, fetching: slots.New(fetchAtOnce), trying: slots.New(tryAtOnce),
		dir: newDirectory(o.Dir, filepath.Join(o.State, "resources"))}
	if s.memory, err = openMemory(o.State); s.memory == nil {
		return nil, err
	}
	if err != nil {
		s.tell(Warning{"what earlier processes knew about refusals is lost: " + err.Error()})
	}
	if o.Gateway != "" {
		s.gateway = openGateway(o.Gateway, o.State)
	}
	s.xds = xds.New(xds.Options{Want: s.want, OnEvent: s.happened})
	return s, nil
}

// tell tells one event at a time.
func (s *server) tell(e Event) {
	s.telling.Lock()
	defer s.telling.Unlock()
	s.o.OnEvent(e)
}

// changed hands out what is wanted now.
func (s *server) changed() {
	s.xds.Changed()
	if err := s.write(); err != nil {
		s.tell(Failed{Err: "writing files for Envoys: " + err.Error()})
	}
}

// load reads the directory and the gateway's file, and has what is new prepared.
// at is when the change was noticed.
func (s *server) load(ctx context.Context, at time.Time) error {
	s.mu.Lock()
	c, err := s.dir.read()
	if err != nil {
		s.mu.Unlock()
		return err
	}
	events := s.compare(ctx, c, at)
	if s.gateway != nil && s.gateway.read() && s.gateway.problem != nil {
		events = append(events, Failed{Err: s.gateway.path + ": " + s.gateway.problem.Error()})
	}
	s.read = true
	s.mu.Unlock()
	for _, e := range events {
		s.tell(e)
	}
	s.changed()
	return nil
}

// compare takes over what the directory says.
func (s *server) compare(ctx context.Context, c *contents, at time.Time) (events []Event) {
	wasmplugin.Order(c.plugins)
	s.sorted = nil
	there := map[string]bool{}
	for i := range c.plugins {
		w := c.plugins[i]
		name := nameOf(&w)
		if there[name] {
			c.problems = append(c.problems, s.twice(w, at))
			continue
		}
		there[name] = true
		s.sorted = append(s.sorted, s.update(ctx, name, w, at))
	}
	for _, w := range c.gone {
		events = append(events, s.drop(nameOf(&w), w)...)
	}
	if !s.read {
		for _, w := range c.warnings {
			events = append(events, Warning{w})
		}
	}
	return append(events, s.complain(c.problems)...)
}

// twice is the problem of a resource whose name in Envoys another one has.
func (s *server) twice(w wasmplugin.Plugin, at time.Time) Problem {
	p := Problem{File: fileOf(w), Since: at, Text: w.Source + ": " + w.Resource() +
		": another resource has this namespace and name too, and Envoys know it by these; it is left out"}
	for _, old := range s.problems {
		if old.Text == p.Text {
			p.Since = old.Since
		}
	}
	return p
}

// complain takes over the problems, and tells those that are new, and files that
// have none any more.
func (s *server) complain(problems []Problem) (events []Event) {
	files, fixed := map[string]bool{}, map[string]bool{}
	for _, p := range problems {
		files[p.File] = true
		if !slices.Contains(s.problems, p) {
			events = append(events, Failed{Err: p.Text})
		}
	}
	for _, old := range s.problems {
		if !files[old.File] && !fixed[old.File] {
			fixed[old.File] = true
			events = append(events, Fixed{old.File})
		}
	}
	s.problems = problems
	return events
}

// update takes over a resource.
func (s *server) update(ctx context.Context, name string, w wasmplugin.Plugin, at time.Time) *entry {
	e, stamp := s.entries[name], stampOf(w.URL)
	if e == nil {
		e = &entry{name: name}
		s.entries[name] = e
		_ = s.memory.restore(name) // said again at the next change
	} else if same(e.spec, w) && e.stamp == stamp {
		e.spec.Source = w.Source
		return e
	}
	e.spec, e.stamp, e.failures = w, stamp, 0
	s.start(ctx, e, at)
	return e
}

// drop forgets a plugin whose resource is gone.
func (s *server) drop(name string, w wasmplugin.Plugin) []Event {
	if e := s.entries[name]; e != nil {
		if e.stop != nil {
			e.stop()
		}
		delete(s.entries, name)
	}
	var events []Event
	if err := s.memory.remove(name); err != nil {
		events = append(events, Warning{"remembering that " + name + " is gone: " + err.Error()})
	}
	canary := canaryOf(w)
	_, _, _ = s.prep.Forget(&w), s.prep.Forget(&canary), s.memory.keepRollout(name, nil) // old records do no harm
	return append(events, Removed{name})
}
