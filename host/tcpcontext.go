package host

// TCPContext is the stream context of one connection in one plugin.
type TCPContext struct{}

// OnNewConnection tells the plugin of the connection.
func (c *TCPContext) OnNewConnection() (Action, error) { panic("todo") }

// OnDownstreamData tells the plugin that the buffer holds size bytes from the client.
func (c *TCPContext) OnDownstreamData(size int, endStream bool) (Action, error) { panic("todo") }

// OnUpstreamData tells the plugin that the buffer holds size bytes from the upstream.
func (c *TCPContext) OnUpstreamData(size int, endStream bool) (Action, error) { panic("todo") }

// OnDownstreamClose tells the plugin that the client's side was closed.
func (c *TCPContext) OnDownstreamClose(by PeerType) error { panic("todo") }

// OnUpstreamClose tells the plugin that the upstream's side was closed.
func (c *TCPContext) OnUpstreamClose(by PeerType) error { panic("todo") }

// Done runs proxy_on_done, proxy_on_log and proxy_on_delete; the second call
// does nothing.
func (c *TCPContext) Done() { panic("todo") }
