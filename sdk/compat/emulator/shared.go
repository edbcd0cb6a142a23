package emulator

import "github.com/sluiceproxy/sluice/sdk/internal/abi"

// shared is the data and the queues that VMs share. A queue's id is its index.
type shared struct {
	data   map[string]sharedValue
	queues []queue
	ready  []uint32 // queues that the plugin has yet to hear of
}

type sharedValue struct {
	value []byte
	cas   uint32
}

type queue struct {
	name     string
	elements [][]byte
}

func newShared() shared { return shared{data: map[string]sharedValue{}} }

// GetSharedData implements abi.Host.
func (h hostcalls) GetSharedData(key string) ([]byte, uint32, abi.Status) {
	v, ok := h.data[key]
	if !ok {
		return nil, 0, abi.StatusNotFound
	}
	return append([]byte(nil), v.value...), v.cas, abi.StatusOK
}

// SetSharedData implements abi.Host. Unlike a gateway, it takes 0 for a number
// like any other.
func (h hostcalls) SetSharedData(key string, value []byte, cas uint32) abi.Status {
	if old, ok := h.data[key]; ok && old.cas != cas {
		return abi.StatusCasMismatch
	}
	h.data[key] = sharedValue{append([]byte(nil), value...), cas + 1}
	return abi.StatusOK
}

// RegisterSharedQueue implements abi.Host.
func (h hostcalls) RegisterSharedQueue(name string) (uint32, abi.Status) {
	if id, st := h.ResolveSharedQueue("", name); st == abi.StatusOK {
		return id, st
	}
	h.queues = append(h.queues, queue{name: name})
	return uint32(len(h.queues) - 1), abi.StatusOK
}

// ResolveSharedQueue implements abi.Host.
func (h hostcalls) ResolveSharedQueue(_, name string) (uint32, abi.Status) {
	for i, q := range h.queues {
		if q.name == name {
			return uint32(i), abi.StatusOK
		}
	}
	return 0, abi.StatusNotFound
}

// EnqueueSharedQueue implements abi.Host. The plugin hears of it when its
// callback has returned.
func (h hostcalls) EnqueueSharedQueue(id uint32, data []byte) abi.Status {
	if int64(id) >= int64(len(h.queues)) {
		return abi.StatusNotFound
	}
	q := &h.queues[id]
	q.elements = append(q.elements, append([]byte{}, data...))
	if h.ready = append(h.ready, id); !h.inside {
		h.tellReady()
	}
	return abi.StatusOK
}

// tellReady tells the plugin of the queues that have something new in them.
func (e *emulator) tellReady() {
	active := e.guest.Active()
	for len(e.ready) > 0 {
		id := e.ready[0]
		e.ready = e.ready[1:]
		e.guest.OnQueueReady(PluginContextID, id)
	}
	e.guest.SetActive(active)
}

// DequeueSharedQueue implements abi.Host.
func (h hostcalls) DequeueSharedQueue(id uint32) ([]byte, abi.Status) {
	if int64(id) >= int64(len(h.queues)) {
		return nil, abi.StatusNotFound
	}
	q := &h.queues[id]
	if len(q.elements) == 0 {
		return nil, abi.StatusEmpty
	}
	first := q.elements[0]
	q.elements = q.elements[1:]
	return first, abi.StatusOK
}

// GetQueueSize implements HostEmulator.
func (e *emulator) GetQueueSize(queueID uint32) int {
	if int64(queueID) >= int64(len(e.queues)) {
		return 0
	}
	return len(e.queues[queueID].elements)
}
