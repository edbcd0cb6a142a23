package host

// HTTPContext is the stream context of one exchange in one plugin. All methods
// must be called inside Worker.Do.
//
// The On… methods return an error if the VM trapped or is closed; the data plane
// decides then whether the exchange fails (Envoy answers 503) or passes. Before
// OnRequestHeaders has run, the others return ActionContinue and do nothing, as
// on Envoy. An action out of range becomes the strictest stop of its kind, and so
// does any action of a callback that sent a local reply.
type HTTPContext struct{ scope }

// ID returns the number by which the guest knows the context.
func (c *HTTPContext) ID() uint32 { return c.id }

// OnRequestHeaders tells the plugin of n request headers.
func (c *HTTPContext) OnRequestHeaders(n int, endStream bool) (Action, error) {
	if err := c.create(); err != nil {
		return HeadersStopAllAndWatermark, err
	}
	return c.headers(cbRequestHeaders, MapRequestHeaders, n, endStream)
}

// OnRequestBody tells the plugin that the request body buffer holds size bytes.
func (c *HTTPContext) OnRequestBody(size int, endStream bool) (Action, error) {
	return c.body(cbRequestBody, BufferRequestBody, size, endStream)
}

// OnRequestTrailers tells the plugin of n request trailers.
func (c *HTTPContext) OnRequestTrailers(n int) (Action, error) {
	return c.trailers(cbRequestTrailers, MapRequestTrailers, n)
}

// OnResponseHeaders tells the plugin of n response headers.
func (c *HTTPContext) OnResponseHeaders(n int, endStream bool) (Action, error) {
	return c.headers(cbResponseHeaders, MapResponseHeaders, n, endStream)
}

// OnResponseBody tells the plugin that the response body buffer holds size bytes.
func (c *HTTPContext) OnResponseBody(size int, endStream bool) (Action, error) {
	return c.body(cbResponseBody, BufferResponseBody, size, endStream)
}

// OnResponseTrailers tells the plugin of n response trailers.
func (c *HTTPContext) OnResponseTrailers(n int) (Action, error) {
	return c.trailers(cbResponseTrailers, MapResponseTrailers, n)
}

// Done runs proxy_on_log, proxy_on_done and proxy_on_delete; the second call
// does nothing.
func (c *HTTPContext) Done() { c.finish() }

func (c *HTTPContext) headers(cb callback, t MapType, n int, endStream bool) (Action, error) {
	return c.event(cb, &c.maps[t], HeadersStopAllAndWatermark, HeadersStopAllAndWatermark, n, endStream)
}

func (c *HTTPContext) body(cb callback, t BufferType, size int, endStream bool) (Action, error) {
	return c.event(cb, &c.buffers[t], DataStopNoBuffer, DataStopNoBuffer, size, endStream)
}

func (c *HTTPContext) trailers(cb callback, t MapType, n int) (Action, error) {
	return c.event(cb, &c.maps[t], ActionStop, ActionStop, n, c.endStream)
}

// event runs one callback: open says that its map or buffer can be reached from
// now on, until the callback answers Continue or the guest resumes the stream.
func (c *HTTPContext) event(cb callback, open *bool, max, strict Action, n int, endStream bool) (Action, error) {
	if err := c.vm.Err(); err != nil {
		return strict, err
	}
	if !c.created || c.done {
		return ActionContinue, nil
	}
	*open, c.endStream = true, endStream
	result, ok, err := c.vm.call(&c.scope, cb, uint64(c.id), uint64(uint32(n)), flag(endStream))
	if err != nil {
		return strict, err
	}
	action := ActionContinue
	if ok {
		action = c.vm.action(cb, result, max, strict)
	}
	if action == ActionContinue {
		*open = false
	}
	c.vm.runAfter()
	return action, nil
}

// action turns the guest's number into what the data plane has to do.
func (vm *VM) action(cb callback, result uint64, max, strict Action) Action {
	if vm.stop || result > uint64(max) {
		return strict
	}
	header := cb == cbRequestHeaders || cb == cbResponseHeaders
	if header && Action(result) == HeadersStop && vm.o.NoHeadersStop {
		return HeadersStopAllAndWatermark
	}
	return Action(result)
}

func flag(b bool) uint64 {
	if b {
		return 1
	}
	return 0
}
