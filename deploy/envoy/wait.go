package envoy

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"syscall"
	"time"
)

// resource is a watched file and where Envoy counts what became of it.
type resource struct {
	file string // in the run directory
	stat string // prefix of its statistics
	part string // what to call it in an error
}

var (
	cdsResource = resource{cdsFile, "cluster_manager.cds", "the clusters"}
	ldsResource = resource{ldsFile, "listener_manager.lds", "the listener"}
	rdsResource = resource{rdsFile, "http." + statPrefix + ".rds." + routesName, "the routes"}
)

// filterResource is the ECDS file of a filter; part is what an error calls it.
func filterResource(filter, part string) resource {
	return resource{ecdsFile(filter), "extension_config_discovery.http_filter." + filter, part}
}

// waitAdmin waits until the process listens on its admin address.
func (e *Envoy) waitAdmin(ctx context.Context) error {
	return e.poll(ctx, "to open its admin endpoint", func() (bool, error) {
		b, err := os.ReadFile(e.dir.path(adminFile))
		if err != nil || len(b) == 0 {
			return false, nil //nolint:nilerr // not there yet
		}
		e.admin = newAdmin(strings.TrimSpace(string(b)))
		return true, nil
	})
}

// publish replaces a watched file and returns when Envoy has taken it, or a
// [RejectedError] with Envoy's reason.
func (e *Envoy) publish(ctx context.Context, r resource, contents ...obj) error {
	before, err := e.state(ctx, r)
	if err != nil {
		return err
	}
	version, mark := e.nextVersion(), e.logs.mark()
	if err := e.write(r, version, contents...); err != nil {
		return err
	}
	return e.await(ctx, r, version, before, mark)
}

// write replaces a watched file.
func (e *Envoy) write(r resource, version string, contents ...obj) error {
	b, err := discovery(version, contents...)
	if err != nil {
		return err
	}
	return e.dir.write(r.file, b)
}

// state asks for what became of a file, again if Envoy is busy.
func (e *Envoy) state(ctx context.Context, r resource) (s subscription, err error) {
	err = e.poll(ctx, "to answer on its admin endpoint", func() (bool, error) {
		s, err = e.admin.subscription(ctx, r.stat)
		return err == nil, nil
	})
	return s, err
}

// await returns when version of r is in force, or when more updates were
// refused than before.
func (e *Envoy) await(ctx context.Context, r resource, version string, before subscription, mark int) error {
	return e.poll(ctx, "to load "+r.part, func() (bool, error) {
		s, err := e.admin.subscription(ctx, r.stat)
		switch {
		case err != nil:
			return false, nil //nolint:nilerr // busy
		case s.version == version:
			return true, nil
		case s.rejected > before.rejected || s.failures > before.failures:
			return false, &RejectedError{Part: r.part, Reason: e.why(mark)}
		}
		return false, nil
	})
}

// why returns Envoy's reason for a refusal after mark. The log comes through a
// pipe, so it may lag a little behind the counters.
func (e *Envoy) why(mark int) string {
	for i := 0; i < 25; i++ {
		for _, l := range e.logs.since(mark) {
			if strings.Contains(l.Text, "rejected: ") {
				return reason(e.logs.since(mark))
			}
		}
		time.Sleep(20 * time.Millisecond)
	}
	if why := reason(e.logs.since(mark)); why != "" {
		return why
	}
	return "its log gives no reason"
}

// poll calls f until it says yes, fails, the process ends, or ctx does. what
// completes "envoy took too long …".
func (e *Envoy) poll(ctx context.Context, what string, f func() (bool, error)) error {
	wait := 2 * time.Millisecond
	for {
		if ok, err := f(); ok || err != nil {
			return err
		}
		select {
		case <-e.proc.done:
			if err := e.Err(); err != nil {
				return err
			}
			return errors.New("envoy was stopped")
		case <-ctx.Done():
			if errors.Is(ctx.Err(), context.DeadlineExceeded) {
				return fmt.Errorf("envoy took too long %s", what)
			}
			return ctx.Err()
		case <-time.After(wait):
		}
		if wait *= 2; wait > 50*time.Millisecond {
			wait = 50 * time.Millisecond
		}
	}
}

// isInUse recognises EADDRINUSE and, by its number, Windows' twin of it.
func isInUse(err error) bool {
	const wsaeaddrinuse = syscall.Errno(10048)
	return errors.Is(err, syscall.EADDRINUSE) || errors.Is(err, wsaeaddrinuse)
}
