package wrapper

import (
	"context"
	"time"

	"github.com/sluiceproxy/sluice/sdk/internal/coroutine"
	"github.com/sluiceproxy/sluice/sdk/internal/dispatch"
)

// HandleTick is RegisterTickFunc for a straight-line handler: f runs every
// period, for the first time within 100 ms, and may wait. Periods are kept to
// the next 100 ms; a run that is still waiting when the next one is due makes
// it be left out. Call it while the configuration is parsed. ctx ends when the
// configuration is no longer in use.
func HandleTick(period time.Duration, f func(ctx context.Context)) {
	if f == nil {
		return
	}
	t := &ticking{handler: f}
	RegisterTickFunc(period.Milliseconds(), t.tick)
}

// ticking is a tick handler. It is a coroutine.Job.
type ticking struct {
	handler func(context.Context)
	busy    bool
}

func (t *ticking) tick() {
	if t.busy {
		return
	}
	t.busy = true
	coroutine.PluginOf(dispatch.Current().Active()).Run(dispatch.PhaseTick, t)
}

// Run implements coroutine.Job.
func (t *ticking) Run(ctx context.Context) {
	defer func() { t.busy = false }()
	t.handler(ctx)
}

// Late implements coroutine.Job.
func (t *ticking) Late() {}
