package proxywasm

import (
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
)

// GetDownstreamData is [proxywasm.GetDownstreamData].
func GetDownstreamData(start, maxSize int) ([]byte, error) {
	return proxywasm.GetDownstreamData(start, maxSize)
}

// AppendDownstreamData is [proxywasm.AppendDownstreamData].
func AppendDownstreamData(data []byte) error {
	return proxywasm.AppendDownstreamData(data)
}

// PrependDownstreamData is [proxywasm.PrependDownstreamData].
func PrependDownstreamData(data []byte) error {
	return proxywasm.PrependDownstreamData(data)
}

// ReplaceDownstreamData is [proxywasm.ReplaceDownstreamData].
func ReplaceDownstreamData(data []byte) error {
	return proxywasm.ReplaceDownstreamData(data)
}

// GetUpstreamData is [proxywasm.GetUpstreamData].
func GetUpstreamData(start, maxSize int) ([]byte, error) {
	return proxywasm.GetUpstreamData(start, maxSize)
}

// AppendUpstreamData is [proxywasm.AppendUpstreamData].
func AppendUpstreamData(data []byte) error {
	return proxywasm.AppendUpstreamData(data)
}

// PrependUpstreamData is [proxywasm.PrependUpstreamData].
func PrependUpstreamData(data []byte) error {
	return proxywasm.PrependUpstreamData(data)
}

// ReplaceUpstreamData is [proxywasm.ReplaceUpstreamData].
func ReplaceUpstreamData(data []byte) error {
	return proxywasm.ReplaceUpstreamData(data)
}

// ContinueTcpStream is [proxywasm.ContinueTcpStream].
func ContinueTcpStream() error {
	return proxywasm.ContinueTcpStream()
}

// CloseDownstream is [proxywasm.CloseDownstream].
func CloseDownstream() error {
	return proxywasm.CloseDownstream()
}

// CloseUpstream is [proxywasm.CloseUpstream].
func CloseUpstream() error {
	return proxywasm.CloseUpstream()
}
