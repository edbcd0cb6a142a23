package serve

import (
	"slices"

	"github.com/sluiceproxy/sluice/deploy/wasmplugin"
	"github.com/sluiceproxy/sluice/deploy/xds"
)

// gatewayLabel is the label with which a workload says which Gateway it is.
const gatewayLabel = "gateway.networking.k8s.io/gateway-name"

// applies reports whether a plugin is for a node: by namespace, labels and the
// Gateway's name. A node that tells no namespace is in all.
func applies(w *wasmplugin.Plugin, n xds.Node, roots []string) bool {
	if n.Namespace != "" && n.Namespace != w.Namespace && !slices.Contains(roots, w.Namespace) {
		return false
	}
	for key, value := range w.Selector {
		if n.Labels[key] != value {
			return false
		}
	}
	return len(w.TargetRefs) == 0 || slices.ContainsFunc(w.TargetRefs, func(t wasmplugin.TargetRef) bool {
		return t.Kind == "Gateway" && n.Labels[gatewayLabel] == t.Name
	})
}

// runsIn reports whether a plugin is for a listener.
func runsIn(w *wasmplugin.Plugin, p xds.Place) bool {
	return len(w.Match) == 0 || slices.ContainsFunc(w.Match, func(m wasmplugin.Match) bool {
		return modeMatches(m.Mode, p.Inbound) && (len(m.Ports) == 0 || slices.Contains(m.Ports, p.Port))
	})
}

func modeMatches(mode string, inbound bool) bool {
	switch mode {
	case "SERVER":
		return inbound
	case "CLIENT":
		return !inbound
	default:
		return true
	}
}
