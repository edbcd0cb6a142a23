package wrapper

import (
	"errors"

	"github.com/sluiceproxy/sluice/sdk/log"
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
)

// errNotParsing is returned where a registration comes too late.
var errNotParsing = errors.New("a queue can be registered only while the configuration is parsed, with a function")

// maxPerEvent bounds how many elements are taken at once, so that a full queue
// doesn't keep a worker from its requests.
const maxPerEvent = 1000

// RegisterQueueFunc makes the shared queue of that name, or finds it, and runs f
// for each element that any plugin in a VM of the same vm_id puts into it; each
// element goes to one VM. Call it while the configuration is parsed; it holds as
// long as that configuration is in use.
func RegisterQueueFunc(name string, f func(data []byte)) error {
	if starting == nil || f == nil {
		return errNotParsing
	}
	id, err := proxywasm.RegisterSharedQueue(name)
	if err != nil {
		return errors.New("register the queue " + name + ": " + err.Error())
	}
	if starting.queues == nil {
		starting.queues = make(map[uint32]func([]byte))
	}
	starting.queues[id] = f
	starting.drain = drainQueue
	return nil
}

// Enqueue puts data into a queue that a plugin in the VM with that vm_id has
// registered; "" is this plugin's own vm_id.
func Enqueue(vmID, name string, data []byte) error {
	id, err := proxywasm.ResolveSharedQueue(vmID, name)
	if err == nil {
		err = proxywasm.EnqueueSharedQueue(id, data)
	}
	if err != nil {
		return errors.New("queue " + name + ": " + err.Error())
	}
	return nil
}

// OnQueueReady implements types.PluginContext.
func (p *plugin) OnQueueReady(id uint32) {
	if p.drain != nil {
		p.drain(p, id)
	}
}

// drainQueue hands over what is in a queue. Another VM may have been faster.
func drainQueue(p *plugin, id uint32) {
	f := p.queues[id]
	if f == nil {
		return
	}
	for range maxPerEvent {
		data, err := proxywasm.DequeueSharedQueue(id)
		if errors.Is(err, types.ErrorStatusEmpty) {
			return
		}
		if err != nil {
			log.Error("take from a queue: " + err.Error())
			return
		}
		f(data)
	}
}
