package host

import "time"

// setTick arms the plugin's timer; 0 stops it.
func (p *Plugin) setTick(period time.Duration) {
	p.period = period
	if p.tick != nil {
		p.tick.Stop()
		p.tick = nil
	}
	if period <= 0 || p.done || p.vm.dead.Load() != nil {
		return
	}
	var t *time.Timer
	ready := make(chan struct{})
	t = time.AfterFunc(period, func() {
		<-ready
		p.vm.o.Worker.Post(func() { p.onTick(t) })
	})
	p.tick = t
	close(ready)
}

// onTick runs proxy_on_tick and arms the timer again, unless the plugin chose
// another period meanwhile. A trap ends the ticks with the VM.
func (p *Plugin) onTick(t *time.Timer) {
	if p.tick != t || p.done || p.vm.dead.Load() != nil {
		return
	}
	p.run(cbTick)
	if p.tick == t && p.vm.dead.Load() == nil {
		p.setTick(p.period)
	}
}

func (vm *VM) stopTicks() {
	for _, p := range vm.plugins {
		p.setTick(0)
	}
}
