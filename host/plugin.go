package host

// Plugin is a root context: one configuration inside a VM.
type Plugin struct{}

// Name returns the name that was given to StartPlugin.
func (p *Plugin) Name() string { panic("todo") }

// VM returns the VM that the plugin runs in.
func (p *Plugin) VM() *VM { panic("todo") }

// NewHTTPStream creates the context of one exchange. proxy_on_context_create
// runs with the first event, as on Envoy.
func (p *Plugin) NewHTTPStream(s HTTPStream) *HTTPContext { panic("todo") }

// NewTCPStream creates the context of one connection.
func (p *Plugin) NewTCPStream(s TCPStream) *TCPContext { panic("todo") }
