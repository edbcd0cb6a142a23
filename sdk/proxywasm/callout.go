package proxywasm

import (
	"github.com/sluiceproxy/sluice/sdk/internal/abi"
	"github.com/sluiceproxy/sluice/sdk/internal/dispatch"
)

// DispatchHttpCall sends an HTTP request to a cluster of the host and returns
// at once. headers must have :method, :path and :authority; body and trailers
// may be nil; the timeout is in milliseconds.
//
// callBack, which may be nil, runs once the answer is there or the call has
// failed, in which case numHeaders is 0 or the host made up a status 504 or
// 503. In it the answer can be read with the GetHttpCallResponse functions, and
// calls act on the context that made the call. It never runs after that
// context is gone. It can be called in every callback, of plugin contexts too.
//
// Errors: types.ErrorStatusBadArgument for an unknown cluster (Envoy) or a
// missing pseudo header, types.ErrorInternalFailure where the host could not
// begin, types.ErrInvalidHeader, types.ErrTooManyHeaders. callBack does not
// run then.
func DispatchHttpCall(cluster string, headers [][2]string, body []byte, trailers [][2]string, timeoutMillisecond uint32, callBack func(numHeaders, bodySize, numTrailers int)) (calloutID uint32, err error) {
	if err := checkHeaders(headers); err != nil {
		return 0, err
	}
	if err := checkHeaders(trailers); err != nil {
		return 0, err
	}
	token, st := abi.HTTPCall(cluster, headers, body, trailers, timeoutMillisecond)
	if st != abi.StatusOK {
		return 0, statusError(st)
	}
	dispatch.Current().AddHTTPCall(token, callBack)
	return token, nil
}

// GetHttpCallResponseHeaders returns the answer's headers, ":status" among
// them. Where the call failed without an answer it is an error, on Envoy
// types.ErrorStatusBadArgument. Available in the callback of DispatchHttpCall.
func GetHttpCallResponseHeaders() ([][2]string, error) { return getMap(abi.MapHTTPResponseHeaders) }

// GetHttpCallResponseBody returns up to maxSize bytes of the answer's body
// from start on, or types.ErrorStatusNotFound where there are none. Available
// in the callback of DispatchHttpCall.
func GetHttpCallResponseBody(start, maxSize int) ([]byte, error) {
	return getBuffer(abi.BufferHTTPResponse, start, maxSize)
}

// GetHttpCallResponseTrailers returns the answer's trailers. Where there are
// none it is an error: types.ErrorStatusNotFound, or on Envoy
// types.ErrorStatusBadArgument. Available in the callback of DispatchHttpCall.
func GetHttpCallResponseTrailers() ([][2]string, error) { return getMap(abi.MapHTTPResponseTrailers) }
