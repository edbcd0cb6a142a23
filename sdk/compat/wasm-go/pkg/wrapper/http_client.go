package wrapper

import "github.com/sluiceproxy/sluice/sdk/wrapper"

// ResponseCallback is given the answer to an HTTP call, see
// [wrapper.ResponseCallback]. The headers are an http.Header.
type ResponseCallback func(statusCode int, responseHeaders header, responseBody []byte)

// HttpClient is [wrapper.HttpClient] with a ResponseCallback of one type.
type HttpClient interface {
	Get(rawURL string, headers [][2]string, cb ResponseCallback, timeoutMillisecond ...uint32) error
	Head(rawURL string, headers [][2]string, cb ResponseCallback, timeoutMillisecond ...uint32) error
	Options(rawURL string, headers [][2]string, cb ResponseCallback, timeoutMillisecond ...uint32) error
	Post(rawURL string, headers [][2]string, body []byte, cb ResponseCallback, timeoutMillisecond ...uint32) error
	Put(rawURL string, headers [][2]string, body []byte, cb ResponseCallback, timeoutMillisecond ...uint32) error
	Patch(rawURL string, headers [][2]string, body []byte, cb ResponseCallback, timeoutMillisecond ...uint32) error
	Delete(rawURL string, headers [][2]string, body []byte, cb ResponseCallback, timeoutMillisecond ...uint32) error
	Connect(rawURL string, headers [][2]string, body []byte, cb ResponseCallback, timeoutMillisecond ...uint32) error
	Trace(rawURL string, headers [][2]string, body []byte, cb ResponseCallback, timeoutMillisecond ...uint32) error
	Call(method, rawURL string, headers [][2]string, body []byte, cb ResponseCallback, timeoutMillisecond ...uint32) error
	ClusterName() string
}

// ClusterClient is the HttpClient for a Cluster.
type ClusterClient[C Cluster] struct{ sdk *wrapper.ClusterClient[C] }

var _ HttpClient = (*ClusterClient[FQDNCluster])(nil)

// NewClusterClient returns the client for a cluster.
func NewClusterClient[C Cluster](cluster C) *ClusterClient[C] {
	return &ClusterClient[C]{wrapper.NewClusterClient(cluster)}
}

// HttpCall is [wrapper.HttpCall].
func HttpCall(cluster Cluster, method, rawURL string, headers [][2]string, body []byte, callback ResponseCallback, timeoutMillisecond ...uint32) error {
	return wrapper.HttpCall(cluster, method, rawURL, headers, body, callback, timeoutMillisecond...)
}

// Get implements HttpClient.
func (c ClusterClient[C]) Get(rawURL string, headers [][2]string, cb ResponseCallback, timeoutMillisecond ...uint32) error {
	return c.sdk.Get(rawURL, headers, cb, timeoutMillisecond...)
}

// Head implements HttpClient.
func (c ClusterClient[C]) Head(rawURL string, headers [][2]string, cb ResponseCallback, timeoutMillisecond ...uint32) error {
	return c.sdk.Head(rawURL, headers, cb, timeoutMillisecond...)
}

// Options implements HttpClient.
func (c ClusterClient[C]) Options(rawURL string, headers [][2]string, cb ResponseCallback, timeoutMillisecond ...uint32) error {
	return c.sdk.Options(rawURL, headers, cb, timeoutMillisecond...)
}

// Post implements HttpClient.
func (c ClusterClient[C]) Post(rawURL string, headers [][2]string, body []byte, cb ResponseCallback, timeoutMillisecond ...uint32) error {
	return c.sdk.Post(rawURL, headers, body, cb, timeoutMillisecond...)
}

// Put implements HttpClient.
func (c ClusterClient[C]) Put(rawURL string, headers [][2]string, body []byte, cb ResponseCallback, timeoutMillisecond ...uint32) error {
	return c.sdk.Put(rawURL, headers, body, cb, timeoutMillisecond...)
}

// Patch implements HttpClient.
func (c ClusterClient[C]) Patch(rawURL string, headers [][2]string, body []byte, cb ResponseCallback, timeoutMillisecond ...uint32) error {
	return c.sdk.Patch(rawURL, headers, body, cb, timeoutMillisecond...)
}

// Delete implements HttpClient.
func (c ClusterClient[C]) Delete(rawURL string, headers [][2]string, body []byte, cb ResponseCallback, timeoutMillisecond ...uint32) error {
	return c.sdk.Delete(rawURL, headers, body, cb, timeoutMillisecond...)
}

// Connect implements HttpClient.
func (c ClusterClient[C]) Connect(rawURL string, headers [][2]string, body []byte, cb ResponseCallback, timeoutMillisecond ...uint32) error {
	return c.sdk.Connect(rawURL, headers, body, cb, timeoutMillisecond...)
}

// Trace implements HttpClient.
func (c ClusterClient[C]) Trace(rawURL string, headers [][2]string, body []byte, cb ResponseCallback, timeoutMillisecond ...uint32) error {
	return c.sdk.Trace(rawURL, headers, body, cb, timeoutMillisecond...)
}

// Call implements HttpClient.
func (c ClusterClient[C]) Call(method, rawURL string, headers [][2]string, body []byte, cb ResponseCallback, timeoutMillisecond ...uint32) error {
	return c.sdk.Call(method, rawURL, headers, body, cb, timeoutMillisecond...)
}

// ClusterName implements HttpClient.
func (c ClusterClient[C]) ClusterName() string {
	return c.sdk.ClusterName()
}
