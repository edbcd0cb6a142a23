package host

// HTTPContext is the stream context of one exchange in one plugin. The On…
// methods return an error if the VM trapped or is closed; the data plane decides
// then whether to let the exchange pass.
type HTTPContext struct{}

// OnRequestHeaders tells the plugin of n request headers.
func (c *HTTPContext) OnRequestHeaders(n int, endStream bool) (Action, error) { panic("todo") }

// OnRequestBody tells the plugin that the request body buffer holds size bytes.
func (c *HTTPContext) OnRequestBody(size int, endStream bool) (Action, error) { panic("todo") }

// OnRequestTrailers tells the plugin of n request trailers.
func (c *HTTPContext) OnRequestTrailers(n int) (Action, error) { panic("todo") }

// OnResponseHeaders tells the plugin of n response headers.
func (c *HTTPContext) OnResponseHeaders(n int, endStream bool) (Action, error) { panic("todo") }

// OnResponseBody tells the plugin that the response body buffer holds size bytes.
func (c *HTTPContext) OnResponseBody(size int, endStream bool) (Action, error) { panic("todo") }

// OnResponseTrailers tells the plugin of n response trailers.
func (c *HTTPContext) OnResponseTrailers(n int) (Action, error) { panic("todo") }

// Done runs proxy_on_log, proxy_on_done and proxy_on_delete; the second call
// does nothing.
func (c *HTTPContext) Done() { panic("todo") }
