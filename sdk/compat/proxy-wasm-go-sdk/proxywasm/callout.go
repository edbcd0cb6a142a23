package proxywasm

import (
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
)

// DispatchHttpCall is [proxywasm.DispatchHttpCall].
func DispatchHttpCall(cluster string, headers [][2]string, body []byte, trailers [][2]string, timeoutMillisecond uint32, callBack func(numHeaders, bodySize, numTrailers int)) (calloutID uint32, err error) {
	return proxywasm.DispatchHttpCall(cluster, headers, body, trailers, timeoutMillisecond, callBack)
}

// GetHttpCallResponseHeaders is [proxywasm.GetHttpCallResponseHeaders].
func GetHttpCallResponseHeaders() ([][2]string, error) {
	return proxywasm.GetHttpCallResponseHeaders()
}

// GetHttpCallResponseBody is [proxywasm.GetHttpCallResponseBody].
func GetHttpCallResponseBody(start, maxSize int) ([]byte, error) {
	return proxywasm.GetHttpCallResponseBody(start, maxSize)
}

// GetHttpCallResponseTrailers is [proxywasm.GetHttpCallResponseTrailers].
func GetHttpCallResponseTrailers() ([][2]string, error) {
	return proxywasm.GetHttpCallResponseTrailers()
}
