package xds

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/sluiceproxy/sluice/deploy/xds/remote"
)

// Node is an Envoy, as it describes itself when it connects.
type Node struct {
	// ID and Cluster are those of its bootstrap, or of its command line.
	ID      string `json:"id"`
	Cluster string `json:"cluster,omitempty"`
	// Version is Envoy's, such as "1.40.0"; "" for a client that tells none.
	Version string `json:"version,omitempty"`
	// Namespace is NAMESPACE in the node's metadata, and Labels are LABELS there,
	// as with Istio. Either may be written in lower case.
	Namespace string            `json:"namespace,omitempty"`
	Labels    map[string]string `json:"labels,omitempty"`
	// Agent says that the node gets modules through an agent beside it.
	Agent bool `json:"agent,omitempty"`
}

// nodeOf reads what a node says of itself.
func nodeOf(n *corev3.Node) Node {
	fields := n.GetMetadata().GetFields()
	return Node{
		ID:        clip(n.GetId()),
		Cluster:   clip(n.GetCluster()),
		Version:   clip(versionOf(n)),
		Namespace: clip(field(fields, "NAMESPACE", "namespace").GetStringValue()),
		Labels:    labels(field(fields, "LABELS", "labels").GetStructValue()),
		Agent:     remote.HasAgent(n),
	}
}

func versionOf(n *corev3.Node) string {
	if v := n.GetUserAgentBuildVersion().GetVersion(); v != nil {
		return fmt.Sprintf("%d.%d.%d", v.GetMajorNumber(), v.GetMinorNumber(), v.GetPatch())
	}
	return n.GetUserAgentVersion()
}

// field returns the first of some fields that is there, or nil.
func field(fields map[string]*structpb.Value, names ...string) *structpb.Value {
	for _, name := range names {
		if v, ok := fields[name]; ok {
			return v
		}
	}
	return nil
}

// maxLabels and maxText, in bytes, bound what is kept of a node's description, which
// status prints and which stays when the node is gone.
const (
	maxLabels = 256
	maxText   = 512
)

func clip(s string) string {
	if len(s) > maxText {
		return strings.ToValidUTF8(s[:maxText], "") + "…"
	}
	return s
}

// labels leaves out those that are longer than any selector's.
func labels(s *structpb.Struct) map[string]string {
	out := map[string]string{}
	for _, name := range slices.Sorted(maps.Keys(s.GetFields())) {
		text, ok := s.GetFields()[name].GetKind().(*structpb.Value_StringValue)
		if ok && len(name) <= maxText && len(text.StringValue) <= maxText && len(out) < maxLabels {
			out[name] = text.StringValue
		}
	}
	return out
}

// newest is the last minor version of Envoy 1 that is known to take the field
// capability_restriction_config. 1.40 takes it, and warns that it is deprecated,
// which means two versions on that a message with it is refused.
const newest = 41

// Restricts reports whether the node's Envoy takes a plugin's capabilities.
func (n Node) Restricts() bool {
	var major, minor int
	if _, err := fmt.Sscanf(n.Version, "%d.%d", &major, &minor); err != nil {
		return true
	}
	return major == 1 && minor <= newest
}
