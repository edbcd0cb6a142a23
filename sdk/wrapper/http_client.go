package wrapper

// HttpClient sends HTTP requests to one cluster. A method returns at once;
// callback runs later, once, when the answer is there or the call has failed.
// It never runs after the stream is gone that made the call, and not where the
// method returned an error.
//
// rawURL is a path with a query, or a whole URL, whose host becomes :authority.
// Escapes in it are kept as they are; its scheme and fragment are not used.
// headers are sent before :method, :path and :authority, which they can't set,
// and are not changed. The timeout is in milliseconds; 500 if it is left out
// or 0.
//
// Errors: an invalid URL, a callback of a wrong type ([ErrCallback]), or what
// proxywasm.DispatchHttpCall returns, most likely because the gateway has no
// such cluster.
type HttpClient = HttpClientOf[ResponseCallback]

// HttpClientOf is HttpClient with callbacks of one type F, which the compiler then
// checks: one of those that a [ResponseCallback] may be.
type HttpClientOf[F any] interface {
	Get(rawURL string, headers [][2]string, cb F, timeoutMillisecond ...uint32) error
	Head(rawURL string, headers [][2]string, cb F, timeoutMillisecond ...uint32) error
	Options(rawURL string, headers [][2]string, cb F, timeoutMillisecond ...uint32) error
	Post(rawURL string, headers [][2]string, body []byte, cb F, timeoutMillisecond ...uint32) error
	Put(rawURL string, headers [][2]string, body []byte, cb F, timeoutMillisecond ...uint32) error
	Patch(rawURL string, headers [][2]string, body []byte, cb F, timeoutMillisecond ...uint32) error
	Delete(rawURL string, headers [][2]string, body []byte, cb F, timeoutMillisecond ...uint32) error
	Connect(rawURL string, headers [][2]string, body []byte, cb F, timeoutMillisecond ...uint32) error
	Trace(rawURL string, headers [][2]string, body []byte, cb F, timeoutMillisecond ...uint32) error
	Call(method, rawURL string, headers [][2]string, body []byte, cb F, timeoutMillisecond ...uint32) error
	ClusterName() string
}

// ClusterClient is the HttpClient for a Cluster.
type ClusterClient[C Cluster] = ClusterClientOf[C, ResponseCallback]

// ClusterClientOf is the HttpClientOf for a Cluster.
type ClusterClientOf[C Cluster, F any] struct {
	cluster C
}

var _ HttpClient = (*ClusterClient[FQDNCluster])(nil)

// NewClusterClient returns the client for a cluster. Nothing is checked or
// connected until a request is sent.
func NewClusterClient[C Cluster](cluster C) *ClusterClient[C] {
	return NewClusterClientOf[ResponseCallback](cluster)
}

// NewClusterClientOf is NewClusterClient with callbacks of type F.
func NewClusterClientOf[F any, C Cluster](cluster C) *ClusterClientOf[C, F] {
	return &ClusterClientOf[C, F]{cluster: cluster}
}

// ClusterName returns the cluster's name.
func (c ClusterClientOf[C, F]) ClusterName() string { return c.cluster.ClusterName() }

// Get sends a GET request.
func (c ClusterClientOf[C, F]) Get(rawURL string, headers [][2]string, cb F, timeoutMillisecond ...uint32) error {
	return HttpCall(c.cluster, "GET", rawURL, headers, nil, cb, timeoutMillisecond...)
}

// Head sends a HEAD request.
func (c ClusterClientOf[C, F]) Head(rawURL string, headers [][2]string, cb F, timeoutMillisecond ...uint32) error {
	return HttpCall(c.cluster, "HEAD", rawURL, headers, nil, cb, timeoutMillisecond...)
}

// Options sends an OPTIONS request.
func (c ClusterClientOf[C, F]) Options(rawURL string, headers [][2]string, cb F, timeoutMillisecond ...uint32) error {
	return HttpCall(c.cluster, "OPTIONS", rawURL, headers, nil, cb, timeoutMillisecond...)
}

// Post sends a POST request.
func (c ClusterClientOf[C, F]) Post(rawURL string, headers [][2]string, body []byte, cb F, timeoutMillisecond ...uint32) error {
	return HttpCall(c.cluster, "POST", rawURL, headers, body, cb, timeoutMillisecond...)
}

// Put sends a PUT request.
func (c ClusterClientOf[C, F]) Put(rawURL string, headers [][2]string, body []byte, cb F, timeoutMillisecond ...uint32) error {
	return HttpCall(c.cluster, "PUT", rawURL, headers, body, cb, timeoutMillisecond...)
}

// Patch sends a PATCH request.
func (c ClusterClientOf[C, F]) Patch(rawURL string, headers [][2]string, body []byte, cb F, timeoutMillisecond ...uint32) error {
	return HttpCall(c.cluster, "PATCH", rawURL, headers, body, cb, timeoutMillisecond...)
}

// Delete sends a DELETE request.
func (c ClusterClientOf[C, F]) Delete(rawURL string, headers [][2]string, body []byte, cb F, timeoutMillisecond ...uint32) error {
	return HttpCall(c.cluster, "DELETE", rawURL, headers, body, cb, timeoutMillisecond...)
}

// Connect sends a CONNECT request.
func (c ClusterClientOf[C, F]) Connect(rawURL string, headers [][2]string, body []byte, cb F, timeoutMillisecond ...uint32) error {
	return HttpCall(c.cluster, "CONNECT", rawURL, headers, body, cb, timeoutMillisecond...)
}

// Trace sends a TRACE request.
func (c ClusterClientOf[C, F]) Trace(rawURL string, headers [][2]string, body []byte, cb F, timeoutMillisecond ...uint32) error {
	return HttpCall(c.cluster, "TRACE", rawURL, headers, body, cb, timeoutMillisecond...)
}

// Call sends a request with any method.
func (c ClusterClientOf[C, F]) Call(method, rawURL string, headers [][2]string, body []byte, cb F, timeoutMillisecond ...uint32) error {
	return HttpCall(c.cluster, method, rawURL, headers, body, cb, timeoutMillisecond...)
}
