package wrapper

import (
	"errors"
	"time"

	"github.com/sluiceproxy/sluice/sdk/internal/clock"
	"github.com/sluiceproxy/sluice/sdk/log"
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
)

// TickFuncEntry is a function that runs from time to time.
type TickFuncEntry struct {
	last, period int64 // milliseconds
	f            func()
}

// tickPeriod is how often due functions are looked for, in milliseconds.
const tickPeriod = 100

// starting is the plugin whose configuration is being parsed, nil outside of
// OnPluginStart.
var starting *plugin

// RegisterTickFunc runs tickFunc every tickPeriod milliseconds, for the first
// time within 100 ms. Periods are kept to the next 100 ms. Call it while the
// configuration is parsed; it holds as long as that configuration is in use.
func RegisterTickFunc(tickPeriod int64, tickFunc func()) {
	if starting == nil || tickFunc == nil {
		log.Error("RegisterTickFunc has no effect: call it while the configuration is parsed, with a function")
		return
	}
	starting.askTicks = askTicks
	starting.ticks = append(starting.ticks, TickFuncEntry{last: -tickPeriod, period: tickPeriod, f: tickFunc})
}

// askTicks asks the host for ticks. It is linked where functions are registered.
func askTicks() error {
	if err := proxywasm.SetTickPeriodMilliSeconds(tickPeriod); err != nil {
		return errors.New("the host refused a tick period, which RegisterTickFunc needs: " + err.Error())
	}
	return nil
}

// OnTick implements types.PluginContext. It begins behind the function that ran
// last, so that one that panics doesn't keep the others from running.
func (p *plugin) OnTick() {
	if ticked := p.vm.on.ticked; ticked != nil {
		ticked(p, p.runTicks)
		return
	}
	p.runTicks()
}

func (p *plugin) runTicks() {
	now := clock.Now() / int64(time.Millisecond)
	for range p.ticks {
		t := &p.ticks[p.next]
		p.next = (p.next + 1) % len(p.ticks)
		if now-t.last >= t.period {
			t.last = now
			t.f()
		}
	}
}
