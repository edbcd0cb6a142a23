package plugintest

import "github.com/sluiceproxy/sluice/sdk/internal/abi"

// shared is the data and the queues that VMs share.
type shared struct {
	data   map[string]sharedValue
	queues []queue // a queue's id is its index plus 1
}

type sharedValue struct {
	value []byte
	cas   uint32
}

type queue struct {
	name     string
	owner    uint32
	elements [][]byte
	ready    int // how many OnQueueReady are due
}

func newShared() shared { return shared{data: map[string]sharedValue{}} }

// SharedData returns the value of a key that plugins share.
func (h *Host) SharedData(key string) (value []byte, ok bool) {
	v, ok := h.data[key]
	return v.value, ok
}

// SetSharedData sets a key as another VM would.
func (h *Host) SetSharedData(key string, value []byte) {
	h.data[key] = sharedValue{append([]byte(nil), value...), h.data[key].cas + 1}
}

// Queue returns what is in a shared queue, nil where there is none.
func (h *Host) Queue(name string) [][]byte {
	for _, q := range h.queues {
		if q.name == name {
			return q.elements
		}
	}
	return nil
}

// Enqueue puts data into a queue as another VM would and makes the plugin's
// OnQueueReady run. It reports whether there is such a queue.
func (h *Host) Enqueue(name string, data []byte) bool {
	for i := range h.queues {
		if h.queues[i].name == name {
			h.queues[i].put(data)
			h.readyQueues()
			h.answerCalls()
			return true
		}
	}
	return false
}

func (q *queue) put(data []byte) {
	q.elements = append(q.elements, append([]byte(nil), data...))
	q.ready++
}

// readyQueues makes OnQueueReady run for what was put in queues, as the host
// does after the callback that did it.
func (h *Host) readyQueues() {
	for i := 0; i < len(h.queues); i++ {
		for h.queues[i].ready > 0 && h.isPlugin(h.queues[i].owner) {
			h.queues[i].ready--
			owner := h.queues[i].owner
			h.call(owner, func(g abi.Guest) { g.OnQueueReady(owner, uint32(i+1)) })
		}
	}
}

// GetSharedData implements abi.Host.
func (h hostcalls) GetSharedData(key string) ([]byte, uint32, abi.Status) {
	v, ok := h.data[key]
	if !ok {
		return nil, 0, abi.StatusNotFound
	}
	return append([]byte(nil), v.value...), v.cas, abi.StatusOK
}

// SetSharedData implements abi.Host.
func (h hostcalls) SetSharedData(key string, value []byte, cas uint32) abi.Status {
	if old, ok := h.data[key]; ok && cas != 0 && cas != old.cas {
		return abi.StatusCasMismatch
	}
	h.Host.SetSharedData(key, value)
	return abi.StatusOK
}

// RegisterSharedQueue implements abi.Host.
func (h hostcalls) RegisterSharedQueue(name string) (uint32, abi.Status) {
	if id, st := h.ResolveSharedQueue("", name); st == abi.StatusOK {
		h.queues[id-1].owner = h.caller()
		return id, st
	}
	h.queues = append(h.queues, queue{name: name, owner: h.caller()})
	return uint32(len(h.queues)), abi.StatusOK
}

// ResolveSharedQueue implements abi.Host.
func (h hostcalls) ResolveSharedQueue(vmID, name string) (uint32, abi.Status) {
	if vmID != "" && vmID != h.options.VMID {
		return 0, abi.StatusNotFound
	}
	for i, q := range h.queues {
		if q.name == name {
			return uint32(i + 1), abi.StatusOK
		}
	}
	return 0, abi.StatusNotFound
}

// EnqueueSharedQueue implements abi.Host.
func (h hostcalls) EnqueueSharedQueue(id uint32, data []byte) abi.Status {
	if id == 0 || id > uint32(len(h.queues)) {
		return abi.StatusNotFound
	}
	h.queues[id-1].put(data)
	return abi.StatusOK
}

// DequeueSharedQueue implements abi.Host.
func (h hostcalls) DequeueSharedQueue(id uint32) ([]byte, abi.Status) {
	if id == 0 || id > uint32(len(h.queues)) {
		return nil, abi.StatusNotFound
	}
	q := &h.queues[id-1]
	if len(q.elements) == 0 {
		return nil, abi.StatusEmpty
	}
	first := q.elements[0]
	q.elements = q.elements[1:]
	return first, abi.StatusOK
}
