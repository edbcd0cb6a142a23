package proxywasm

import (
	"github.com/sluiceproxy/sluice/sdk/internal/abi"
	"github.com/sluiceproxy/sluice/sdk/internal/dispatch"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
)

// GetHttpRequestBody returns up to maxSize bytes of the buffered request body from start on,
// or types.ErrorStatusNotFound where there are none. Available during
// OnHttpRequestBody.
func GetHttpRequestBody(start, maxSize int) ([]byte, error) {
	return getBuffer(abi.BufferRequestBody, start, maxSize)
}

// AppendHttpRequestBody adds data behind the buffered request body. Available during
// OnHttpRequestBody. Headers that are still held back, because their callback
// returned types.HeaderStopIteration, lose content-length with the first change
// of the body; a callback that lets them go on has to remove it itself.
func AppendHttpRequestBody(data []byte) error {
	return setBuffer(abi.BufferRequestBody, abi.BufferEnd, 0, data)
}

// PrependHttpRequestBody adds data before the buffered request body. Available during
// OnHttpRequestBody. See [AppendHttpRequestBody] for content-length.
func PrependHttpRequestBody(data []byte) error {
	return setBuffer(abi.BufferRequestBody, 0, 0, data)
}

// ReplaceHttpRequestBody replaces the buffered request body; no data empties it.
// Available during OnHttpRequestBody. See [AppendHttpRequestBody] for content-length.
func ReplaceHttpRequestBody(data []byte) error {
	return setBuffer(abi.BufferRequestBody, 0, abi.BufferEnd, data)
}

// GetHttpResponseBody returns up to maxSize bytes of the buffered response body from start on,
// or types.ErrorStatusNotFound where there are none. Available during
// OnHttpResponseBody.
func GetHttpResponseBody(start, maxSize int) ([]byte, error) {
	return getBuffer(abi.BufferResponseBody, start, maxSize)
}

// AppendHttpResponseBody adds data behind the buffered response body. Available during
// OnHttpResponseBody. Headers that are still held back, because their callback
// returned types.HeaderStopIteration, lose content-length with the first change
// of the body; a callback that lets them go on has to remove it itself.
func AppendHttpResponseBody(data []byte) error {
	return setBuffer(abi.BufferResponseBody, abi.BufferEnd, 0, data)
}

// PrependHttpResponseBody adds data before the buffered response body. Available during
// OnHttpResponseBody. See [AppendHttpResponseBody] for content-length.
func PrependHttpResponseBody(data []byte) error {
	return setBuffer(abi.BufferResponseBody, 0, 0, data)
}

// ReplaceHttpResponseBody replaces the buffered response body; no data empties it.
// Available during OnHttpResponseBody. See [AppendHttpResponseBody] for content-length.
func ReplaceHttpResponseBody(data []byte) error {
	return setBuffer(abi.BufferResponseBody, 0, abi.BufferEnd, data)
}

func getBuffer(b abi.BufferType, start, maxSize int) ([]byte, error) {
	if start < 0 || maxSize < 0 {
		return nil, types.ErrorStatusBadArgument
	}
	data, st := abi.GetBufferBytes(b, clamp(start), clamp(maxSize))
	if st != abi.StatusOK {
		return nil, statusError(st)
	}
	if len(data) == 0 {
		return nil, types.ErrorStatusNotFound
	}
	return data, nil
}

// clamp makes an int of a native build one of the ABI.
func clamp(n int) int32 { return int32(min(n, int(abi.BufferEnd))) }

// setBuffer changes a body. content-length would be wrong then, so it goes where
// the headers are still held back; a body without it is sent chunked.
func setBuffer(b abi.BufferType, start, size int32, data []byte) error {
	st := abi.SetBufferBytes(b, start, size, data)
	if st != abi.StatusOK {
		return statusError(st)
	}
	dir, headers := abi.StreamRequest, abi.MapRequestHeaders
	if b == abi.BufferResponseBody {
		dir, headers = abi.StreamResponse, abi.MapResponseHeaders
	}
	if dispatch.Current().ChangesBody(dir) {
		_ = removeMapValue(headers, "content-length") // fails where they have gone on
	}
	return nil
}
