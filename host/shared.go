package host

import "sync"

// The limits of what guests may keep in a Shared; a guest that wants more gets
// StatusInternalFailure.
const (
	maxSharedBytes = 256 << 20
	maxQueues      = 1 << 16
	maxQueueItems  = 1 << 20
)

// Shared holds the shared data and the queues of a process, by vm_id. What
// belongs to a vm_id is dropped when its last VM is closed, as on Envoy. It is
// safe for concurrent use. It keeps at most 256 MiB, 65,536 queues and
// 1,048,576 items in a queue.
type Shared struct {
	mu      sync.Mutex
	spaces  map[string]*space
	queues  map[uint32]*queue
	cas     uint32
	token   uint32
	bytes   int
	maximum int
}

// space is what belongs to one vm_id.
type space struct {
	vms    int
	data   map[string]sharedValue
	queues map[string]uint32
}

type sharedValue struct {
	value []byte // never changed in place
	cas   uint32
}

// NewShared returns an empty Shared.
func NewShared() *Shared {
	return &Shared{spaces: map[string]*space{}, queues: map[uint32]*queue{}, maximum: maxSharedBytes}
}

func (s *Shared) acquire(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.space(id).vms++
}

// release says that a VM is gone: its queues notify nobody, and what no VM of
// its id can reach is dropped.
func (s *Shared) release(id string, vm *VM) {
	s.mu.Lock()
	defer s.mu.Unlock()
	sp := s.space(id)
	sp.vms--
	for _, q := range s.queues {
		if q.owner != nil && q.owner.vm == vm {
			q.owner = nil
		}
	}
	if sp.vms > 0 {
		return
	}
	for key, v := range sp.data {
		s.bytes -= len(key) + len(v.value)
	}
	for _, token := range sp.queues {
		s.bytes -= s.queues[token].bytes
		delete(s.queues, token)
	}
	delete(s.spaces, id)
}

func (s *Shared) space(id string) *space {
	sp := s.spaces[id]
	if sp == nil {
		sp = &space{data: map[string]sharedValue{}, queues: map[string]uint32{}}
		s.spaces[id] = sp
	}
	return sp
}

// Get returns the value of a key and its cas number, or StatusNotFound. The
// value must not be changed.
func (s *Shared) Get(id, key string) ([]byte, uint32, Status) {
	s.mu.Lock()
	defer s.mu.Unlock()
	sp := s.spaces[id]
	if sp == nil {
		return nil, 0, StatusNotFound
	}
	v, ok := sp.data[key]
	if !ok {
		return nil, 0, StatusNotFound
	}
	return v.value, v.cas, StatusOK
}

// Set stores a copy of value if cas is 0, if it is the key's number, or if the
// key is new; otherwise it returns StatusCasMismatch.
func (s *Shared) Set(id, key string, value []byte, cas uint32) Status {
	value = append([]byte(nil), value...)
	s.mu.Lock()
	defer s.mu.Unlock()
	sp := s.space(id)
	old, ok := sp.data[key]
	if ok && cas != 0 && cas != old.cas {
		return StatusCasMismatch
	}
	grown := len(value) - len(old.value)
	if !ok {
		grown += len(key)
	}
	if grown > 0 && s.bytes+grown > s.maximum {
		return StatusInternalFailure
	}
	s.bytes += grown
	if s.cas++; s.cas == 0 {
		s.cas = 1
	}
	sp.data[key] = sharedValue{value, s.cas}
	return StatusOK
}
