package coroutine

import (
	"time"

	"github.com/sluiceproxy/sluice/sdk/internal/dispatch"
)

// ticker keeps the plugin's tick as fast as the waits need, and stops it when
// nothing has waited for a while.
type ticker struct {
	vm     *dispatch.VM
	plugin uint32
	period uint32 // milliseconds, as asked for; 0 none
	quiet  int    // ticks without a wait
}

const (
	// slowest is the tick, in milliseconds, while something waits.
	slowest = 100
	// enough is how many ticks without a wait stop the tick.
	enough = 10
)

// arm makes a tick come in time for a wait that ends after left nanoseconds.
func (t *ticker) arm(left int64) {
	t.quiet = 0
	if want := period(left); t.period == 0 || want < t.period {
		t.set(want)
	}
}

// rearm follows each tick.
func (t *ticker) rearm(now int64, waits int, earliest int64) {
	if waits == 0 {
		if t.quiet++; t.quiet >= enough && t.period != 0 {
			t.set(0)
		}
		return
	}
	t.quiet = 0
	if want := period(earliest - now); want < t.period || want > 2*t.period {
		t.set(want)
	}
}

func (t *ticker) set(ms uint32) {
	t.vm.SetTick(t.plugin, dispatch.WaitTicks, ms)
	t.period = ms
}

// period is the tick for a wait of so many nanoseconds, in milliseconds.
func period(left int64) uint32 {
	ms := (left + int64(time.Millisecond) - 1) / int64(time.Millisecond)
	return uint32(min(max(ms, 1), slowest))
}
