package gateway

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/sluiceproxy/sluice/host"
	"github.com/sluiceproxy/sluice/host/filter"
)

// defaultRestartPause is the least time between two starts of a VM that traps:
// the first step of Envoy's back-off.
const defaultRestartPause = time.Second

// slot is one plugin's VM in one worker. After start it is used inside the
// worker only.
type slot struct {
	g       *Gateway
	worker  *host.Worker
	module  *module
	def     *Plugin
	vm      *host.VM
	plugin  *host.Plugin
	failed  error // why there is no VM
	started time.Time

	starting bool
	said     string // the plugin's last complaint during its start
}

var errNotStarted = errors.New("the VM was not started")

// start makes a VM and configures the plugin in it.
func (sl *slot) start(ctx context.Context) (stage string, err error) {
	sl.started = time.Now()
	sl.vm, sl.plugin, sl.failed = nil, nil, errNotStarted
	sl.starting, sl.said = true, ""
	defer func() { sl.starting = false }()
	vm, err := sl.module.NewVM(ctx, sl.vmOptions())
	if err != nil {
		sl.failed = err
		return "start", err
	}
	p, err := vm.Start(ctx, host.PluginOptions{Name: sl.def.Name, RootID: sl.def.RootID, Config: sl.def.Config})
	if err != nil {
		if sl.said != "" {
			err = fmt.Errorf("%w: %s", err, sl.said)
		}
		sl.failed = err
		_ = vm.Close(ctx)
		return "configure", err
	}
	sl.vm, sl.plugin, sl.failed = vm, p, nil
	return "", nil
}

// vmOptions are the gateway's; what the plugin complains about during its start
// is noted, to become part of the error.
func (sl *slot) vmOptions() host.VMOptions {
	o := sl.g.vmOptions(sl.worker, sl.def)
	o.Log = func(level host.LogLevel, plugin, msg string) {
		if sl.starting && level >= host.LogWarn {
			sl.said = msg
		}
		sl.g.log(level, plugin, msg)
	}
	return o
}

// err says why the plugin can't be called.
func (sl *slot) err() error {
	if sl.failed != nil {
		return sl.failed
	}
	return sl.vm.Err()
}

// revive starts a new VM in place of one that trapped, at most once a
// restartPause, so that one bad request doesn't cost all those that follow.
func (sl *slot) revive() {
	why := sl.err()
	if why == nil || time.Since(sl.started) < sl.g.o.restartPause {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), closeTimeout)
	defer cancel()
	if sl.vm != nil {
		_ = sl.vm.Close(ctx)
	}
	if stage, err := sl.start(ctx); err != nil {
		sl.g.log(host.LogError, sl.def.Name, "restart: "+stage+": "+err.Error())
		return
	}
	sl.g.log(host.LogWarn, sl.def.Name, "restarted after: "+why.Error())
}

// filter is the slot as a link of a stream's chain.
func (sl *slot) filter() filter.Plugin {
	return filter.Plugin{Name: sl.def.Name, FailOpen: sl.def.FailOpen, Err: sl.err,
		New: func(s host.HTTPStream) filter.Callbacks {
			if sl.plugin == nil {
				return gone{sl.failed}
			}
			return sl.plugin.NewHTTPStream(s)
		}}
}

func (sl *slot) close(ctx context.Context, g *Gateway) {
	if sl.vm == nil {
		return
	}
	var err error
	sl.worker.Do(func() { err = sl.vm.Close(ctx) })
	if err != nil {
		g.log(host.LogWarn, sl.def.Name, "close: "+err.Error())
		return
	}
	select {
	case <-sl.vm.Closed():
	case <-ctx.Done():
	}
}

// gone are the callbacks of a plugin without a VM.
type gone struct{ err error }

func (c gone) OnRequestHeaders(int, bool) (host.Action, error)  { return 0, c.err }
func (c gone) OnRequestBody(int, bool) (host.Action, error)     { return 0, c.err }
func (c gone) OnRequestTrailers(int) (host.Action, error)       { return 0, c.err }
func (c gone) OnResponseHeaders(int, bool) (host.Action, error) { return 0, c.err }
func (c gone) OnResponseBody(int, bool) (host.Action, error)    { return 0, c.err }
func (c gone) OnResponseTrailers(int) (host.Action, error)      { return 0, c.err }
func (c gone) Done()                                            {}
