package proxywasm

import "github.com/sluiceproxy/sluice/sdk/internal/abi"

// GetDownstreamData returns up to maxSize bytes of the client's buffered data from start on,
// or types.ErrorStatusNotFound where there are none. Available during
// OnDownstreamData.
func GetDownstreamData(start, maxSize int) ([]byte, error) {
	return getBuffer(abi.BufferDownstream, start, maxSize)
}

// AppendDownstreamData adds data behind the client's buffered data. Available during
// OnDownstreamData.
func AppendDownstreamData(data []byte) error {
	return setBuffer(abi.BufferDownstream, abi.BufferEnd, 0, data)
}

// PrependDownstreamData adds data before the client's buffered data. Available during
// OnDownstreamData.
func PrependDownstreamData(data []byte) error {
	return setBuffer(abi.BufferDownstream, 0, 0, data)
}

// ReplaceDownstreamData replaces the client's buffered data; no data empties it.
// Available during OnDownstreamData.
func ReplaceDownstreamData(data []byte) error {
	return setBuffer(abi.BufferDownstream, 0, abi.BufferEnd, data)
}

// GetUpstreamData returns up to maxSize bytes of the upstream's buffered data from start on,
// or types.ErrorStatusNotFound where there are none. Available during
// OnUpstreamData.
func GetUpstreamData(start, maxSize int) ([]byte, error) {
	return getBuffer(abi.BufferUpstream, start, maxSize)
}

// AppendUpstreamData adds data behind the upstream's buffered data. Available during
// OnUpstreamData.
func AppendUpstreamData(data []byte) error {
	return setBuffer(abi.BufferUpstream, abi.BufferEnd, 0, data)
}

// PrependUpstreamData adds data before the upstream's buffered data. Available during
// OnUpstreamData.
func PrependUpstreamData(data []byte) error {
	return setBuffer(abi.BufferUpstream, 0, 0, data)
}

// ReplaceUpstreamData replaces the upstream's buffered data; no data empties it.
// Available during OnUpstreamData.
func ReplaceUpstreamData(data []byte) error {
	return setBuffer(abi.BufferUpstream, 0, abi.BufferEnd, data)
}

// ContinueTcpStream resumes a connection after a TCP callback returned
// types.ActionPause for data from the client; more data resumes it as well.
func ContinueTcpStream() error {
	return statusError(abi.ContinueStream(abi.StreamDownstream))
}

// CloseDownstream closes the client's connection of this TCP context.
func CloseDownstream() error {
	return statusError(abi.CloseStream(abi.StreamDownstream))
}

// CloseUpstream closes the upstream's connection of this TCP context.
func CloseUpstream() error {
	return statusError(abi.CloseStream(abi.StreamUpstream))
}
