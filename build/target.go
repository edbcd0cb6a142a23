package build

import (
	"fmt"
	"strings"
)

// Target is a gateway that a plugin is meant for.
type Target string

// The gateways that are told apart. Istio and Envoy Gateway run stock Envoy.
const (
	// Any stands for no gateway in particular: a module is fine if at least one
	// takes it.
	Any Target = ""
	// Envoy is stock Envoy, 1.36 or later.
	Envoy Target = "envoy"
	// Istio is a sidecar or gateway of Istio.
	Istio Target = "istio"
	// EnvoyGateway is the Envoy Gateway project's proxy.
	EnvoyGateway Target = "envoy-gateway"
	// Higress is Higress' own build of Envoy, which has more host functions.
	Higress Target = "higress"
	// Embedded is the host that "sluice run" starts by default. It offers what
	// Higress offers.
	Embedded Target = "embedded"
)

var (
	stockTargets = []Target{Envoy, Istio, EnvoyGateway}
	allTargets   = []Target{Envoy, Istio, EnvoyGateway, Higress, Embedded}
)

// Targets are the gateways that a user can name, most common first.
func Targets() []Target { return []Target{Envoy, Istio, EnvoyGateway, Higress} }

// ParseTarget reads the name of a gateway. The empty name is Any.
func ParseTarget(name string) (Target, error) {
	if name == "" {
		return Any, nil
	}
	names := make([]string, 0, len(allTargets))
	for _, t := range Targets() {
		if name == string(t) {
			return t, nil
		}
		names = append(names, string(t))
	}
	return Any, fmt.Errorf("unknown target %q (want %s)", name, strings.Join(names, ", "))
}

// Title is the gateway's name in a sentence.
func (t Target) Title() string {
	switch t {
	case Any:
		return "every gateway"
	case Envoy:
		return "stock Envoy"
	case Istio:
		return "Istio"
	case EnvoyGateway:
		return "Envoy Gateway"
	case Higress:
		return "Higress"
	case Embedded:
		return "the embedded gateway"
	default:
		return string(t)
	}
}
