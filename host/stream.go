package host

// HTTPStream is what the data plane offers to one plugin during one exchange.
// The host calls it only inside Worker.Do.
//
// Continue, Close and SendLocalReply are what Envoy calls after-call actions:
// the host calls them, in the order in which the guest asked, after the guest's
// callback has returned and before the On… method returns to the data plane (or,
// for a callout answer, a tick or a queue, directly after that callback).
type HTTPStream interface {
	// Headers returns a map, or nil where it is not available in this phase:
	// the guest gets StatusBadArgument then, as on Envoy. While Done runs
	// proxy_on_log all four maps should be given if they exist; the host
	// refuses changes then.
	Headers(t MapType) *HeaderMap
	// Buffer returns a body as this filter may see it now, or nil where it is
	// not available: the guest gets StatusNotFound then.
	Buffer(t BufferType) *Buffer
	// Continue resumes a direction that a callback had stopped; it must
	// tolerate a direction that is not stopped.
	Continue(d Direction)
	// Close resets the stream.
	Close(d Direction)
	// SendLocalReply answers the client in place of the upstream. Only the
	// first reply of a stream counts.
	SendLocalReply(r LocalReply)
	// Property returns what the host does not know itself (request.*, xds.*,
	// source.*, …) in the byte form of the ABI. path is valid during the call.
	Property(path []string) ([]byte, bool)
	// SetProperty stores a property; false means that it can't be set.
	// path and value are valid during the call.
	SetProperty(path []string, value []byte) bool
	// InjectEncodedData sends response body bytes to the filters that follow
	// (Higress only). body is valid during the call.
	InjectEncodedData(body []byte, endStream bool) Status
}

// RouteCacheClearer is an HTTPStream that can choose the route again. The host
// calls it when the guest asks for that or changes request headers.
type RouteCacheClearer interface {
	ClearRouteCache()
}

// UpstreamHosts is an HTTPStream that knows the endpoints of its cluster
// (Higress only).
type UpstreamHosts interface {
	// UpstreamHosts returns address and JSON metadata of each endpoint.
	UpstreamHosts() ([][2]string, Status)
	// SetUpstreamOverrideHost chooses the endpoint by its address.
	SetUpstreamOverrideHost(address string) Status
}

// LocalReply is an answer that a plugin gives in place of the upstream.
type LocalReply struct {
	// Status is the HTTP status as the guest gave it; the host does not check it.
	Status int
	// Details says why, for the access log.
	Details string
	// Body is the response body; it belongs to the receiver.
	Body []byte
	// Headers are added to the response.
	Headers [][2]string
	// GRPCStatus is the status for a gRPC client, or -1 if not given.
	GRPCStatus int32
}

// TCPStream is what the data plane offers to one plugin for one connection.
// The host calls it only inside Worker.Do; Continue and Close are after-call
// actions as in HTTPStream.
type TCPStream interface {
	// Buffer returns the chunk of BufferDownstreamData or BufferUpstreamData,
	// or nil where it is not available.
	Buffer(t BufferType) *Buffer
	// Continue resumes DirectionDownstream or DirectionUpstream.
	Continue(d Direction)
	// Close closes the connection of that direction.
	Close(d Direction)
	// Property and SetProperty are as in HTTPStream.
	Property(path []string) ([]byte, bool)
	SetProperty(path []string, value []byte) bool
}

// TrailerAdder is an HTTPStream that can add trailers to a body that has none.
// The host calls it when the guest writes trailers while the last body chunk is
// there.
type TrailerAdder interface {
	// AddTrailers returns the new map for MapRequestTrailers or
	// MapResponseTrailers, or nil if that is not possible.
	AddTrailers(t MapType) *HeaderMap
}
