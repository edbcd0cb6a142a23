package host

// queue is a shared queue; owner is the plugin that is told of new items.
type queue struct {
	owner *Plugin
	items [][]byte
	bytes int
}

// register makes the queue of that name, or takes it over: the last plugin that
// registered it is the one that is told of new items.
func (s *Shared) register(id, name string, p *Plugin) (uint32, Status) {
	s.mu.Lock()
	defer s.mu.Unlock()
	sp := s.space(id)
	token, ok := sp.queues[name]
	if !ok {
		if len(s.queues) >= maxQueues {
			return 0, StatusInternalFailure
		}
		for s.token++; s.token == 0 || s.queues[s.token] != nil; s.token++ {
		}
		token = s.token
		sp.queues[name] = token
		s.queues[token] = &queue{}
	}
	s.queues[token].owner = p
	return token, StatusOK
}

// Resolve returns the token of a queue, or StatusNotFound.
func (s *Shared) Resolve(id, name string) (uint32, Status) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if sp := s.spaces[id]; sp != nil {
		if token, ok := sp.queues[name]; ok {
			return token, StatusOK
		}
	}
	return 0, StatusNotFound
}

// Dequeue takes the oldest item: StatusNotFound without such a queue,
// StatusEmpty without an item.
func (s *Shared) Dequeue(token uint32) ([]byte, Status) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q := s.queues[token]
	if q == nil {
		return nil, StatusNotFound
	}
	if len(q.items) == 0 {
		return nil, StatusEmpty
	}
	item := q.items[0]
	q.items[0] = nil
	q.items = q.items[1:]
	q.bytes -= len(item)
	s.bytes -= len(item)
	return item, StatusOK
}

// Enqueue adds a copy of data and tells the owner, in the owner's worker.
func (s *Shared) Enqueue(token uint32, data []byte) Status {
	owner, status := s.push(token, append([]byte(nil), data...))
	if status == StatusOK && owner != nil {
		owner.vm.o.Worker.Post(func() { owner.queueReady(token) })
	}
	return status
}

func (s *Shared) push(token uint32, data []byte) (*Plugin, Status) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q := s.queues[token]
	if q == nil {
		return nil, StatusNotFound
	}
	if len(q.items) >= maxQueueItems || s.bytes+len(data) > s.maximum {
		return nil, StatusInternalFailure
	}
	q.items = append(q.items, data)
	q.bytes += len(data)
	s.bytes += len(data)
	return q.owner, StatusOK
}

func (p *Plugin) queueReady(token uint32) {
	if p.done || p.vm.dead.Load() != nil {
		return
	}
	_, _, _ = p.vm.call(&p.scope, cbQueueReady, uint64(p.id), uint64(token))
	p.vm.runAfter()
}
