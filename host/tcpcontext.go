package host

// TCPContext is the stream context of one connection in one plugin. All methods
// must be called inside Worker.Do; errors are as with HTTPContext.
type TCPContext struct{ scope }

// ID returns the number by which the guest knows the context.
func (c *TCPContext) ID() uint32 { return c.id }

// OnNewConnection tells the plugin of the connection.
func (c *TCPContext) OnNewConnection() (Action, error) {
	if err := c.create(); err != nil {
		return ActionStop, err
	}
	return c.event(cbNewConnection, nil, 0, false)
}

// OnDownstreamData tells the plugin that the buffer holds size bytes from the client.
func (c *TCPContext) OnDownstreamData(size int, endStream bool) (Action, error) {
	return c.event(cbDownstreamData, &c.buffers[BufferDownstreamData], size, endStream)
}

// OnUpstreamData tells the plugin that the buffer holds size bytes from the upstream.
func (c *TCPContext) OnUpstreamData(size int, endStream bool) (Action, error) {
	return c.event(cbUpstreamData, &c.buffers[BufferUpstreamData], size, endStream)
}

// OnDownstreamClose tells the plugin that the client's side was closed.
func (c *TCPContext) OnDownstreamClose(by PeerType) error { return c.closed(cbDownstreamClose, by) }

// OnUpstreamClose tells the plugin that the upstream's side was closed.
func (c *TCPContext) OnUpstreamClose(by PeerType) error { return c.closed(cbUpstreamClose, by) }

// Done runs proxy_on_done, proxy_on_log and proxy_on_delete (the order of Envoy
// for connections); the second call does nothing.
func (c *TCPContext) Done() { c.finish() }

func (c *TCPContext) event(cb callback, open *bool, size int, endStream bool) (Action, error) {
	if err := c.vm.Err(); err != nil {
		return ActionStop, err
	}
	if !c.created || c.done {
		return ActionContinue, nil
	}
	if open != nil {
		*open = true
	}
	result, _, err := c.vm.call(&c.scope, cb, uint64(c.id), uint64(uint32(size)), flag(endStream))
	if err != nil {
		return ActionStop, err
	}
	action := ActionContinue
	if result != 0 {
		action = ActionStop
	}
	if open != nil && action == ActionContinue {
		*open = false
	}
	c.vm.runAfter()
	return action, nil
}

func (c *TCPContext) closed(cb callback, by PeerType) error {
	if err := c.vm.Err(); err != nil || !c.created || c.done {
		return err
	}
	_, _, err := c.vm.call(&c.scope, cb, uint64(c.id), uint64(by))
	c.vm.runAfter()
	return err
}
