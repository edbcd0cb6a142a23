package cells

import (
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
)

// plugin is one configuration: "http" or "tcp".
type plugin struct {
	types.DefaultPluginContext
	vm            *vm
	id            uint32
	tcp           bool
	wake, control uint32 // queues
	waiting       []func()
	talker        *stream // that waits for the end of a conversation
	called        bool
}

// OnPluginStart implements types.PluginContext.
func (p *plugin) OnPluginStart(int) types.OnPluginStartStatus {
	config, err := proxywasm.GetPluginConfiguration()
	if err != nil {
		proxywasm.LogCritical("no configuration: " + err.Error())
		return types.OnPluginStartStatusFailed
	}
	p.tcp = string(config) == "tcp"
	if !p.tcp {
		p.vm.runAll(PluginStart, &Scene{Plugin: p.id})
	}
	if p.wake, err = proxywasm.RegisterSharedQueue(wakeQueue); err == nil {
		p.control, err = proxywasm.RegisterSharedQueue(ControlQueue)
	}
	if err == nil {
		err = proxywasm.SetTickPeriodMilliSeconds(tickPeriod)
	}
	if err != nil {
		proxywasm.LogCritical("start: " + err.Error())
		return types.OnPluginStartStatusFailed
	}
	return types.OnPluginStartStatusOK
}

// OnTick implements types.PluginContext.
func (p *plugin) OnTick() {
	if _, ran := p.vm.reports[Tick]; !ran {
		p.vm.runAll(Tick, &Scene{Plugin: p.id})
		return
	}
	if !p.called {
		p.called = true
		p.call()
		return
	}
	if running != nil && running.over() && p.talker != nil {
		p.talker.talked()
	}
	waiting := p.waiting
	p.waiting = nil
	for _, f := range waiting {
		f()
	}
}

// call makes the callout of CallInTick.
func (p *plugin) call() {
	_, err := proxywasm.DispatchHttpCall(Callee, goodHeaders, nil, nil, 5000, func(int, int, int) {
		if _, ran := p.vm.reports[CallInTick]; !ran {
			p.vm.runAll(CallInTick, &Scene{Plugin: p.id})
		}
	})
	if err != nil {
		p.vm.reports[CallInTick] = "dispatch\t" + err.Error() + "\n"
	}
}

// OnQueueReady implements types.PluginContext.
func (p *plugin) OnQueueReady(queue uint32) {
	switch queue {
	case p.wake:
		_, _ = proxywasm.DequeueSharedQueue(queue)
		if _, ran := p.vm.reports[QueueReady]; !ran {
			p.vm.runAll(QueueReady, &Scene{Plugin: p.id})
		}
	case p.control:
		if command, err := proxywasm.DequeueSharedQueue(queue); err == nil {
			_ = proxywasm.SetSharedData(ControlKey, []byte(p.vm.control(string(command))), 0)
		}
	}
}

// NewHttpContext implements types.PluginContext.
func (p *plugin) NewHttpContext(id uint32) types.HttpContext {
	if p.tcp {
		return nil
	}
	s := &stream{plugin: p, id: id}
	if s.vm().armed.phase == NewStream {
		s.take()
		s.cell.run(NewStream, id, p.id)
	}
	return s
}

// NewTcpContext implements types.PluginContext.
func (p *plugin) NewTcpContext(id uint32) types.TcpContext {
	c := &connection{plugin: p, id: id, cell: &p.vm.running}
	p.vm.running, p.vm.armed = p.vm.armed, armed{}
	return c
}
