package host

// scope is a context of the ABI: the VM's own (id 0), a plugin's root context,
// or a stream's. It keeps which maps and buffers the guest may reach, by the
// rules of Envoy's filter.
type scope struct {
	vm   *VM
	id   uint32
	root *Plugin // nil for the VM's own
	http HTTPStream
	tcp  TCPStream

	created  bool // proxy_on_context_create was called
	creating bool // it runs
	done     bool // proxy_on_delete was called
	logging  bool // proxy_on_log runs

	maps      [4]bool // by MapType
	buffers   [4]bool // by BufferType
	endStream bool
}

func (sc *scope) isRoot() bool { return sc.root != nil && &sc.root.scope == sc }

// scopeNow is the context that a host call is about: the effective context if
// one is set and still there, else the one whose callback runs.
func (vm *VM) scopeNow() *scope {
	if vm.eff != nil && !vm.eff.done {
		return vm.eff
	}
	return vm.cur
}

// newScope gives sc an id and remembers it.
func (vm *VM) newScope(sc *scope) {
	for {
		sc.id = vm.nextID
		vm.nextID++
		if sc.id != 0 && vm.scopes[sc.id] == nil {
			break
		}
	}
	vm.scopes[sc.id] = sc
}

// create runs proxy_on_context_create once.
func (sc *scope) create() error {
	if sc.created {
		return nil
	}
	sc.created, sc.creating = true, true
	var parent uint32
	if !sc.isRoot() {
		parent = sc.root.id
	}
	_, _, err := sc.vm.call(sc, cbContextCreate, uint64(sc.id), uint64(parent))
	sc.creating = false
	sc.vm.runAfter()
	return err
}

// finish ends a stream context: log, done, delete. It runs once.
func (sc *scope) finish() {
	if sc.done {
		return
	}
	vm := sc.vm
	if vm.dead.Load() == nil {
		_ = sc.create()
		if sc.http == nil {
			sc.run(cbDone)
			sc.log()
		} else {
			sc.log()
			sc.run(cbDone)
		}
		sc.run(cbDelete)
	}
	sc.forget()
}

func (sc *scope) log() {
	sc.logging = true
	sc.run(cbLog)
	sc.logging = false
}

func (sc *scope) run(cb callback) {
	_, _, _ = sc.vm.call(sc, cb, uint64(sc.id))
	sc.vm.runAfter()
}

func (sc *scope) forget() {
	sc.done = true
	delete(sc.vm.scopes, sc.id)
}

// reading returns a header map for reading; nil if it is not available.
func (sc *scope) reading(t MapType) *HeaderMap {
	switch {
	case t >= MapGRPCInitialMetadata:
		return sc.root.callMap(t)
	case sc.http == nil:
		return nil
	case sc.logging:
		if t == MapRequestTrailers {
			return nil
		}
		return sc.http.Headers(t)
	case !sc.maps[t]:
		return nil
	}
	return sc.http.Headers(t)
}

// writing returns a header map for changing; nil if there is none. Trailers come
// into being at the end of a body that had none.
func (sc *scope) writing(t MapType) *HeaderMap {
	if t >= MapGRPCInitialMetadata || sc.http == nil || sc.logging {
		return nil
	}
	if sc.maps[t] {
		return sc.http.Headers(t)
	}
	body := BufferRequestBody
	switch t {
	case MapRequestTrailers:
	case MapResponseTrailers:
		body = BufferResponseBody
	default:
		return nil
	}
	adder, ok := sc.http.(TrailerAdder)
	if !ok || !sc.endStream || !sc.buffers[body] {
		return nil
	}
	h := adder.AddTrailers(t)
	sc.maps[t] = h != nil
	return h
}

// changed tells the data plane that request headers are not what they were.
func (sc *scope) changed(t MapType) {
	if t == MapRequestHeaders {
		sc.clearRouteCache()
	}
}

func (sc *scope) clearRouteCache() {
	if c, ok := sc.http.(RouteCacheClearer); ok {
		c.ClearRouteCache()
	}
}

// continued closes what Envoy closes with proxy_continue_stream.
func (sc *scope) continued() {
	sc.maps[MapRequestHeaders], sc.maps[MapRequestTrailers] = false, false
	sc.buffers[BufferRequestBody] = false
}
