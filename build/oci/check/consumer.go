package check

import (
	"fmt"
	"slices"
	"strings"

	"github.com/sluiceproxy/sluice/build"
)

// Consumer is a program that pulls Wasm images.
type Consumer string

// The consumers whose rules are known.
const (
	Istio        Consumer = "istio"
	Higress      Consumer = "higress"
	EnvoyGateway Consumer = "envoy-gateway"
	// Wkg is the package tool of the Bytecode Alliance; it takes CNCF Wasm
	// artifacts.
	Wkg Consumer = "wkg"
	// Kwctl is Kubewarden's tool, for policies.
	Kwctl Consumer = "kwctl"
	// Runwasi runs Wasm under containerd.
	Runwasi Consumer = "runwasi"
)

// Gateways are those that run Proxy-Wasm plugins.
func Gateways() []Consumer { return []Consumer{Istio, Higress, EnvoyGateway} }

// Consumers are all of them.
func Consumers() []Consumer { return append(Gateways(), Wkg, Kwctl, Runwasi) }

// Parse reads names of consumers.
func Parse(names []string) ([]Consumer, error) {
	var all []Consumer
	for _, name := range names {
		c := Consumer(strings.TrimSpace(name))
		if !slices.Contains(Consumers(), c) {
			return nil, fmt.Errorf("unknown consumer %q (want %s)", name, words())
		}
		if !slices.Contains(all, c) {
			all = append(all, c)
		}
	}
	return all, nil
}

func words() string {
	var all []string
	for _, c := range Consumers() {
		all = append(all, string(c))
	}
	return strings.Join(all, ", ")
}

// target is the gateway that a consumer is, if it is one.
func (c Consumer) target() (build.Target, bool) {
	switch c {
	case Istio:
		return build.Istio, true
	case Higress:
		return build.Higress, true
	case EnvoyGateway:
		return build.EnvoyGateway, true
	default:
		return build.Any, false
	}
}
