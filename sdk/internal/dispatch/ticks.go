package dispatch

import "github.com/sluiceproxy/sluice/sdk/internal/abi"

// Ticker is somebody who wants a plugin context to be ticked.
type Ticker uint8

// Those who want ticks.
const (
	PluginTicks  Ticker = iota // the plugin itself
	WaitTicks                  // coroutines that wait
	RedisTicks                 // answers that have to wait for a tick
	BodyTicks                  // headers that wait for a body
	countTickers = iota
)

// SetTick says how often somebody wants a plugin context, on which calls act
// now, to be ticked, in milliseconds, 0 for not at all. A host has one period:
// it is the shortest that anybody wants.
func (v *VM) SetTick(plugin uint32, who Ticker, ms uint32) abi.Status {
	p := v.plugins[plugin]
	if p == nil {
		return abi.SetTickPeriod(ms)
	}
	p.ticks[who] = ms
	var period uint32
	for _, want := range p.ticks {
		if want != 0 && (period == 0 || want < period) {
			period = want
		}
	}
	if period == p.period && who != PluginTicks {
		return abi.StatusOK
	}
	if p.period != 0 && period != 0 {
		abi.SetTickPeriod(0) // hosts may let a running tick finish its old period
	}
	p.period = period
	return abi.SetTickPeriod(period)
}
