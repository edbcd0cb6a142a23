package run

import (
	"cmp"
	"context"
	"fmt"
	"net"
	"os"
	"strings"
	"time"

	"github.com/sluiceproxy/sluice/run/record"
)

// Run serves until ctx ends, which is no error, or until the engine does, which
// is. If ctx ends before anything serves, that is an error. Whatever Run started is gone when it returns.
func Run(ctx context.Context, o Options) (err error) {
	o, err = o.withDefaults()
	if err != nil {
		return err
	}
	s := &session{o: o, began: time.Now()}
	defer func() {
		if e := s.close(); err == nil {
			err = e
		}
		if ctx.Err() != nil && s.started {
			err = nil
		}
	}()
	if err := s.start(ctx); err != nil {
		return err
	}
	return s.loop(ctx)
}

// session is one Run under way.
type session struct {
	o       Options
	began   time.Time
	load    *loader
	watch   *watcher
	httpbin net.Listener
	started bool

	recorder *record.Recorder // nil where nothing is recorded
	live     State            // what serves
	failed   bool             // the last change does not serve
}

// start does everything that can go wrong at once, what is cheap first.
func (s *session) start(ctx context.Context) (err error) {
	if s.load, err = newLoader(s.o, s.o.Engine.Target()); err != nil {
		return err
	}
	src, err := s.o.source()
	if err != nil {
		return err
	}
	if src.dir != "" {
		src.modules = nil // each is looked at when it is loaded
	}
	if s.o.HTTPBin != "off" {
		s.load.httpbin = s.o.HTTPBin // good enough to check the routes
	}
	if _, err := s.load.files(src); err != nil {
		return err
	}
	if err := checkFree(s.o.Listen, "--listen"); err != nil {
		return err
	}
	if s.httpbin, err = startHTTPBin(s.o.HTTPBin); err != nil {
		return err
	}
	if s.httpbin != nil {
		s.load.httpbin = s.httpbin.Addr().String()
	}
	if !s.o.NoWatch { // before the first build, so that no edit is missed
		if s.watch, err = newWatcher(s.o); err != nil {
			return err
		}
	}
	next, err := s.load.load(ctx, true)
	if err != nil {
		return err
	}
	if s.recorder, err = s.o.record(); err != nil {
		return err
	}
	if err := s.startEngine(ctx, next); err != nil {
		return err
	}
	s.started = true
	s.load.serves(s.live)
	s.o.OnEvent(s.ready())
	return nil
}

func (s *session) ready() Ready {
	r := Ready{Plugins: s.live.names(), Engine: "embedded gateway", URL: localURL(s.o.Engine.Addr()), Took: time.Since(s.began)}
	if s.httpbin != nil {
		r.HTTPBin = localURL(s.httpbin.Addr().String())
	}
	if d, ok := s.o.Engine.(describer); ok {
		d.describe(&r)
	}
	return r
}

// localURL is where this machine reaches an address that may stand for all.
func localURL(addr string) string {
	host, port, err := net.SplitHostPort(addr)
	if ip := net.ParseIP(host); err == nil && ip != nil && ip.IsUnspecified() {
		addr = net.JoinHostPort("127.0.0.1", port)
	}
	return "http://" + addr
}

// describer is an engine with more to tell than its address.
type describer interface{ describe(*Ready) }

// loop takes changes until something ends.
func (s *session) loop(ctx context.Context) error {
	var changes chan change
	if s.watch != nil {
		changes = s.watch.C
	}
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-s.o.Engine.Done():
			if err := s.o.Engine.Err(); err != nil {
				return err
			}
			return fmt.Errorf("the engine ended by itself")
		case c := <-changes:
			s.reload(ctx, c)
		}
	}
}

// reload makes a change serve, or says why it does not.
func (s *session) reload(ctx context.Context, c change) {
	s.settle(ctx)
	next, err := s.load.load(ctx, c.source)
	if err == nil && next.equal(s.live) {
		if s.failed {
			s.failed = false
			s.o.OnEvent(Reloaded{What: "nothing: the files are again what serves", Took: time.Since(c.at)})
		}
		return
	}
	before := s.live
	s.failed = false
	if err == nil {
		err = s.apply(ctx, next)
	}
	if ctx.Err() != nil {
		return
	}
	if err != nil {
		s.failed = true
		s.o.OnEvent(Failed{Err: err.Error()})
		return
	}
	s.load.serves(s.live)
	if what := difference(before, s.live); what != "" {
		s.o.OnEvent(Reloaded{What: what, Took: time.Since(c.at)})
	}
}

// settle gives a file that is empty a moment: many programs empty a file and
// then write it, and a configuration that is only half there must not serve.
func (s *session) settle(ctx context.Context) {
	src, err := s.o.source()
	if err != nil {
		return
	}
	files := []string{src.routes}
	for _, m := range src.modules {
		files = append(files, m.file, m.config)
	}
	for _, f := range files {
		if info, err := os.Stat(f); err == nil && info.Size() == 0 {
			select {
			case <-ctx.Done():
			case <-time.After(4 * quiet):
			}
			return
		}
	}
}

// difference says in words what is new.
func difference(old, now State) string {
	var what []string
	add := func(word string) {
		for _, w := range what {
			if w == word {
				return
			}
		}
		what = append(what, word)
	}
	if old.names() != now.names() {
		add("chain (" + cmp.Or(now.names(), "none") + ")")
	}
	for _, p := range now.Plugins {
		for _, q := range old.Plugins {
			if p.Name == q.Name && string(p.Code) != string(q.Code) {
				add("code")
			}
			if p.Name == q.Name && string(p.Config) != string(q.Config) {
				add("configuration")
			}
		}
	}
	if !(State{Routes: old.Routes, Clusters: old.Clusters}).equal(State{Routes: now.Routes, Clusters: now.Clusters}) {
		add("routes")
	}
	return strings.Join(what, ", ")
}

// close ends everything in the opposite order.
func (s *session) close() error {
	var err error
	if s.watch != nil {
		s.watch.close()
	}
	if s.started {
		err = s.o.Engine.Close()
	}
	if s.recorder != nil {
		if e := s.recorder.Close(); err == nil {
			err = e
		}
	}
	if s.httpbin != nil {
		s.httpbin.Close()
	}
	if s.load != nil {
		if e := s.load.close(); err == nil {
			err = e
		}
	}
	return err
}
