package wasmabi

// actionPause holds a stream back.
const actionPause = 1

// OnRequestHeaders implements abi.Guest.
func (g *Guest) OnRequestHeaders(id uint32, headers int32, end bool) uint32 {
	return g.action("proxy_on_request_headers", id, n(headers), bit(end))
}

// OnRequestBody implements abi.Guest.
func (g *Guest) OnRequestBody(id uint32, size int32, end bool) uint32 {
	return g.action("proxy_on_request_body", id, n(size), bit(end))
}

// OnRequestTrailers implements abi.Guest.
func (g *Guest) OnRequestTrailers(id uint32, trailers int32) uint32 {
	return g.action("proxy_on_request_trailers", id, n(trailers))
}

// OnResponseHeaders implements abi.Guest.
func (g *Guest) OnResponseHeaders(id uint32, headers int32, end bool) uint32 {
	return g.action("proxy_on_response_headers", id, n(headers), bit(end))
}

// OnResponseBody implements abi.Guest.
func (g *Guest) OnResponseBody(id uint32, size int32, end bool) uint32 {
	return g.action("proxy_on_response_body", id, n(size), bit(end))
}

// OnResponseTrailers implements abi.Guest.
func (g *Guest) OnResponseTrailers(id uint32, trailers int32) uint32 {
	return g.action("proxy_on_response_trailers", id, n(trailers))
}

// OnNewConnection implements abi.Guest.
func (g *Guest) OnNewConnection(id uint32) uint32 { return g.action("proxy_on_new_connection", id) }

// OnDownstreamData implements abi.Guest.
func (g *Guest) OnDownstreamData(id uint32, size int32, end bool) uint32 {
	return g.action("proxy_on_downstream_data", id, n(size), bit(end))
}

// OnDownstreamClose implements abi.Guest.
func (g *Guest) OnDownstreamClose(id, peer uint32) {
	g.call(0, "proxy_on_downstream_connection_close", id, uint64(peer))
}

// OnUpstreamData implements abi.Guest.
func (g *Guest) OnUpstreamData(id uint32, size int32, end bool) uint32 {
	return g.action("proxy_on_upstream_data", id, n(size), bit(end))
}

// OnUpstreamClose implements abi.Guest.
func (g *Guest) OnUpstreamClose(id, peer uint32) {
	g.call(0, "proxy_on_upstream_connection_close", id, uint64(peer))
}
