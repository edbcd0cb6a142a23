package remote

import (
	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/structpb"
)

// MetadataKey is the key in a node's metadata that an agent adds, with the value
// true.
const MetadataKey = "sluice.agent"

// HasAgent reports whether an agent stands between the control plane and an Envoy.
func HasAgent(node *corev3.Node) bool {
	return node.GetMetadata().GetFields()[MetadataKey].GetBoolValue()
}

// WithAgent returns a copy of a node that says that there is an agent.
func WithAgent(node *corev3.Node) *corev3.Node {
	marked := &corev3.Node{}
	if node != nil {
		marked = proto.CloneOf(node)
	}
	if marked.Metadata == nil {
		marked.Metadata = &structpb.Struct{}
	}
	if marked.Metadata.Fields == nil {
		marked.Metadata.Fields = map[string]*structpb.Value{}
	}
	marked.Metadata.Fields[MetadataKey] = structpb.NewBoolValue(true)
	return marked
}
