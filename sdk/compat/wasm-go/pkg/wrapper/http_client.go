package wrapper

import "github.com/sluiceproxy/sluice/sdk/wrapper"

// ResponseCallback is given the answer to an HTTP call, see
// [wrapper.ResponseCallback]. The headers are an http.Header.
type ResponseCallback func(statusCode int, responseHeaders header, responseBody []byte)

// HttpClient is [wrapper.HttpClient] with a ResponseCallback of one type.
type HttpClient = wrapper.HttpClientOf[ResponseCallback]

// ClusterClient is the HttpClient for a Cluster.
type ClusterClient[C Cluster] = wrapper.ClusterClientOf[C, ResponseCallback]

// NewClusterClient returns the client for a cluster.
func NewClusterClient[C Cluster](cluster C) *ClusterClient[C] {
	return wrapper.NewClusterClientOf[ResponseCallback](cluster)
}

// HttpCall is [wrapper.HttpCall].
func HttpCall(cluster Cluster, method, rawURL string, headers [][2]string, body []byte, callback ResponseCallback, timeoutMillisecond ...uint32) error {
	return wrapper.HttpCall(cluster, method, rawURL, headers, body, callback, timeoutMillisecond...)
}
