package upstream

import (
	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
)

// Node is an Envoy as it describes itself in the first request of a stream.
type Node struct{ proto *corev3.Node }

// ID is the node's id, "" for one that has none.
func (n Node) ID() string { return n.proto.GetId() }
