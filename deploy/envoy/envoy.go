package envoy

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

// Envoy is a running Envoy process. Its methods may be called from any goroutine.
type Envoy struct {
	opts  Options
	dir   runDir
	logs  *logs
	proc  *process
	admin *admin
	addr  string

	mu      sync.Mutex // held by Apply and Close
	live    Config     // what serves
	version atomic.Int64
	closed  atomic.Bool
}

// Start runs Envoy and returns when everything in c is loaded and clients are
// served. On any error no process and no file is left. An address in use gives
// an error that names it; a refused plugin or route gives a [RejectedError].
func Start(ctx context.Context, o Options, c Config) (*Envoy, error) {
	o = o.withDefaults()
	if err := c.Validate(); err != nil {
		return nil, err
	}
	for _, a := range []string{o.Listen, o.Admin} {
		if err := checkFree(a); err != nil {
			return nil, err
		}
	}
	dir, err := newRunDir(o.Dir)
	if err != nil {
		return nil, err
	}
	e := &Envoy{opts: o, dir: dir, logs: newLogs(o.OnPlugin, o.OnLog), live: c}
	e.logs.serving(c.Plugins)
	if err := e.boot(ctx); err != nil {
		e.Close()
		if e.logs.noV8.Load() {
			err = fmt.Errorf("%s (Envoy %s) was built without the V8 Wasm runtime and cannot run plugins; %s",
				o.Binary.Path, o.Binary.Version, HowToGet)
		}
		return nil, err
	}
	return e, nil
}

// boot writes all files, starts the process and waits for it.
func (e *Envoy) boot(ctx context.Context) error {
	resources, err := e.writeAll()
	if err != nil {
		return err
	}
	e.proc, err = startProcess(e.opts.Binary.Path, e.opts.args(e.dir), e.accessLine, e.logs.add)
	if err != nil {
		return fmt.Errorf("starting envoy: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, e.opts.Patience)
	defer cancel()
	if err := e.waitAdmin(ctx); err != nil {
		return err
	}
	for _, r := range resources {
		if err := e.await(ctx, r, "1", subscription{}, 0); err != nil {
			return err
		}
	}
	if err := e.poll(ctx, "to become ready", func() (bool, error) { return e.admin.ready(ctx), nil }); err != nil {
		return err
	}
	e.addr, err = e.admin.listenerAddress(ctx)
	return err
}

// accessLine takes a line of standard output.
func (e *Envoy) accessLine(line []byte) {
	a, ok := parseAccess(line)
	switch {
	case ok && e.opts.OnAccess != nil:
		e.opts.OnAccess(a)
	case !ok:
		e.logs.onLine(Line{Text: string(line)})
	}
}

// Addr is the address that clients use, with the port that was picked for port 0.
func (e *Envoy) Addr() string { return e.addr }

// AdminURL is the root of Envoy's admin endpoint.
func (e *Envoy) AdminURL() string { return e.admin.base }

// PID is the process id. It stays the same through every [Envoy.Apply].
func (e *Envoy) PID() int { return e.proc.pid }

// Done is closed when the process is gone, for whatever reason.
func (e *Envoy) Done() <-chan struct{} { return e.proc.done }

// Err says why the process ended, with the last that it logged. It is nil while
// the process runs and after [Envoy.Close].
func (e *Envoy) Err() error {
	select {
	case <-e.proc.done:
	default:
		return nil
	}
	if e.closed.Load() {
		return nil
	}
	why := death(e.logs.since(0), e.opts.WorkerKill)
	return fmt.Errorf("envoy ended by itself (%v): %s", e.proc.err, why) //nolint:errorlint // may be nil
}

// Close stops the process and deletes its files. It may be called twice.
func (e *Envoy) Close() error {
	e.closed.Store(true)
	if e.proc != nil {
		e.proc.stop(3 * time.Second)
		e.logs.traces.flushAll()
	}
	return e.dir.remove()
}

// errInUse marks an address on which someone listens already.
var errInUse = errors.New("is in use")

// checkFree reports whether Envoy could listen on the address.
func checkFree(hostport string) error {
	if _, err := socketAddress(hostport); err != nil {
		return fmt.Errorf("address %q: want IP:port: %w", hostport, err)
	}
	l, err := net.Listen("tcp", hostport)
	if err == nil {
		return l.Close()
	}
	var op *net.OpError
	if errors.As(err, &op) && isInUse(op.Err) {
		_, port, _ := net.SplitHostPort(hostport)
		return fmt.Errorf("port %s %w (%s): stop what listens there or choose another address", port, errInUse, hostport)
	}
	return fmt.Errorf("cannot listen on %s: %w", hostport, err)
}

// nextVersion names the next contents of a watched file.
func (e *Envoy) nextVersion() string { return strconv.FormatInt(e.version.Add(1), 10) }
