package serve

import (
	"slices"

	"github.com/sluiceproxy/sluice/deploy/xds"
)

// isTaken reports whether an Envoy of the same version runs what a node has refused:
// then the trouble is the node's own, such as a directory that it doesn't see, and
// the others keep what they run.
func (s *server) isTaken(e xds.Refused) bool {
	return slices.ContainsFunc(s.xds.Nodes(), func(n xds.NodeStatus) bool {
		return n.Connected && n.Node.Version == e.Node.Version && slices.ContainsFunc(n.Resources, func(r xds.ResourceStatus) bool {
			return r.Type == e.Type && r.Name == e.Resource && r.Running == e.Version
		})
	})
}
