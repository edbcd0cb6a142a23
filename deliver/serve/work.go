package serve

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/sluiceproxy/sluice/deliver/prepare"
	"github.com/sluiceproxy/sluice/deploy/wasmplugin"
	"github.com/sluiceproxy/sluice/deploy/xds"
)

// start has a resource made ready, in place of an attempt that is under way. The
// caller has the lock.
func (s *server) start(ctx context.Context, e *entry, at time.Time) {
	if e.stop != nil {
		e.stop()
	}
	ctx, cancel := context.WithCancel(ctx)
	e.stop, e.working = cancel, true
	spec, isNew := e.spec, len(e.versions) == 0
	s.workers.Add(1)
	go func() {
		defer s.workers.Done()
		defer cancel()
		if isNew {
			s.recall(ctx, e, spec, at)
		}
		ready, err := s.prepare(ctx, spec)
		s.finish(ctx, e, spec, ready, err, at)
	}()
}

// prepare gets a module and asks it about its configuration.
func (s *server) prepare(ctx context.Context, w wasmplugin.Plugin) (*prepare.Ready, error) {
	var m *prepare.Module
	err := s.fetching.Do(ctx, func() (err error) {
		m, err = s.prep.Module(ctx, &w)
		return err
	})
	if err == nil {
		err = s.trying.Do(ctx, func() error { return s.prep.CheckConfig(ctx, m, &w) })
	}
	if err != nil {
		return nil, err
	}
	return &prepare.Ready{Module: m, Config: w.Config}, nil
}

// recall hands out what served last, so that Envoys need not wait for a registry.
func (s *server) recall(ctx context.Context, e *entry, w wasmplugin.Plugin, at time.Time) {
	last, err := s.prep.LastGood(ctx, &w)
	if err != nil {
		return // there is none, or it is not to be used
	}
	v, err := newVersion(e.name, w, last, at)
	if err != nil {
		return
	}
	v.good = true
	c := s.recallCanary(ctx, e, w, at)
	recall := func() {
		e.add(v)
		e.canary = c
	}
	if s.put(ctx, e, recall) {
		s.tell(loaded(e.name, v, true))
	}
}

// put changes an entry, unless its resource has changed meanwhile, and hands out
// what follows.
func (s *server) put(ctx context.Context, e *entry, change func()) bool {
	s.mu.Lock()
	if ctx.Err() != nil {
		s.mu.Unlock()
		return false
	}
	change()
	s.mu.Unlock()
	s.changed()
	return true
}

// finish takes over the end of an attempt.
func (s *server) finish(ctx context.Context, e *entry, w wasmplugin.Plugin, r *prepare.Ready, err error, at time.Time) {
	var v *version
	if err == nil {
		v, err = newVersion(e.name, w, r, at)
	}
	var event Event
	var rollouts []Event
	done := s.put(ctx, e, func() {
		e.working, e.asked = false, time.Now()
		if err != nil {
			event = e.fail(err)
			return
		}
		old := e.newest()
		e.problem, e.failures = nil, 0
		rollouts = s.offer(e, v, time.Now())
		if old == nil || old.id != v.id {
			event = loaded(e.name, v, false)
		}
	})
	if !done {
		return
	}
	s.metrics.prepared(err)
	if event != nil {
		s.tell(event)
	}
	for _, event := range rollouts {
		s.tell(event)
	}
	s.prune()
}

// fail notes why there is no new version. The event is nil for what was told
// before.
func (e *entry) fail(err error) Event {
	again := e.problem != nil && e.problem.Error() == err.Error()
	if !again {
		e.since = time.Now()
	}
	e.problem = err
	e.retry = time.Now().Add(e.backoff())
	e.failures++
	if again {
		return nil
	}
	return Failed{What: e.name, Err: err.Error(), LeftOut: len(e.versions) == 0}
}

func loaded(name string, v *version, last bool) Event {
	m := v.ready.Module
	e := Loaded{Plugin: name, URL: m.URL, Digest: m.Manifest, SHA256: m.SHA256, FromStore: m.FromStore, LastGood: last, Took: time.Since(v.started)}
	if m.Verified != nil {
		e.Rule = m.Verified.Rule
	}
	return e
}

// again starts what is due: attempts that failed, and images that are to be asked
// for again.
func (s *server) again(ctx context.Context, now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, e := range s.sorted {
		switch {
		case e.working:
		case e.problem != nil && now.After(e.retry),
			e.problem == nil && s.o.Refresh > 0 && moves(&e.spec) && now.Sub(e.asked) > s.o.Refresh:
			s.start(ctx, e, now)
		}
	}
}

// moves reports whether a resource wants its image asked for again.
func moves(w *wasmplugin.Plugin) bool {
	switch {
	case !strings.HasPrefix(w.URL, "oci://") || strings.Contains(w.URL, "@"):
		return false
	case w.PullPolicy == wasmplugin.PullDefault:
		last := w.URL[strings.LastIndexByte(w.URL, '/'):]
		return !strings.Contains(last, ":") || strings.HasSuffix(last, ":latest")
	default:
		return w.PullPolicy == wasmplugin.Always
	}
}

// prune removes modules that nothing names any more.
func (s *server) prune() {
	var keep []string
	s.mu.Lock()
	for _, e := range s.entries {
		for _, v := range e.versions {
			keep = append(keep, v.ready.Module.SHA256)
		}
		if e.canary != nil {
			keep = append(keep, e.canary.version.ready.Module.SHA256)
		}
	}
	s.mu.Unlock()
	if s.o.Out != "" {
		keep = append(keep, xds.Files{Dir: s.o.Out}.Modules()...)
	}
	if _, err := s.prep.Prune(keep); err != nil {
		s.tell(Warning{err.Error()})
	}
}

// stampOf changes when the file behind a file:// URL does.
func stampOf(text string) string {
	path := filePath(text)
	if path == "" {
		return ""
	}
	info, err := os.Stat(path)
	if err != nil {
		return "gone"
	}
	return fmt.Sprint(info.Size(), info.ModTime().UnixNano())
}

// filePath is the path of a file:// URL, "" for all others.
func filePath(text string) string {
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "file" {
		return ""
	}
	return u.Path
}
