package serve

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/keepalive"

	"github.com/sluiceproxy/sluice/deliver/internal/owner"
	"github.com/sluiceproxy/sluice/deploy/xds/report"
)

// Run serves until ctx ends, which is no error. It fails if the directory can't
// be read at the start, or an address can't be listened on.
func Run(ctx context.Context, o Options) error {
	o = o.withDefaults()
	if err := o.check(); err != nil {
		return err
	}
	release, err := owner.Take(o.State)
	if errors.Is(err, owner.ErrOwned) {
		return fmt.Errorf("state: %w; end that one, or give this one a --state of its own", err)
	} else if err == nil { // a state that can't be written is told of when it is written
		defer release()
	}
	s, err := newServer(o)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer func() {
		cancel()
		s.workers.Wait()
		_ = s.prep.Close() // what it compiled is gone with the process
	}()
	w, err := newWatcher()
	if err != nil {
		return err
	}
	defer w.close()
	w.watch(s.o.Dir, s.o.Gateway)
	if err := s.load(ctx, s.began); err != nil {
		return fmt.Errorf("reading the resources: %w; give a directory of WasmPlugin resources", err)
	}
	if g := s.gateway; g != nil && g.current == nil {
		return fmt.Errorf("reading the gateway's configuration: %s: %w", g.path, g.problem)
	}
	failed := make(chan error, 2)
	stop, err := s.listen(failed)
	if err != nil {
		return err
	}
	defer stop()
	return s.loop(ctx, w, failed)
}

// loop reads again what changes, until ctx ends.
func (s *server) loop(ctx context.Context, w *watcher, failed <-chan error) error {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	look := time.Now()
	for {
		w.watch(append(s.moduleFiles(), s.o.Dir, s.o.Gateway)...)
		select {
		case <-ctx.Done():
			return nil
		case err := <-failed:
			return err
		case at := <-w.C:
			s.reload(ctx, at)
			look = time.Now()
		case now := <-tick.C:
			s.again(ctx, now)
			s.judgeAll(now)
			if now.Sub(look) > lookAgain { // not every file system tells of changes
				s.reload(ctx, now)
				look = now
			}
		}
	}
}

// lookAgain is how often files are read without a sign of a change.
const lookAgain = 30 * time.Second

func (s *server) reload(ctx context.Context, at time.Time) {
	if err := s.load(ctx, at); err != nil {
		s.mu.Lock()
		p := Problem{File: s.o.Dir, Text: err.Error(), Since: at}
		again := len(s.problems) == 1 && s.problems[0].Text == p.Text
		if !again {
			s.problems = []Problem{p}
		}
		s.mu.Unlock()
		if !again {
			s.tell(Failed{Err: err.Error()})
		}
	}
}

// moduleFiles are the files of file:// URLs.
func (s *server) moduleFiles() (out []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, e := range s.sorted {
		if path := filePath(e.spec.URL); path != "" {
			out = append(out, path)
		}
	}
	return out
}

// keep is how connections of Envoys are kept: one that compiles a large module
// answers nobody for minutes, which is no reason to cut it off.
var keep = []grpc.ServerOption{
	grpc.KeepaliveParams(keepalive.ServerParameters{Time: 2 * time.Minute, Timeout: 5 * time.Minute}),
	grpc.KeepaliveEnforcementPolicy(keepalive.EnforcementPolicy{MinTime: 5 * time.Second, PermitWithoutStream: true}),
}

// listen opens the addresses. What ends later without stop comes through failed.
func (s *server) listen(failed chan<- error) (stop func(), err error) {
	ready := Ready{Directory: s.o.Dir, Plugins: s.count(), Out: s.o.Out}
	var stops []func()
	stop = func() {
		for _, f := range stops {
			f()
		}
	}
	if s.o.Listen != Off {
		l, err := net.Listen("tcp", s.o.Listen)
		if err != nil {
			return nil, fmt.Errorf("for Envoys: %w", err)
		}
		ready.XDS = l.Addr().String()
		stops = append(stops, s.grpc(l, failed))
	}
	if s.o.Admin != Off {
		l, err := net.Listen("tcp", s.o.Admin)
		if err != nil {
			stop()
			return nil, fmt.Errorf("for status: %w", err)
		}
		ready.Admin = "http://" + l.Addr().String()
		stops = append(stops, s.http(l, failed))
	}
	ready.Took = time.Since(s.began)
	s.tell(ready)
	return stop, nil
}

func (s *server) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.sorted)
}

func (s *server) grpc(l net.Listener, failed chan<- error) (stop func()) {
	options := keep
	if s.o.TLS != nil {
		options = append(options[:len(options):len(options)], grpc.Creds(credentials.NewTLS(s.o.TLS)))
	}
	g := grpc.NewServer(options...)
	s.xds.Register(g)
	report.Register(g, s.reported)
	go func() {
		if err := g.Serve(l); err != nil && !errors.Is(err, grpc.ErrServerStopped) {
			failed <- err
		}
	}()
	return g.Stop // streams never end by themselves
}

func (s *server) http(l net.Listener, failed chan<- error) (stop func()) {
	h := &http.Server{
		Handler: guard(s.admin(), l.Addr()), MaxHeaderBytes: 64 << 10,
		ReadHeaderTimeout: 10 * time.Second, ReadTimeout: time.Minute, WriteTimeout: time.Minute, IdleTimeout: 2 * time.Minute,
	}
	go func() {
		if err := h.Serve(l); err != nil && !errors.Is(err, http.ErrServerClosed) {
			failed <- err
		}
	}()
	return func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		if h.Shutdown(ctx) != nil {
			_ = h.Close() // a reader that doesn't end
		}
	}
}
