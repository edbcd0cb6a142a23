package proxywasm

import (
	"github.com/sluiceproxy/sluice/sdk/internal/abi"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
)

// GetHttpRequestBody returns up to maxSize bytes of the buffered request body from start on,
// or types.ErrorStatusNotFound where there are none. Available during
// OnHttpRequestBody.
func GetHttpRequestBody(start, maxSize int) ([]byte, error) {
	return getBuffer(abi.BufferRequestBody, start, maxSize)
}

// AppendHttpRequestBody adds data behind the buffered request body. Available during
// OnHttpRequestBody.
func AppendHttpRequestBody(data []byte) error {
	return setBuffer(abi.BufferRequestBody, abi.BufferEnd, 0, data)
}

// PrependHttpRequestBody adds data before the buffered request body. Available during
// OnHttpRequestBody.
func PrependHttpRequestBody(data []byte) error {
	return setBuffer(abi.BufferRequestBody, 0, 0, data)
}

// ReplaceHttpRequestBody replaces the buffered request body; no data empties it.
// Available during OnHttpRequestBody. Remove or
// correct content-length where the headers are still held back.
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
// OnHttpResponseBody.
func AppendHttpResponseBody(data []byte) error {
	return setBuffer(abi.BufferResponseBody, abi.BufferEnd, 0, data)
}

// PrependHttpResponseBody adds data before the buffered response body. Available during
// OnHttpResponseBody.
func PrependHttpResponseBody(data []byte) error {
	return setBuffer(abi.BufferResponseBody, 0, 0, data)
}

// ReplaceHttpResponseBody replaces the buffered response body; no data empties it.
// Available during OnHttpResponseBody. Remove or
// correct content-length where the headers are still held back.
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

func setBuffer(b abi.BufferType, start, size int32, data []byte) error {
	return statusError(abi.SetBufferBytes(b, start, size, data))
}
